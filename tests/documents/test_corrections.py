"""更正: a signed paper never changes; a corrected one names it, and goes where it went."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Motion, User
from accounts.services import motions
from assessments.models import Finding
from core.acting import Refusal
from documents.correcting import CORRECTABLE, ELSEWHERE
from documents.models import Document, Draft
from documents.papers import PAPERS
from documents.services import checking, correcting, render, signing, withdraw
from tests import agreeing, factories, reviewing
from tests.documents.drafted import drafted, heard_site
from tests.documents.reading import text_of
from tests.publicity import scene

pytestmark = pytest.mark.django_db

REASON = "示例：单位名称有误。"


@pytest.fixture(autouse=True)
def _day(on):
    on("2008-04-16")


@pytest.fixture
def paper(clerk) -> Document:
    """A rectification notice that was signed, sent and made."""
    drafted(heard_site(), clerk)
    agreeing.agreed()
    made = Document.objects.get(kind="rectification_notice")
    render(made.pk)
    made.refresh_from_db()
    return made


def asked(paper: Document, by: User, **words: str) -> Draft | None:
    """The correction as its form sends it; its draft."""
    changes = [[paper.context["site"], "示例更正窗口"]]
    values = {"changes": changes, "reason": REASON} | words
    return motions.move(kind=correcting.kind_of(paper), record=paper, values=values, by=by).draft


def correct(paper: Document, by: User) -> Document:
    asked(paper, by)
    agreeing.agreed()
    paper.refresh_from_db()
    assert paper.replaced_by
    return paper.replaced_by


def test_new_paper_says_it_right_and_names_the_one_it_replaces(paper, clerk):
    before = {"context": dict(paper.context), "sha256": paper.sha256, "title": paper.title}
    made = correct(paper, clerk)
    assert (made.kind, made.number) == (paper.kind, paper.number + 1)
    assert made.context["site"] == "示例更正窗口"
    assert "示例更正窗口" in made.title
    assert made.context["corrects"] == paper.full_number
    assert set(made.sites.all()) == set(paper.sites.all())
    assert {one.organisation_id: one.is_copy for one in made.receipts.all()} == {
        one.organisation_id: one.is_copy for one in paper.receipts.all()
    }
    assert (paper.withdrawn_why, paper.replaced_by_number) == (REASON, made.full_number)
    assert {name: getattr(paper, name) for name in before} == before
    render(made.pk)
    with Document.objects.get(pk=made.pk).file.open() as file:
        said = text_of(file.read())
    assert f"本件更正并代替{paper.full_number}，原件同时作废" in said
    assert "示例更正窗口" in said


def test_nothing_is_withdrawn_before_a_third_person_has_signed(paper, clerk, leader):
    draft, colleague = asked(paper, clerk), factories.user(Role.OFFICE)
    paper.refresh_from_db()
    assert paper.withdrawn_on is None
    assert not Document.objects.filter(kind=paper.kind).exclude(pk=paper.pk).exists()
    agreeing.made(draft)
    checking.check(draft=draft, turn=1, by=colleague)
    for one in (clerk, colleague):
        with pytest.raises((motions.OnePerson, PermissionDenied)):
            signing.sign(draft=Draft.objects.get(pk=draft.pk), turn=1, by=one)
    signing.sign(draft=Draft.objects.get(pk=draft.pk), turn=1, by=leader)
    paper.refresh_from_db()
    assert paper.replaced_by.created_by == leader


def test_what_was_to_be_done_by_the_old_paper_still_is(paper, clerk):
    before = list(Finding.objects.order_by("pk").values("pk", "state", "deadline"))
    correct(paper, clerk)
    assert list(Finding.objects.order_by("pk").values("pk", "state", "deadline")) == before


def test_corrected_paper_can_be_corrected_and_a_replaced_one_not(paper, clerk):
    made = correct(paper, clerk)
    assert not correcting.correctable(clerk).filter(pk=paper.pk).exists()
    with pytest.raises(Refusal):
        asked(paper, clerk)
    render(made.pk)
    again = correcting.correct(
        document=Document.objects.get(pk=made.pk),
        changes=[["示例更正窗口", "示例再更正窗口"]],
        reason=REASON,
        by=clerk,
    )
    assert again.context["corrects"] == made.full_number


def test_of_a_paper_that_was_withdrawn_meanwhile_nothing_is_corrected(paper, clerk, leader):
    draft = asked(paper, clerk)
    agreeing.checked(draft.motion)
    withdraw(document=paper, reason="示例")
    with pytest.raises(Refusal):
        signing.sign(draft=Draft.objects.get(pk=draft.pk), turn=1, by=leader)
    assert Document.objects.filter(kind=paper.kind).count() == 1


def test_title_that_would_be_too_long_is_refused(paper, clerk):
    with pytest.raises(Refusal):
        asked(paper, clerk, changes=[[paper.context["site"], "示例" * 100]])
    assert not Motion.objects.open().exists()


def test_one_at_a_time(paper, clerk):
    asked(paper, clerk)
    with pytest.raises(Refusal):
        asked(paper, clerk)


def test_public_paper_is_reviewed_for_secrets_first(on, clerk, leader):
    on("2008-05-30")
    site, *_others = scene.accepted()
    scene.named(site)
    decision = Document.objects.get(kind="naming_decision")
    render(decision.pk)
    decision.refresh_from_db()
    values = {"changes": [[site.window_name, "示例更正窗口"]], "reason": REASON}
    motion = motions.move(kind=correcting.kind_of(decision), record=decision, values=values, by=clerk)
    agreeing.checked(motion)
    with pytest.raises(Refusal):
        signing.sign(draft=Draft.objects.get(motion=motion), turn=1, by=leader)
    decision.refresh_from_db()
    assert decision.withdrawn_on is None
    reviewing.give_all()
    signing.sign(draft=Draft.objects.get(motion=motion), turn=1, by=leader)
    decision.refresh_from_db()
    assert decision.replaced_by.is_public
    assert "示例更正窗口" in str(decision.replaced_by.context)


def test_every_kind_is_corrected_here_or_elsewhere():
    assert {*CORRECTABLE, *ELSEWHERE} == {*PAPERS}


# -- the page -----------------------------------------------------------------------------------------


def test_office_fills_in_what_is_wrong_and_finds_the_draft(client, paper, clerk):
    client.force_login(clerk)
    page = client.get(paper.get_absolute_url()).content.decode()
    url = reverse("documents:correct", args=[paper.pk])
    assert url in page
    wrong = paper.context["organisation"]
    sent = {"wrong1": wrong, "right1": "示例更正单位", "reason": REASON}
    assert client.post(url, sent).status_code == 302
    motion = Motion.objects.open().get()
    assert motion.values == {"changes": [[wrong, "示例更正单位"]], "reason": REASON}
    page = client.get(paper.get_absolute_url()).content.decode()
    assert motion.get_absolute_url() in page
    assert url not in page
    draft = client.get(motion.draft.get_absolute_url()).content.decode()
    assert f"{wrong} → 示例更正单位" in draft


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"wrong1": "示例没有的字句", "right1": "示例"}, "wrong1", "没有这些字句"),
        ({"right2": "示例"}, "wrong2", "请填写"),
        ({"wrong1": "一"}, "wrong1", "2"),
        ({}, "wrong1", "请填写"),
        ({"wrong1": "SITE", "right1": "SITE"}, "right1", "公文现在就是这样写的"),
    ],
)
def test_what_is_wrong_with_the_form_stands_at_its_field(client, paper, clerk, sent, field, told):
    client.force_login(clerk)
    sent = {name: paper.context["site"] if value == "SITE" else value for name, value in sent.items()}
    response = client.post(reverse("documents:correct", args=[paper.pk]), sent | {"reason": REASON})
    assert response.status_code == 422
    assert told in str(response.context["form"].errors[field])
    assert not Motion.objects.open().exists()


def test_others_do_not_correct(client, paper, leader):
    for person in (leader, factories.user(Role.INSPECTOR), factories.user(Role.DISTRICT)):
        client.force_login(person)
        assert client.get(reverse("documents:correct", args=[paper.pk])).status_code in (403, 404)
        page = client.get(paper.get_absolute_url())
        assert reverse("documents:correct", args=[paper.pk]) not in page.content.decode()
