"""签批单 and 盖章件: what a leader signs with a pen holds once two clerks have had it in hand."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.services import motions
from assessments.services import recusals
from core.acting import Refusal
from desk.dossiers.contents import pieces_of
from desk.dossiers.pieces import Case
from desk.todo import todos
from documents.enums import DraftState
from documents.issuing import Head
from documents.models import Document, Draft, PenSignature
from documents.services import drafts, scans, signing
from documents.services.drafts import StaleDraft
from sites.calendar import today
from tests import factories
from tests.accounts import exporting
from tests.documents.reading import page_count, text_of
from tests.documents.scanned import entered, scan, stamped, to_sign
from tests.files import pdf

pytestmark = pytest.mark.django_db

DAY = datetime.date(2008, 4, 16)


@pytest.fixture(autouse=True)
def _day(on):
    on("2008-04-16")


@pytest.fixture
def third() -> User:
    return factories.user(Role.OFFICE)


@pytest.fixture
def draft(clerk, colleague) -> Draft:
    return to_sign(clerk, colleague)


def papers() -> list[Document]:
    return list(Document.objects.filter(kind="rectification_notice"))


def state_of(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).state


# -- the road -----------------------------------------------------------------------------------------


def test_entered_by_one_and_compared_by_another_it_is_issued_in_the_leaders_name(
    draft, clerk, colleague, leader
):
    signature = entered(draft, signer=leader, by=clerk)
    assert papers() == []
    assert "核对签批单" in [str(todo.what) for todo in todos(colleague)]
    assert "核对签批单" not in [str(todo.what) for todo in todos(clerk)]
    scans.confirm_pen_signature(signature=signature, by=colleague)
    (paper,) = papers()
    assert (paper.drafted_by, paper.checked_by, paper.created_by) == (clerk, colleague, leader)
    assert state_of(draft) == DraftState.SIGNED
    acts = [remark.act for remark in draft.remarks.all()]
    assert acts == ["drafted", "checked", "pen_entered", "pen_confirmed", "signed"]
    assert "核对签批单" not in [str(todo.what) for todo in todos(colleague)]


def test_nobody_compares_what_they_entered(draft, clerk, leader):
    signature = entered(draft, signer=leader, by=clerk)
    with pytest.raises(motions.OnePerson):
        scans.confirm_pen_signature(signature=signature, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PenSignature.objects.update(confirmed_by=clerk)
    assert papers() == []


def test_what_differs_is_entered_anew(draft, clerk, colleague, leader):
    first = entered(draft, signer=leader, by=clerk)
    with pytest.raises(Refusal):
        entered(draft, signer=leader, by=clerk)
    scans.refuse_pen_signature(signature=first, text="示例：日期看错了。", by=colleague)
    with pytest.raises(Refusal):
        scans.confirm_pen_signature(signature=first, by=colleague)
    again = entered(draft, signer=leader, by=clerk)
    scans.confirm_pen_signature(signature=again, by=colleague)
    assert len(papers()) == 1
    assert PenSignature.objects.get(pk=first.pk).refused_why == "示例：日期看错了。"


def test_draft_that_was_changed_meanwhile_is_signed_anew(draft, clerk, colleague, leader):
    signature = entered(draft, signer=leader, by=clerk)
    drafts.change(paper=draft.papers.get(), head=Head(note="示例"), by=clerk)
    with pytest.raises(Refusal):
        scans.confirm_pen_signature(signature=signature, by=colleague)
    assert papers() == []


def test_where_the_days_have_moved_the_sheet_does_not_hold(draft, clerk, colleague, leader, on):
    signature = entered(draft, signer=leader, by=clerk)
    on("2008-04-18")
    with pytest.raises(StaleDraft):
        scans.confirm_pen_signature(signature=signature, by=colleague)
    assert papers() == []
    assert PenSignature.objects.get().confirmed_by is None
    # It is drawn up anew, and the sheet of the former turn waits for nobody any more.
    assert Draft.objects.get(pk=draft.pk).turn == 2
    assert "核对签批单" not in [str(todo.what) for todo in todos(colleague)]


def test_signed_at_the_desk_meanwhile_there_is_nothing_to_compare(draft, clerk, colleague, leader):
    signature = entered(draft, signer=leader, by=clerk)
    signing.sign(draft=draft, turn=1, by=factories.user(Role.LEADING_GROUP))
    with pytest.raises(Refusal):
        scans.confirm_pen_signature(signature=signature, by=colleague)
    assert len(papers()) == 1


@pytest.mark.parametrize("day", ["2008-04-15", "2008-04-17"])
def test_day_of_the_signature_is_one_on_which_it_could_be(draft, clerk, leader, day):
    with pytest.raises(ValidationError) as told:
        entered(draft, signer=leader, by=clerk, on=datetime.date.fromisoformat(day))
    assert "signed_on" in told.value.message_dict


def test_others_neither_enter_nor_compare(draft, clerk, leader):
    for person in (leader, factories.user(Role.DISTRICT), factories.user(Role.INSPECTOR)):
        with pytest.raises(PermissionDenied):
            entered(draft, signer=leader, by=person)
    signature = entered(draft, signer=leader, by=clerk)
    with pytest.raises(PermissionDenied):
        scans.confirm_pen_signature(signature=signature, by=leader)


def test_who_may_not_sign_at_the_desk_signs_with_no_pen_either(draft, clerk, colleague, third):
    for signer in (clerk, colleague, third, factories.user(Role.INSPECTOR)):
        with pytest.raises(ValidationError) as told:
            entered(draft, signer=signer, by=clerk)
        assert "signer" in told.value.message_dict


def test_leaders_who_may_sign_are_offered(draft, leader):
    other = factories.user(Role.LEADING_GROUP)
    recusals.recuse(user=other, site=draft.sites.get(), reason="示例亲属")
    assert scans.pen_signers(draft) == [leader]


# -- the pages ----------------------------------------------------------------------------------------


def test_sheet_is_printed_with_room_for_the_pen(client, draft, clerk):
    client.force_login(clerk)
    page = client.get(draft.get_absolute_url()).content.decode()
    address = reverse("documents:pen_sheet", args=[draft.pk])
    assert address in page
    content = exporting.fetched(client, address)
    assert page_count(content) == 1
    said = text_of(content)
    for words in (draft.papers.get().title, clerk.name, "签发意见", "第1稿"):
        assert words.replace(" ", "") in said


def test_clerks_carry_a_signed_sheet_through_their_pages(client, draft, clerk, colleague, leader):
    client.force_login(clerk)
    enter = reverse("documents:pen_enter", args=[draft.pk])
    sent = {"signer": leader.pk, "signed_on": "2008-04-16", "turn": 1}
    assert client.post(enter, sent).status_code == 422
    assert client.post(enter, sent | {"scan": SimpleUploadedFile("签.pdf", pdf(b"x"))}).status_code == 302
    signature = PenSignature.objects.get()
    assert signature.scan_sha256
    compare = reverse("documents:pen_compare", args=[signature.pk])
    assert compare in client.get(draft.get_absolute_url()).content.decode()
    client.force_login(colleague)
    assert leader.name in client.get(compare).content.decode()
    fetched = client.get(reverse("documents:pen_scan", args=[signature.pk]))
    assert b"".join(fetched.streaming_content) == signature.scan.open().read()
    refuse = reverse("documents:pen_refuse", args=[signature.pk])
    assert client.post(refuse, {"text": ""}).status_code == 422
    client.post(reverse("documents:pen_confirm", args=[signature.pk]))
    assert len(papers()) == 1
    assert client.get(compare).status_code == 302


def test_entry_of_another_draft_is_not_found_by_whoever_stood_aside(client, draft, clerk, leader):
    signature = entered(draft, signer=leader, by=clerk)
    aside = factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=draft.sites.get(), reason="示例亲属")
    client.force_login(aside)
    for name in ("pen_compare", "pen_scan"):
        assert client.get(reverse(f"documents:{name}", args=[signature.pk])).status_code == 404


# -- sealed -------------------------------------------------------------------------------------------


def test_sealed_paper_is_filed_with_it_and_goes_into_the_dossier(client, draft, clerk, leader):
    signing.sign(draft=draft, turn=1, by=leader)
    (paper,) = papers()
    client.force_login(clerk)
    stamp = reverse("documents:stamp", args=[paper.pk])
    assert stamp in client.get(paper.get_absolute_url()).content.decode()
    assert client.post(stamp).status_code == 422
    assert client.post(stamp, {"scan": SimpleUploadedFile("章.pdf", pdf(b"seal"))}).status_code == 302
    (kept,) = paper.stamped_scans.all()
    site = paper.sites.get()
    client.force_login(factories.liaison_of(site))
    assert "章.pdf" in client.get(paper.get_absolute_url()).content.decode()
    fetched = client.get(reverse("documents:stamped", args=[kept.pk]))
    assert b"".join(fetched.streaming_content) == pdf(b"seal")
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(reverse("documents:stamped", args=[kept.pk])).status_code == 404
    pieces = pieces_of(Case(site, clerk, today()))
    (piece,) = [one for one in pieces if one.name.startswith("盖章件")]
    assert piece.number == paper.full_number
    assert piece.sha256 == kept.scan_sha256


def test_leader_and_district_file_no_sealed_paper(client, draft, leader):
    signing.sign(draft=draft, turn=1, by=leader)
    (paper,) = papers()
    for person in (leader, factories.user(Role.DISTRICT)):
        client.force_login(person)
        answer = client.get(reverse("documents:stamp", args=[paper.pk]))
        assert answer.status_code in (403, 404)
        with pytest.raises(PermissionDenied):
            scans.file_stamped_scan(document=paper, scan=scan(), by=person)
    assert not stamped(paper, factories.user(Role.OFFICE)).scan_flags
