"""拟稿 → 核稿 → 会签 → 签发: who may take which step, and that nothing has a number before the last."""

import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Motion, User
from accounts.services import motions
from assessments.models import Finding
from assessments.services import recusals
from core.acting import Refusal
from core.clock import pinned, today
from desk.todo import todos
from documents.enums import DraftState, Openness
from documents.issuing import Head
from documents.models import Document, Draft, DraftPaper, Series
from documents.papers import DocumentKind
from documents.services import checking, drafts, signing
from documents.services.defaults import set_default
from documents.services.drafts import StaleDraft
from sites.models import Site
from tests import agreeing, factories
from tests.assessments import builders
from tests.documents.drafted import drafted, heard_site
from tests.files import pdf

pytestmark = pytest.mark.django_db

WHY = "示例：请写明整改责任人。"


@pytest.fixture
def site() -> Site:
    return heard_site()


@pytest.fixture(autouse=True)
def _day(on):
    on("2008-04-16")


@pytest.fixture
def draft(site, clerk) -> Draft:
    return drafted(site, clerk)


def again(draft: Draft) -> Draft:
    return Draft.objects.get(pk=draft.pk)


def check(draft: Draft, by: User, **more) -> None:
    agreeing.made(draft)
    checking.check(draft=draft, turn=again(draft).turn, by=by, **more)


def whats(person: User) -> list[str]:
    return [str(todo.what) for todo in todos(person)]


# -- the road --------------------------------------------------------------------------------------------


def test_drafted_checked_and_signed_by_three_it_gets_its_number(draft, site, clerk, colleague, leader):
    assert not Document.objects.filter(kind="rectification_notice").exists()
    assert "核对公文稿" in whats(colleague)
    assert "核对公文稿" not in whats(clerk)
    assert Motion.objects.waiting_for(leader).count() == 0
    check(draft, colleague, text="数字已核对。")
    assert Motion.objects.waiting_for(leader).count() == 1
    signing.sign(draft=again(draft), turn=1, by=leader)
    paper = Document.objects.get(kind="rectification_notice")
    assert (paper.drafted_by, paper.checked_by, paper.created_by) == (clerk, colleague, leader)
    done = again(draft)
    assert (done.state, done.signed_by) == (DraftState.SIGNED, leader)
    assert done.papers.get().document == paper
    assert [remark.act for remark in done.remarks.all()] == ["drafted", "checked", "signed"]
    assert Finding.objects.filter(assessment__site=site).first().deadline


def test_its_trial_print_says_draft_and_has_no_number_or_code(draft):
    agreeing.made(draft)
    paper = draft.papers.get()
    with paper.file.open() as file:
        text = subprocess.run(["pdftotext", "-", "-"], input=file.read(), capture_output=True, check=True)
    said = text.stdout.decode()
    assert "草稿（第1稿）" in said
    assert "〔2008〕 号" in said.replace("\u3000", " ")
    assert "验证码" not in said
    assert not Series.objects.filter(last_number__gt=0, code=paper.series).exists()


def test_sent_back_it_is_changed_handed_in_checked_and_signed(draft, clerk, colleague, leader):
    agreeing.made(draft)
    checking.send_back(draft=draft, text=WHY, by=colleague)
    assert "修改退回的公文稿，再次送核" in whats(clerk)
    paper = draft.papers.get()
    more = factories.unit()
    head = Head(
        copies_more=(more,),
        note="联系人：示例",
        print_run=12,
        openness=Openness.CLOSED,
        printer="示例印发机关",
    )
    drafts.change(paper=paper, head=head, by=clerk)
    checking.hand_in(draft=draft, by=clerk)
    check(again(draft), colleague)
    signing.sign(draft=again(draft), turn=2, by=leader)
    paper = Document.objects.get(kind="rectification_notice")
    assert paper.context["note"] == "联系人：示例"
    assert paper.context["print_run"] == 12
    assert more.name in paper.context["copies_to"]
    assert paper.context["printer"] == "示例印发机关"
    assert paper.openness == Openness.CLOSED
    assert paper.receipts.get(organisation=more).is_copy
    acts = [remark.act for remark in again(draft).remarks.all()]
    assert acts == ["drafted", "sent_back", "changed", "handed_in", "checked", "signed"]


def test_another_body_countersigns_or_sends_it_back(draft, site, clerk, colleague, leader):
    unit = builders.liaison(site)
    checking.ask(draft=draft, organisations=[unit.organisation], by=clerk)
    check(draft, colleague)
    assert Motion.objects.waiting_for(leader).count() == 0
    assert "会签公文稿" in whats(unit)
    with pytest.raises(ValidationError):
        checking.countersign(draft=draft, turn=1, agrees=False, by=unit)
    checking.countersign(draft=draft, turn=1, agrees=False, text=WHY, by=unit)
    assert again(draft).state == DraftState.RETURNED
    checking.hand_in(draft=draft, by=clerk)
    drafts.change(paper=draft.papers.get(), head=Head(note="示例", printer="示例"), by=clerk)
    check(again(draft), colleague)
    checking.countersign(draft=again(draft), turn=2, agrees=True, by=unit)
    assert Motion.objects.waiting_for(leader).count() == 1
    signing.sign(draft=again(draft), turn=2, by=leader)
    assert again(draft).state == DraftState.SIGNED


def test_edited_copy_stands_by_its_remark_for_those_who_see_the_draft(client, draft, clerk, colleague):
    client.force_login(colleague)
    sent = {"text": WHY, "edited": SimpleUploadedFile("修改稿.pdf", pdf(b"edited"))}
    assert client.post(reverse("documents:draft_remark", args=[draft.pk]), sent).status_code == 302
    remark = draft.remarks.get(act="remarked")
    address = reverse("documents:draft_edited", args=[remark.pk])
    client.force_login(clerk)
    assert address in client.get(draft.get_absolute_url()).content.decode()
    assert b"".join(client.get(address).streaming_content) == pdf(b"edited")
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(address).status_code == 404
    assert again(draft).turn == 1


def test_who_did_not_countersign_is_asked_anew_though_nothing_was_changed(draft, clerk, colleague, leader):
    unit, other = factories.user(Role.LIAISON), factories.user(Role.DISTRICT)
    checking.ask(draft=draft, organisations=[unit.organisation, other.organisation], by=clerk)
    check(draft, colleague)
    checking.countersign(draft=again(draft), turn=1, agrees=True, by=other)
    checking.countersign(draft=again(draft), turn=1, agrees=False, text=WHY, by=unit)
    checking.hand_in(draft=again(draft), text="示例：依据已核实，不作修改。", by=clerk)
    check(again(draft), colleague)
    assert again(draft).state == DraftState.COUNTERSIGNING
    assert Motion.objects.waiting_for(leader).count() == 0
    assert "会签公文稿" in whats(unit)
    assert "会签公文稿" not in whats(other)
    checking.countersign(draft=again(draft), turn=1, agrees=True, by=unit)
    assert again(draft).state == DraftState.SIGNING


def test_declined_or_taken_back_it_is_ended(draft, clerk, colleague, leader):
    check(draft, colleague)
    motions.decline(motion=again(draft).motion, reason=WHY, by=leader)
    assert again(draft).state == DraftState.ENDED
    assert not Document.objects.filter(kind="rectification_notice").exists()
    with pytest.raises(Refusal):
        checking.send_back(draft=draft, text=WHY, by=colleague)


# -- who may not -------------------------------------------------------------------------------------------


def test_who_drafted_it_neither_checks_nor_signs_and_who_checked_does_not_sign(draft, clerk, colleague):
    agreeing.made(draft)
    with pytest.raises(motions.OnePerson):
        checking.check(draft=draft, turn=1, by=clerk)
    check(draft, colleague)
    for person in (clerk, colleague):
        with pytest.raises(motions.OnePerson):
            signing.sign(draft=again(draft), turn=1, by=person)
    assert again(draft).state == DraftState.SIGNING


def test_a_deputy_is_not_another_person(draft, clerk, colleague):
    factories.send_away(clerk, colleague)
    agreeing.made(draft)
    with pytest.raises(motions.OnePerson):
        checking.check(draft=draft, turn=1, by=colleague)
    third = factories.user(Role.OFFICE)
    check(draft, third)
    stand_in = factories.user(Role.OFFICE)
    factories.send_away(third, stand_in)
    with pytest.raises(motions.OnePerson):
        signing.sign(draft=again(draft), turn=1, by=stand_in)


def test_the_database_knows_three_people(draft, clerk, colleague, leader):
    rows = Draft.objects.filter(pk=draft.pk)
    for wrong in (
        {"checked_by": clerk},
        {"state": "signing"},
        {"checked_by": colleague, "state": "signed", "signed_by": colleague},
        {"checked_by": colleague, "state": "signed", "signed_by": clerk},
        {"checked_by": colleague, "state": "signed"},
        {"checked_by": colleague, "state": "signing", "signed_by": leader},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_two_who_sign_the_same_draft_issue_it_once(draft, colleague, leader):
    check(draft, colleague)
    read = again(draft)
    signing.sign(draft=read, turn=1, by=leader)
    with pytest.raises(Refusal):
        signing.sign(draft=read, turn=1, by=factories.user(Role.LEADING_GROUP))
    assert Document.objects.filter(kind="rectification_notice").count() == 1


def test_nobody_signs_by_the_proposal_s_own_page_what_is_not_checked(draft, leader):
    with pytest.raises(Refusal):
        motions.agree(motion=draft.motion, by=leader)
    assert not Document.objects.filter(kind="rectification_notice").exists()


def test_who_stood_aside_sees_nothing_of_it(client, draft, site, colleague):
    recusals.recuse(user=colleague, site=site, reason="示例")
    client.force_login(colleague)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(reverse("documents:draft_paper_file", args=[draft.papers.get().pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        checking.check(draft=draft, turn=1, by=colleague)


# -- what was read is what is issued -----------------------------------------------------------------------


def test_not_checked_before_its_trial_print(draft, colleague):
    with pytest.raises(Refusal):
        checking.check(draft=draft, turn=1, by=colleague)


def test_changed_meanwhile_it_is_read_anew(draft, clerk, colleague):
    agreeing.made(draft)
    drafts.change(paper=draft.papers.get(), head=Head(note="示例", printer="示例"), by=clerk)
    agreeing.made(again(draft))
    with pytest.raises(Refusal):
        checking.check(draft=again(draft), turn=1, by=colleague)
    with pytest.raises(Refusal):
        drafts.change(paper=DraftPaper.objects.get(draft=draft, turn=1), head=Head(printer="示例"), by=clerk)


def test_days_that_moved_are_read_anew_but_not_checked_anew(draft, colleague, leader):
    check(draft, colleague)
    with pinned(today() + timedelta(days=1)):
        with pytest.raises(StaleDraft):
            signing.sign(draft=again(draft), turn=1, by=leader)
        moved = again(draft)
        assert (moved.state, moved.turn, moved.checked_by) == (DraftState.SIGNING, 2, colleague)
        with pytest.raises(Refusal):
            signing.sign(draft=moved, turn=1, by=leader)
        agreeing.made(moved)
        signing.sign(draft=moved, turn=2, by=leader)
    assert again(draft).state == DraftState.SIGNED


def test_records_that_moved_on_are_checked_anew_and_take_no_number(draft, site, colleague, leader):
    check(draft, colleague)
    finding = Finding.objects.filter(assessment__site=site).first()
    Finding.objects.filter(pk=finding.pk).update(opinion="示例：另一意见。")
    with pytest.raises(StaleDraft):
        signing.sign(draft=again(draft), turn=1, by=leader)
    now = again(draft)
    assert (now.state, now.turn, now.checked_by) == (DraftState.CHECKING, 2, None)
    assert not Series.objects.filter(last_number__gt=0, code="乌政公办").exists()
    assert "示例：另一意见。" in str(now.papers.get().context)


def test_office_s_defaults_stand_in_every_draft_of_the_kind(site, clerk):
    more = factories.unit()
    head = Head(copies_more=(more,), note="示例附注", print_run=30, retention="10", printer="示例机关")
    set_default(kind=DocumentKind.RECTIFICATION_NOTICE, head=head, by=clerk)
    paper = drafted(site, clerk).papers.get()
    assert (paper.note, paper.print_run, paper.retention) == ("示例附注", 30, "10")
    assert more.name in paper.context["copies_to"]


# -- pages -------------------------------------------------------------------------------------------------


def test_five_people_carry_it_through_on_the_pages(client, site, clerk, colleague, leader):
    client.force_login(clerk)
    client.post(reverse("assessments:notice_issue", args=[site.pk]))
    draft = Draft.objects.get()
    assert "待他人审批" in client.get(reverse("assessments:rectification", args=[site.pk])).content.decode()
    agreeing.made(draft)
    at = {name: reverse(f"documents:draft_{name}", args=[draft.pk]) for name in STEPS}
    client.force_login(colleague)
    assert at["check"] in client.get(draft.get_absolute_url()).content.decode()
    assert client.post(at["send_back"], {"text": ""}).status_code == 422
    client.post(at["send_back"], {"text": WHY})
    client.force_login(clerk)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert WHY in page
    change = reverse("documents:draft_paper_change", args=[draft.papers.get().pk])
    assert change in page
    filled = {"note": "示例", "print_run": 3, "openness": "open", "retention": "30", "printer": "示例机关"}
    assert client.post(change, filled | {"print_run": -1}).status_code == 422
    client.post(change, filled)
    client.post(at["hand_in"])
    agreeing.made(again(draft))
    client.force_login(colleague)
    client.post(at["check"], {"turn": 1})
    assert again(draft).state == DraftState.CHECKING
    client.post(at["check"], {"turn": 2, "text": "已核。"})
    listed = client.get(reverse("documents:drafts")).content.decode()
    assert reverse("documents:kinds") in listed
    client.force_login(leader)
    listed = client.get(reverse("documents:drafts")).content.decode()
    assert f'value="{draft.pk}.2"' in listed
    client.post(reverse("documents:drafts_together"), {"sign": "1", "draft": [f"{draft.pk}.2"]})
    paper = Document.objects.get(kind="rectification_notice")
    page = client.get(draft.get_absolute_url()).content.decode()
    assert paper.full_number in page
    assert at["sign"] not in page


def test_office_sets_defaults_on_a_page_and_others_do_not(client, clerk, leader):
    at = reverse("documents:default_edit", args=["rectification_notice"])
    filled = {"note": "示例附注", "print_run": 5, "openness": "open", "retention": "permanent", "printer": ""}
    client.force_login(leader)
    assert client.get(reverse("documents:kinds")).status_code == 403
    assert client.post(at, filled).status_code == 403
    client.force_login(clerk)
    assert client.post(at, filled | {"retention": "forever"}).status_code == 422
    client.post(at, filled)
    assert "示例附注" in client.get(reverse("documents:kinds")).content.decode()
    assert client.get(reverse("documents:default_edit", args=["nothing"])).status_code == 404


STEPS = ("remark", "ask", "check", "countersign", "send_back", "hand_in", "sign")
