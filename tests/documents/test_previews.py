"""先看公文: every act that issues papers alone can be tried, and nothing of it is left but its prints."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.enums import ResolutionKind, Role
from accounts.models import SecrecyReview, User
from accounts.services import meetings
from assessments.finding_steps import confirms_first
from assessments.services import rectification
from core import jobs
from core.failures import SHOW_AGAIN
from core.previews import BUTTON, is_previewed
from documents.models import Document, Preview, PreviewPaper
from documents.models.previews import KEPT as DAY
from documents.services import previews
from publicity.enums import EnquiryKind
from publicity.services import warned
from sites import services
from sites.calendar import today
from sites.enums import Action, Stage
from tests import addresses, factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders
from tests.documents.reading import text_of
from tests.publicity import enquiring, scene
from tests.publicity.crawler import Page
from tests.sites import making

pytestmark = pytest.mark.django_db

MARKED = {pattern.name for pattern in addresses.patterns() if is_previewed(pattern.view)}
# What somebody who tries an act writes: the preview, and what the browser and its form are known by.
KEPT = {"documents.Preview", "documents.PreviewPaper", "documents.Preview_sites", "core.SentForm"}
OF_THE_BROWSER = {"accounts.Session", "accounts.KnownDevice"}
# What a paper has of its own once it is issued.
ITS_OWN = {"number", "verification_code", "verification_url", "draft", "signer"}


@dataclass
class Act:
    """Somebody before the button that issues papers: on this page, with this typed."""

    by: User
    page: str
    typed: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


def district_s_determination() -> Act:
    filing, by = making.complete_list()
    head = making.head(filing.organisation)
    services.put_forward(filing=filing, by=by)
    page = reverse("sites:filing_decide", args=[filing.pk])
    return Act(head, page, kinds=("district_determination",))


def filing() -> Act:
    filing, by = making.decided_list()
    return Act(by, reverse("sites:filing_file", args=[filing.pk]), kinds=("filing_form",))


def determination() -> Act:
    filing, _by = making.reviewed_list()
    typed: dict[str, Any] = {f"answer_{site.pk}": "yes" for site in filing.sites.undetermined()}
    typed |= {f"list_{filing.versions.latest('number').pk}": "on", "resolution": resolved("determination").pk}
    leader = factories.user(Role.LEADING_GROUP)
    return Act(leader, reverse("sites:determination_new"), typed, ("determined_list",))


def minutes() -> Act:
    by, members = factories.user(Role.OFFICE), [factories.user(Role.LEADING_GROUP) for _ in range(3)]
    meeting = meetings.plan_meeting(
        campaign=factories.programme().pk,
        on=today(),
        place="示例会议室",
        chair=members[0],
        members=members,
        by=by,
    )
    named = meetings.Item(ResolutionKind.NAMING, "命名示范点（示例）")
    item = meetings.put_on_agenda(meeting=meeting, item=named, by=by)
    outcomes = {item.pk: meetings.Outcome(agreed=True, text="同意（示例）")}
    meetings.record(meeting=meeting, present=members[:2], outcomes=outcomes, by=by)
    meetings.confirm_minutes(meeting=meeting, by=members[1])
    return Act(by, meeting.get_absolute_url(), kinds=("minutes",))


def rectification_s_end() -> Act:
    site = builders.building()
    builders.inspected(site)
    with builders.on("2008-04-22"):
        for finding in builders.answered(site):
            if confirms_first(site):
                rectification.confirm(finding=finding, text="", by=builders.district(site))
            rectification.verify(finding=finding, text="", by=builders.office())
    page = reverse("assessments:rectification", args=[site.pk])
    return Act(builders.office(), page, kinds=("rectification_report",))


def acceptance() -> Act:
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    builders.recommended(site)
    typed = {"verdict": "pass", "note": "示例", "resolution": resolved("acceptance").pk}
    page = reverse("assessments:acceptance", args=[site.pk])
    return Act(builders.leader(), page, typed, ("acceptance_notice", "acceptance_report"))


def warning() -> Act:
    [naming] = scene.named(factories.site(Stage.ACCEPTED))
    scene.rechecked(naming)
    by = factories.user(Role.OFFICE)
    warned.prepare(
        step=Action.WARN, naming=naming, by=by, reason="示例警告理由", resolution=resolved("warning")
    )
    review = reviewing.given(SecrecyReview.objects.waiting().get())
    return Act(by, review.get_absolute_url(), kinds=("warning_notice",))


def objection_s_reply() -> Act:
    [site] = scene.accepted()
    letter = scene.object_to(scene.publish(site))
    scene.draft(scene.look_into(letter), "not_upheld")
    page = reverse("publicity_desk:objection", args=[letter.pk])
    return Act(factories.user(Role.LEADING_GROUP), page, kinds=("objection_reply",))


def information_s_reply() -> Act:
    asked = enquiring.drafted(enquiring.ask(EnquiryKind.INFORMATION))
    return Act(factories.user(Role.LEADING_GROUP), asked.get_absolute_url(), kinds=("information_reply",))


def commendation() -> Act:
    made = scene.put_forward(scene.commendation())
    typed = {"resolution": resolved("commendation").pk}
    leader = factories.user(Role.LEADING_GROUP)
    return Act(leader, made.get_absolute_url(), typed, ("commendation_decision",))


def naming() -> Act:
    notice = scene.publish()
    typed = {"sites": [notice.entries.get().site_id], "resolution": resolved("naming").pk}
    page = reverse("publicity_desk:notice", args=[notice.pk])
    return Act(factories.user(Role.LEADING_GROUP), page, typed, ("naming_decision",))


# The address → what brings somebody before its button, and the day.
ACTS: dict[str, tuple[Callable[[], Act], str, str]] = {
    "sites:filing_decide": (district_s_determination, "2008-01-10", ""),
    "sites:filing_file": (filing, "2008-01-10", ""),
    "sites:determination_new": (determination, "2008-01-10", ""),
    "sites:meeting_issue": (minutes, "2008-01-10", ""),
    "assessments:rectification_close": (rectification_s_end, "2008-04-22", ""),
    "assessments:decide": (acceptance, "2008-05-08", ""),
    "people:secrecy_put_out": (warning, "2008-05-20", ""),
    "publicity_desk:objection_approve": (objection_s_reply, "2008-05-05", ""),
    "publicity_desk:enquiry_approve": (information_s_reply, "2008-05-05", ""),
    "publicity_desk:notice_name": (naming, "2008-05-05", "2008-05-13"),
    "publicity_desk:commendation_decide": (commendation, "2008-05-20", ""),
}


def test_every_view_that_may_be_tried_is_tried_here():
    assert set(ACTS) == MARKED


@pytest.fixture(params=ACTS)
def act(request, client, on):
    make, before, day = ACTS[request.param]
    on(before)
    made = make()
    on(day or before)
    client.force_login(made.by)
    return made


def form_of(client, act, name):
    """The form on its page, as it is filled in."""
    html = client.get(act.page).content.decode()
    assert f'name="{BUTTON}"' in html
    [form] = [
        one
        for one in Page(act.page, html).forms
        if resolve(one.action.split("?")[0]).view_name == name and one.method == "post"
    ]
    return form.action, form.hidden | form.shown | act.typed


@pytest.fixture
def tried(client, act, request):
    """The form's address, what was sent, and where the preview led."""
    action, sent = form_of(client, act, request.node.callspec.params["act"])
    before = everything()
    answer = client.post(action, sent | {BUTTON: "1"})
    assert answer.status_code == 302, answer.content.decode()
    return action, sent, before, answer.url


def everything() -> dict[str, str]:
    """All rows of all records."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in KEPT | OF_THE_BROWSER
    }


def changed(before: dict[str, str]) -> list[str]:
    return [label for label, rows in everything().items() if rows != before[label]]


def test_nothing_is_left_but_the_preview(client, act, tried):
    _action, _sent, before, led_to = tried
    assert changed(before) == []
    preview = Preview.objects.get()
    assert led_to == preview.get_absolute_url()
    assert preview.asked_by == act.by
    assert tuple(preview.papers.values_list("kind", flat=True)) == act.kinds
    page = client.get(led_to).content.decode()
    assert all(paper.title in page for paper in preview.papers.all())
    assert "不印发" not in page


def test_public_page_is_shown_as_it_will_stand(client, act, tried):
    action, sent, _before, led_to = tried
    preview, shown = Preview.objects.get(), led_to + "page/"
    is_public = act.kinds[0] in ("warning_notice", "naming_decision", "commendation_decision")
    assert bool(preview.page) == is_public
    if not is_public:
        assert client.get(shown).status_code == 404
        return
    assert shown in client.get(led_to).content.decode()
    assert "预览：尚未公开" in client.get(shown).content.decode()
    answer = client.post(action, sent)
    address = resolve(answer.url)
    public = reverse(address.view_name.replace("publicity_desk:", "publicity:"), kwargs=address.kwargs)
    assert main_of(preview.page) == main_of(Client().get(public).content.decode())
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(shown).status_code == 404


def main_of(html: str) -> str:
    """What stands on a page, without what each paper and each form has of its own."""
    said = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"[0-9A-Z]{12}|value=\"[^\"]+\"", "", said)


def test_what_is_issued_then_says_what_was_previewed(client, act, tried):
    action, sent, _before, _led_to = tried
    shown = [(paper.title, essence(paper)) for paper in PreviewPaper.objects.all()]
    issued_before = set(Document.objects.values_list("pk", flat=True))
    assert client.post(action, sent).status_code == 302
    issued = Document.objects.exclude(pk__in=issued_before).order_by("pk")
    assert [(paper.title, essence(paper)) for paper in issued] == shown


def test_from_its_own_page_one_goes_back_or_carries_it_out(client, act, tried):
    action, _sent, before, led_to = tried
    page = Page(led_to, client.get(led_to).content.decode())
    carry_out, back = [form for form in page.forms if form.action == action]
    again = client.post(back.action, back.hidden | {SHOW_AGAIN: "1"}, follow=True).content.decode()
    assert "尚未办理" in again
    assert all(words in again for words in act.typed.values() if isinstance(words, str))
    assert set(changed(before)) <= {"auditlog.LogEntry"}  # who looked at an objection
    assert client.post(carry_out.action, carry_out.hidden).status_code == 302
    kinds = Document.objects.order_by("pk").values_list("kind", flat=True)
    assert tuple(kinds)[-len(act.kinds) :] == act.kinds


def essence(paper: Document | PreviewPaper) -> str:
    said = {name: value for name, value in paper.context.items() if name not in ITS_OWN}
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


# -- one of them, in all its states ----------------------------------------------------------


@pytest.fixture
def preview(client, on):
    on("2008-01-10")
    made = filing()
    client.force_login(made.by)
    action, sent = form_of(client, made, "sites:filing_file")
    return client.post(action, sent | {BUTTON: "1"}), action, sent


def test_sent_twice_it_is_the_same_preview(client, preview):
    answer, action, sent = preview
    assert client.post(action, sent | {BUTTON: "1"}).url == answer.url
    assert Preview.objects.count() == 1


def test_its_prints_are_marked_and_for_whoever_asked_alone(client, preview):
    paper = PreviewPaper.objects.get()
    file = reverse("documents:preview_paper_file", args=[paper.pk])
    assert client.get(file).status_code == 404
    previews.render(paper.pk)
    answer = client.get(file)
    assert answer.status_code == 200
    assert "预览" in text_of(b"".join(answer.streaming_content))
    asked_again = client.get(
        reverse("documents:preview_paper_status", args=[paper.pk]), headers={"HX-Request": "true"}
    )
    assert "hx-get" not in asked_again.content.decode()
    client.force_login(factories.user(Role.OFFICE))
    for address in (file, paper.get_absolute_url()):
        assert client.get(address).status_code == 404


def test_after_a_day_nothing_of_it_is_left(preview):
    paper = PreviewPaper.objects.get()
    previews.render(paper.pk)
    paper.refresh_from_db()
    name = paper.file.name
    assert jobs.expire_old() == 0
    PreviewPaper.objects.update(finished_at=timezone.now() - DAY)
    assert jobs.expire_old() == 1
    assert not default_storage.exists(name)
    assert not Preview.objects.exists()


def test_act_that_is_refused_says_why_and_has_no_preview(client, preview):
    _answer, action, sent = preview
    client.post(action, sent)
    before = Preview.objects.count()
    answer = client.post(action, sent | {BUTTON: "1", "once": "another"}, follow=True)
    assert answer.status_code == 200
    assert Preview.objects.count() == before


def test_button_on_an_act_that_cannot_be_tried_carries_nothing_out(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(reverse("sites:meeting_new"), {BUTTON: "1"}).status_code == 400


def test_longer_address_than_is_kept_carries_nothing_out(client, preview):
    _answer, action, sent = preview
    before = Preview.objects.count()
    answer = client.post(f"{action}?{'x' * previews.LONGEST_PATH}", sent | {BUTTON: "1", "once": "another"})
    assert answer.status_code == 400
    assert Preview.objects.count() == before


def test_stranger_is_sent_to_sign_in(client, preview):
    _answer, action, sent = preview
    client.logout()
    answer = client.post(action, sent | {BUTTON: "1"})
    assert answer.url.startswith(reverse("account_login"))
    assert Preview.objects.count() == 1
