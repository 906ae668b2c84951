"""What a form makes is made once, however often the form is sent: later, and at the same moment."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import lazystr

from accounts.enums import Role
from accounts.models import Motion, Organisation, User
from assessments.models import Evidence, Round
from core import tasks
from core.models import SentForm
from core.once import FIELD, KEPT
from publicity.models import (
    Article,
    DrawnSite,
    Naming,
    Objection,
    Recheck,
    RecheckDraw,
    RecheckPicture,
    RevocationHearing,
    TrackingNote,
    WarningAnswer,
)
from sites.enums import Stage
from sites.models import GuidanceNote, Site
from standards.enums import Kind
from tests import factories
from tests.assessments import builders, photos
from tests.at_once import at_once, on_both
from tests.publicity import scene
from tests.publicity.crawler import Page
from tests.sites import making
from wuhai_portal.urls import urlpatterns as portal_patterns

pytestmark = pytest.mark.django_db

TEMPLATES, KEY = Path(settings.BASE_DIR) / "templates", "{% once %}"


@dataclass(frozen=True)
class Case:
    """Who sends which form of which page, with what typed, and the records that come of it."""

    page: str
    action: str
    typed: Callable[[], dict[str, Any]]
    makes: dict[Any, int]
    user: User | None = None

    def drawn(self) -> dict[str, str]:
        """The form's hidden fields as its page draws them now."""
        html = signed_in(self.user).get(self.page).content.decode()
        found = [form for form in Page(self.page, html).forms if form.action == self.action]
        assert len(found) == 1, self.action
        return found[0].hidden

    def counted(self) -> dict[Any, int]:
        return {model: model.objects.count() for model in self.makes}


def signed_in(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def extension(on) -> Case:
    on("2008-05-05")
    notice, user = scene.publish(), factories.user(Role.OFFICE)
    ends = {"length": "5", "reason": "公示期间电话故障"}
    return Case(
        page=reverse("publicity_desk:notice", args=[notice.pk]),
        action=reverse("publicity_desk:notice_extend", args=[notice.pk]),
        typed=lambda: ends,
        makes={Motion: 1},
        user=user,
    )


def draw(on) -> Case:
    on("2008-06-02")
    scene.named(*scene.accepted(4))
    page = reverse("publicity_desk:recheck_draw_add")
    typed = {"wanted": "2", "due_on": "2008-07-01"}
    return Case(page, page, lambda: typed, {RecheckDraw: 1, Recheck: 2}, factories.user(Role.OFFICE))


def share(on) -> Case:
    on("2008-06-02")
    scene.named(*scene.accepted(4))
    page = reverse("publicity_desk:recheck_proposals")
    action = f"{reverse('publicity_desk:recheck_share_draw')}?programme={factories.programme().pk}"
    return Case(page, action, dict, {RecheckDraw: 1, DrawnSite: 2}, factories.user(Role.OFFICE))


def tracking(on) -> Case:
    on("2008-06-02")
    named = scene.named()[0]
    return Case(
        page=reverse("publicity_desk:naming", args=[named.pk]),
        action=reverse("publicity_desk:naming_complaint", args=[named.pk]),
        typed=lambda: {"text": "示例投诉记录"},
        makes={TrackingNote: 1, Recheck: 1},
        user=factories.user(Role.OFFICE),
    )


def visit(on) -> Case:
    on("2008-06-02")
    page = reverse("publicity_desk:naming_recheck", args=[scene.named()[0].pk])
    office = factories.user(Role.OFFICE)
    about = {"visitors": [office.pk], "visited_on": "2008-06-02", "met": "示例公开栏", "text": "示例"}
    made = {TrackingNote: 1, RecheckPicture: 1}
    return Case(page, page, lambda: {**about, "files": [photos.upload("现场.jpg")]}, made, office)


def warned(on) -> Naming:
    on("2008-06-02")
    naming = scene.named()[0]
    scene.warned(naming, working_days=1)
    return naming


def warning_answer(on) -> Case:
    naming = warned(on)
    page = reverse("publicity_desk:naming_answer", args=[naming.pk])
    unit = factories.liaison_of(naming.site)
    typed = {"text": "示例整改情况"}
    made = {WarningAnswer: 1, Evidence: 1, Recheck: 1}
    return Case(page, page, lambda: {**typed, "files": [photos.upload("现场.jpg")]}, made, unit)


def hearing(on) -> Case:
    naming = warned(on)
    on("2008-06-10")
    return Case(
        page=reverse("publicity_desk:naming", args=[naming.pk]),
        action=reverse("publicity_desk:naming_hear", args=[naming.pk]),
        typed=lambda: {"grounds": "示例事由"},
        makes={RevocationHearing: 1},
        user=factories.user(Role.OFFICE),
    )


def guidance(on) -> Case:
    on("2008-01-10")
    site = factories.site(Stage.BUILDING)
    return Case(
        page=reverse("sites:means", args=[site.pk]),
        action=reverse("sites:guidance_add", args=[site.pk]),
        typed=lambda: {"on": "2008-01-09", "text": "请完善指南（示例）。"},
        makes={GuidanceNote: 1},
        user=factories.user(Role.OFFICE),
    )


def article(on) -> Case:
    on("2008-05-12")
    site, page = factories.site(Stage.BUILDING), reverse("publicity_desk:article_add")
    words = {"kind": "experience", "title": "示例题名", "text": "示例正文", "sites": [site.pk]}
    return Case(
        page,
        page,
        lambda: {**words, "files": [photos.upload("现场.jpg")]},
        {Article: 1},
        factories.user(Role.OFFICE),
    )


def objection(on) -> Case:
    on("2008-05-05")
    notice = scene.publish()
    page = reverse("publicity:object", args=[notice.pk])
    letter = {
        "site": notice.entries.get().site_id,
        "name": scene.NAME,
        "phone": scene.PHONE,
        "text": scene.LETTER,
        "website": "",
    }
    return Case(page, page, lambda: letter, {Objection: 1})


def row(on) -> Case:
    on("2008-01-10")
    clerk = making.clerk()
    filing = making.own_list(clerk)
    page = reverse("sites:site_add", args=[filing.pk])
    typed = {
        "organisation": factories.unit(filing.organisation).pk,
        "window_name": "示例大厅",
        "kind": Kind.SERVICE,
        "reason": "基础较好（示例）。",
        "liaison_name": "示例甲",
        "liaison_phone": making.PHONE,
    }
    return Case(page, page, lambda: typed, {Site: 1}, clerk)


def opening(on) -> Case:
    on("2008-01-10")
    page = reverse("assessments:round_open")
    typed = {"kind": "inspection", "title": "示例督查", "due_on": "2008-04-30"}
    return Case(page, page, lambda: typed, {Round: 1}, builders.office())


CASES = (
    extension,
    draw,
    share,
    tracking,
    visit,
    warning_answer,
    hearing,
    guidance,
    article,
    objection,
    row,
    opening,
)


def told(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_is_sent_again_later_leads_there_and_makes_nothing(make, on):
    case = make(on)
    hidden, before = case.drawn(), case.counted()
    answers = [signed_in(case.user).post(case.action, {**hidden, **case.typed()}) for _once_more in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len({answer.url for answer in answers}) == 1
    assert told(answers[0]) == told(answers[1]) == told(answers[2])
    assert {model: count - before[model] for model, count in case.counted().items()} == case.makes


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_is_sent_from_a_form_drawn_anew_is_another_post(make, on):
    """The key alone tells them apart: what may be done twice can be."""
    case = make(on)
    keys = {case.drawn()[FIELD] for _drawn in range(3)}
    assert len(keys) == 3


@on_both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_is_sent_twice_at_once_is_made_once(database, make, on):
    case = make(on)
    hidden, before = case.drawn(), case.counted()
    answers: list[Any] = []

    def send(client: Client, typed: dict[str, Any]) -> Callable[[], None]:
        return lambda: answers.append(client.post(case.action, {**hidden, **typed}))

    verbs = [send(signed_in(case.user), case.typed()) for _twice in range(2)]
    assert at_once(*verbs) == ["done", "done"]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert {model: count - before[model] for model, count in case.counted().items()} == case.makes


# -- the same, and what is not the same -------------------------------------------------------


@pytest.fixture
def note(on):
    return guidance(on)


def send(case: Case, hidden: dict[str, str], user: User | None = None, **typed: str) -> HttpResponse:
    data = {**hidden, **case.typed(), **typed}
    return signed_in(user or case.user).post(case.action, data)


def test_a_form_that_was_refused_is_sent_again_with_its_key(note):
    hidden = note.drawn()
    assert send(note, hidden, on="2099-01-01").status_code == 422
    assert not SentForm.objects.exists()
    assert send(note, hidden).status_code == 302
    assert GuidanceNote.objects.count() == 1


def test_other_words_with_an_old_key_are_not_lost(note):
    """Whoever goes back in the browser, where the page still has its old key, and writes something else."""
    hidden = note.drawn()
    send(note, hidden)
    send(note, hidden, text="另一条（示例）。")
    assert GuidanceNote.objects.count() == 2


def test_somebody_elses_post_with_the_same_key_is_their_own(note):
    hidden = note.drawn()
    send(note, hidden)
    assert send(note, hidden, user=factories.user(Role.INSPECTOR)).status_code != 302
    send(note, hidden, user=factories.user(Role.OFFICE))
    assert GuidanceNote.objects.count() == 2


def test_a_message_still_waiting_is_not_told_twice(note):
    hidden, client = note.drawn(), signed_in(note.user)
    first, second = (client.post(note.action, {**hidden, **note.typed()}) for _twice in range(2))
    assert told(first)
    assert len(told(second)) == len(told(first))


def test_upload_that_was_sent_by_script_is_led_on_by_script_again(on):
    case = article(on)
    hidden, client = case.drawn(), signed_in(case.user)
    answers = [
        client.post(case.action, {**hidden, **case.typed()}, headers={"HX-Request": "true"})
        for _twice in range(2)
    ]
    assert (
        answers[0]["HX-Redirect"]
        == answers[1]["HX-Redirect"]
        == reverse("publicity_desk:article", args=[Article.objects.get().pk])
    )


def test_another_file_of_the_same_name_is_another_post(on):
    case = article(on)
    hidden = case.drawn()
    for seed in (1, 2):
        files = [photos.upload("现场.jpg", seed)]
        signed_in(case.user).post(case.action, {**hidden, **case.typed(), "files": files})
    assert Article.objects.count() == 2


# -- both or neither ------------------------------------------------------------------------------


def write_and_fail(request):
    with transaction.atomic():
        Organisation.objects.create(name="示例单位", short_name="示例", code="demo-1", kind="department")
    raise RuntimeError("示例故障")


def write_and_say(request):
    with transaction.atomic():
        Organisation.objects.create(name="示例单位", short_name="示例", code="demo-1", kind="department")
    return HttpResponse("示例", status=422)


def lead(request):
    return redirect("/")


def lead_with_words(request):
    """Words that are put into a language only when they are shown."""
    messages.success(request, lazystr("The list is filed."))
    return redirect("/")


urlpatterns = [
    *portal_patterns,
    path("desk/fail/", write_and_fail),
    path("desk/say/", write_and_say),
    path("desk/lead/", lead),
    path("desk/words/", lead_with_words),
]


@pytest.mark.urls("tests.core.test_once")
def test_what_fails_leaves_neither_work_nor_record():
    client = signed_in(factories.user(Role.OFFICE))
    client.raise_request_exception = False
    assert client.post("/desk/fail/", {FIELD: "k"}).status_code == 500
    assert not Organisation.objects.filter(code="demo-1").exists()
    assert not SentForm.objects.exists()


@pytest.mark.urls("tests.core.test_once")
def test_what_is_answered_with_a_page_keeps_its_work_and_uses_no_key_up():
    """A look that the trail notes beside a form that is shown again with its errors."""
    client = signed_in(factories.user(Role.OFFICE))
    assert client.post("/desk/say/", {FIELD: "k"}).status_code == 422
    assert Organisation.objects.filter(code="demo-1").exists()
    assert not SentForm.objects.exists()


@pytest.mark.urls("tests.core.test_once")
def test_a_message_in_no_language_yet_is_kept_for_the_next_page():
    client = signed_in(factories.user(Role.OFFICE))
    answer = client.post("/desk/words/", {FIELD: "k"})
    assert answer.status_code == 302
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["The list is filed."]


@pytest.mark.urls("tests.core.test_once")
def test_made_up_keys_of_strangers_are_not_kept(client):
    for number in range(3):
        assert client.post("/desk/lead/", {FIELD: str(number)}).status_code == 302
    assert not SentForm.objects.exists()


def test_records_go_after_a_week():
    old, young = (SentForm.objects.create(digest=name, led_to="/") for name in ("old", "young"))
    SentForm.objects.filter(pk=old.pk).update(at=timezone.now() - KEPT - datetime.timedelta(minutes=1))
    SentForm.objects.filter(pk=young.pk).update(at=timezone.now() - KEPT + datetime.timedelta(minutes=1))
    tasks.forget_sent_forms()
    assert SentForm.objects.get() == young


# -- every form ------------------------------------------------------------------------------------

# Those a crawl of the demo comes upon say where they are sent (tests.publicity.crawler.KEYLESS).
KEYLESS_TEMPLATES = {
    # Signing in, with a factor whose code serves once; a sign-in that is ended twice is ended.
    "account/login.html",
    "account/logout.html",
    "account/reauthenticate.html",
    "mfa/authenticate.html",
    "mfa/reauthenticate.html",
    "mfa/totp/activate_form.html",
    "mfa/webauthn/add_form.html",
    "mfa/webauthn/reauthenticate.html",
    "people/second_factor.html",
    "people/session_list.html",
    "components/rail.html",
    "components/document_card.html",
    "assessments/_item_form.html",
    "assessments/_upload_mend.html",
    "assessments/_item_consent.html",
    "assessments/evidence_links.html",
    "desk/_dossier_progress.html",
    "desk/dossier_detail.html",
    "desk/home.html",
    # Makes nothing.
    "publicity/verify_form.html",
}


def test_every_template_with_a_form_that_posts_draws_a_key():
    """Those as well that the demo shows to nobody."""
    found = {
        str(file.relative_to(TEMPLATES)): file.read_text().split("{% csrf_token %}")[1:]
        for file in TEMPLATES.rglob("*.html")
    }
    without = {name for name, forms in found.items() if any(not each.startswith(KEY) for each in forms)}
    assert without == KEYLESS_TEMPLATES
