"""The desk of the demo, link by link, as each role: nothing dead, nothing foreign, nothing unnamed.

And what its main pages ask of the database.
"""

import time
from collections import Counter

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.changes import SHOWN
from desk.demo.cast import PASSWORD
from desk.figures import kept
from desk.figures.registry import figures_for
from desk.open_steps import bring_up_to_date
from sites.models import Programme, Site
from standards.items import items_of_standard
from standards.models import Standard
from tests.html_rules import faults
from tests.publicity.crawler import Form, Page, crawl, view_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ACCOUNTS = ("lingdao", "shiban", "quban1", "ducha1", "lianluo01", "shenji")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_of_a_role_stands(client, demo, account):
    client.force_login(User.objects.get(username=account))
    found = crawl(client, "/desk/", is_read=lambda address: address.startswith("/desk/"), alike=1, most=3000)
    assert found.dead == []
    # What units and districts filed as evidence may be an address elsewhere.
    evidence = ("/desk/evidence/", "/desk/own-checks/")
    assert [link for link in found.away if not link.startswith(evidence)] == []
    assert list(found.fragments_lost()) == []
    assert {path: wrong for path, page in found.pages.items() if (wrong := _problems(page))} == {}
    assert len(found.pages) > 5


@pytest.mark.parametrize("account", ACCOUNTS[:-1])
def test_twelve_queries_are_enough_for_whoever_comes_first(client, demo, account, monkeypatch):
    """Nothing is kept yet, neither what every page shows nor a figure; what is counted is kept.

    But for what is read once a process, and what earlier changes ask for at the sites.
    """
    bring_up_to_date()
    for standard in Standard.objects.all():
        items_of_standard(standard.pk)
    kept.sites_about(Programme.objects.current().pk, int(time.monotonic()) // kept.HOUR)
    monkeypatch.setattr(kept, "WORTH_KEEPING", 0)
    user = User.objects.get(username=account)
    client.force_login(user)
    found = {url: _cold(client, url) for url in _main_pages(user)}
    assert len(found) > 1
    assert {url: count for url, count in found.items() if count > 12} == {}


@pytest.mark.parametrize("account", ACCOUNTS[:-1])
def test_no_form_loses_its_text_with_the_session(client, demo, account):
    """Sent after the session ended, and signed in again, each form of the desk stands as it was typed."""
    user = User.objects.get(username=account)
    forms = {name: form for name, form in _sent_forms(client, user).items() if form.lines}
    assert forms
    assert {name: lost for name, form in forms.items() if (lost := _lost(user, form))} == {}


# Forms that begin with values, and make something new of them.
BEGIN = {
    "people:secrecy_give": "the ground that is usual",
    "sites:circulate": "what is to be decided, and all members",
    "sites:decision_note": "today, and what was decided",
    "sites:programme_new": "the next programme, from this one",
    "sites:guidance_add": "today",
    "sites:liaison_account": "the liaison's name and telephone, for an account",
    "sites:phase_extend": "what ends with the phase; what is not due in it any more is refused",
    "assessments:round_open": "the kind that was asked for",
    "assessments:draw_balanced": "every team of the round",
    "assessments:evidence_add": "the item one comes from",
    "assessments:evidence_marks": "what is drawn already; a new layer lies above it, and the former stays",
    "assessments:evidence_replace": "the title of the version it replaces",
    "assessments:visit_report_add": "the day of the visit, and the team",
    "publicity_desk:appraisal_add": "today, and the sites asked for",
    "publicity_desk:appraisal_codes": "as many as are usual",
    "publicity_desk:appraisal_forms": "as many as are usual",
    "publicity_desk:article_reuse": "today",
    "publicity_desk:letter_add": "today",
    "publicity_desk:recheck_accept": "the last day the rulebook gives",
    "publicity_desk:naming_warn": "the rulebook's days",
    "publicity_desk:enquiry_add": "today",
    "publicity_desk:objection_add": "today",
    "publicity_desk:notice_add": "the words of the notices before",
    "publicity_desk:notice_extend": "the fewest days",
    "standards:section": "a section with its items, which has a lock of its own (standards.fingerprints)",
}


@pytest.mark.parametrize("account", ACCOUNTS[:-1])
def test_every_form_that_shows_what_is_stored_is_locked(client, demo, account):
    """And it knows, when it is sent, what it had shown: nobody else changed anything here."""
    user = User.objects.get(username=account)
    forms = {name: form for name, form in _sent_forms(client, user).items() if form.shown}
    assert {name for name, form in forms.items() if SHOWN not in form.hidden} - BEGIN.keys() == set()
    locked = {name: form for name, form in forms.items() if SHOWN in form.hidden}
    assert {name: told for name, form in locked.items() if (told := _astray(client, form))} == {}


def _astray(client: Client, form: Form) -> str:
    """What the lock of a refused form says otherwise than before."""
    too_long = {form.lines[0]: "长" * 200_000} if form.lines else {}
    answer = client.post(form.action, {**form.hidden, **form.shown, **too_long})
    drawn = [one for one in Page(form.action, answer.content.decode()).forms if one.action == form.action]
    again = [one.hidden[SHOWN] for one in drawn if SHOWN in one.hidden]
    return "" if answer.status_code == 302 or form.hidden[SHOWN] in again else f"{again}"


def _sent_forms(client: Client, user: User) -> dict[str, Form]:
    """The forms of the desk that are sent, as this person sees them, by where they are sent."""
    client.force_login(user)
    found = crawl(client, "/desk/", is_read=lambda address: address.startswith("/desk/"), alike=2, most=3000)
    sent = [form for page in found.pages.values() for form in page.forms if form.method == "post"]
    return {view_of(form.action): form for form in sent}


# Pages with several forms, of which the button of one does not send what is typed in another. With a script
# its first press says so (static/portal/portal.js).
APART = {
    "assessments:own_check": "that it was read, and what is missing, are matters of their own",
    "assessments:inspect": "each item saves itself as it is typed",
    "assessments:inspect_pocket": "each item saves itself as it is typed",
    "publicity_desk:article": "captions, what was taken up and the withdrawal are matters of their own",
    "publicity_desk:commendation": "deciding, and sending back with a reason, are matters of their own",
    "publicity_desk:event": "files, who came and calling it off are matters of their own",
    "publicity_desk:naming": "plaque, tracking and warning are matters of their own",
    "publicity_desk:notice": "extending and withdrawing are folded, each with its own reason",
    "publicity_desk:outlet": "publishing it and taking it back are matters of their own",
    "publicity_desk:recheck_proposal": "setting its day, and why it is not done, are matters of their own",
    "documents:draft": "signing, checking, sending back and a remark are matters of their own",
    "people:motion": "agreeing, and declining with a reason, are matters of their own",
    "publicity_desk:search_word": "taking it off the list leaves nothing to be changed",
    "publicity_desk:enquiry": "answering, handing on, sending back are matters of their own",
    "publicity_desk:objection": "two answers with fields of their own",
    "sites:facility_edit": "taking it off record leaves nothing to be corrected",
    "sites:investment_edit": "the same",
    "sites:research": "guidance, a change in a draft and that nothing follows are matters of their own",
    "sites:means": "guidance, amounts and things are folded, each a matter of its own",
}


@pytest.mark.parametrize("account", ACCOUNTS[:-1])
def test_no_button_leaves_behind_what_belongs_to_it(client, demo, account):
    """Two answers to one question are two buttons of one form: both send what was written."""
    client.force_login(User.objects.get(username=account))
    found = crawl(client, "/desk/", is_read=lambda address: address.startswith("/desk/"), alike=2, most=3000)
    several = {view_of(address) for address, page in found.pages.items() if _has_several(page)}
    assert several - APART.keys() == set()


def _has_several(page: Page) -> bool:
    sent = [form for form in page.forms if form.method == "post" and form.action.startswith("/desk/")]
    return len(sent) > 1 and any(form.lines for form in sent)


TEXT = "示例文字"
SIGN_IN = reverse("account_login")
# What is written though nobody sent a form: that somebody looked, and what is worked out from other records.
OF_ITSELF = ("accounts_session", "auditlog_logentry", "desk_openstep", "desk_touched", "desk_stepsday")


def _lost(user: User, form: Form) -> str:
    """What went wrong with the text of this form, or was written though nobody sent it again."""
    client = Client()
    client.force_login(user)
    client.get(reverse("desk:home"))
    del client.cookies["sessionid"]
    page = client.post(form.action, {**form.hidden, **dict.fromkeys(form.lines, TEXT)}).content.decode()
    signing_in = [drawn for drawn in Page("/", page).forms if drawn.action == SIGN_IN]
    if not signing_in:
        return "no sign-in page"
    typed = {**signing_in[0].hidden, "login": user.username, "password": PASSWORD}
    cache.clear()  # so many sign-ins are refused
    there = client.post(SIGN_IN, typed).headers["Location"]
    Site.objects.order_by("pk")[
        0
    ].save()  # the to-do list is out of date, and is worked out as a page is drawn
    with CaptureQueriesContext(connection) as asked:
        back = client.get(there)
    if TEXT not in back.content.decode():
        return f"{back.status_code}, and the text is gone"
    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    return "; ".join(sql for sql in written if sql.split('"')[1] not in OF_ITSELF)


def _main_pages(user: User) -> list[str]:
    furthest = Site.objects.visible_to(user).order_by("-naming", "-pk")[:3]
    figures = figures_for(user)
    return [
        reverse("desk:home"),
        *(site.get_absolute_url() for site in furthest),
        *([reverse("desk:figures")] if figures else []),
        *(reverse("desk:figure", args=[figure.key]) for figure in figures),
    ]


def _cold(client, url: str) -> int:
    caches["rail"].clear()
    caches["figures"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def _problems(page: Page) -> list[str]:
    twice = [name for name, times in Counter(page.ids).items() if times > 1]
    return [
        *(f"{page.headings} headings" for _once in [page.headings] if page.headings != 1),
        *(f"title {page.title!r} without {page.heading!r}" for fits in [page.title_fits] if not fits),
        *(f"id {name} twice" for name in twice),
        *(f"field without a label: {field}" for field in page.unlabelled),
        *(f"form without a key: {view}" for view in page.without_key),
        *faults(page.html),
    ]
