"""Issuing papers: numbers, frozen contents; making their files, over and over, with or without a broker."""

import copy
import datetime
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from core import jobs
from core.acting import Refusal
from documents import services
from documents.enums import RenderState
from documents.fields import missing_fields
from documents.models import Document, KindSeries, Series
from documents.papers import DocumentKind
from documents.services import kinds
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.documents.papers import issue_paper

pytestmark = pytest.mark.django_db


# -- numbers ----------------------------------------------------------------


def test_numbers_run_from_one_without_gaps():
    assert [issue_paper().full_number for _ in range(3)] == [
        "乌政公办〔2008〕1号",
        "乌政公办〔2008〕2号",
        "乌政公办〔2008〕3号",
    ]


def test_numbers_run_by_series():
    issue_paper()
    assert issue_paper(DocumentKind.NAMING_DECISION).number == 1
    assert issue_paper(DocumentKind.PUBLIC_NOTICE).number == 2  # one series for the office's own


def test_series_set_by_the_office_holds_for_the_next_paper_and_changes_no_number():
    first = issue_paper()
    kinds.set_series(kind=DocumentKind.RECTIFICATION_NOTICE, code="乌政公督", by=factories.user("office"))
    assert issue_paper().full_number == "乌政公督〔2008〕1号"
    first.refresh_from_db()
    assert first.full_number == "乌政公办〔2008〕1号"
    assert issue_paper(DocumentKind.WARNING_NOTICE).full_number == "乌政公办〔2008〕2号"
    kinds.set_series(kind=DocumentKind.RECTIFICATION_NOTICE, code="乌政公办", by=factories.user("office"))
    assert issue_paper().full_number == "乌政公办〔2008〕3号"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "乌",
        "乌政公办〔2008〕",
        "乌政公办1",
        "WZGB",
        "<b>乌政</b>",
        "乌政\u202e公办",
        "乌" * 11,
        "海勃湾政公办",
    ],
)
def test_letters_that_are_none_are_refused(code):
    with pytest.raises(ValidationError):
        kinds.set_series(kind=DocumentKind.MINUTES, code=code, by=factories.user("office"))
    assert not KindSeries.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_letters_are_set_by_the_office_alone(role):
    with pytest.raises(PermissionDenied):
        kinds.set_series(kind=DocumentKind.MINUTES, code="乌政公纪要", by=factories.user(role))


def test_numbers_begin_again_each_year(on):
    issue_paper()
    on("2009-01-05")
    assert issue_paper().full_number == "乌政公办〔2009〕1号"


def test_number_of_a_failed_transaction_is_given_again():
    issue_paper()
    with transaction.atomic():
        assert issue_paper().number == 2
        transaction.set_rollback(True)
    assert issue_paper().number == 2
    assert Document.objects.count() == 2


@pytest.mark.parametrize(
    ("sign", "shown"),
    [("😀", "😀"), ("\ue123", "\ue123"), ("\u1820", "\u1820"), ("\u202e", ""), ("\ud800", "")],
)
def test_character_that_cannot_be_printed_stops_the_issue_and_is_named_with_its_place(sign, shown):
    issue_paper()
    with pytest.raises(Refusal) as refused:
        issue_paper(title=f"关于示例{sign}窗口整改的通知")
    told = str(refused.value)
    assert f"U+{ord(sign):04X}" in told
    assert f"关于示例{shown}窗口" in told
    told.encode()  # half a character is told by its number, or the page would fail over it
    assert Document.objects.count() == 1
    assert issue_paper().number == 2  # no gap


def test_rare_but_printable_characters_do_not_stop_the_issue():
    assert issue_paper(title="关于𠮷㐂龑㎡〇示例窗口整改的通知").number == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_asked_for_at_once_are_neither_doubled_nor_skipped():
    site, by = factories.site(Stage.RECTIFYING), factories.user("office")
    context = issue_paper(title="示例首件").context

    def one(n: int) -> int:
        try:
            return services.issue(
                kind=DocumentKind.RECTIFICATION_NOTICE,
                programme=site.programme,
                title=f"示例{n}",
                sites=[site],
                context=context,
                by=by,
            ).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        given = list(pool.map(one, range(8)))
    assert sorted(given) == list(range(2, 10))
    assert Series.objects.get(code="乌政公办").last_number == 9


# -- the frozen contents ----------------------------------------------------


@pytest.mark.parametrize("kind", DocumentKind)
def test_context_holds_every_field_of_its_kind(kind):
    document = issue_paper(kind)
    document.refresh_from_db()
    assert missing_fields(kind, document.context) == []
    assert document.context["number"] == document.full_number
    assert document.context["verification_code"] == document.verification_code


def test_context_stays_when_the_records_change():
    site = factories.site(Stage.RECTIFYING)
    document = issue_paper(DocumentKind.RECTIFICATION_NOTICE, site)
    document.refresh_from_db()
    before = copy.deepcopy(document.context)
    Site.objects.filter(pk=site.pk).update(window_name="改名后的窗口", stage=Stage.RECTIFIED)
    document.refresh_from_db()
    assert document.context == before


def test_incomplete_paper_is_not_issued_and_takes_no_number():
    site = factories.site(Stage.RECTIFYING)
    with pytest.raises(ValueError, match="findings"):
        services.issue(
            kind=DocumentKind.RECTIFICATION_NOTICE,
            programme=site.programme,
            title="示例",
            sites=[site],
            context={"site": "示例"},
            by=factories.user("office"),
        )
    assert not Document.objects.exists()
    assert issue_paper().number == 1


def test_sample_sites_mark_the_paper_as_a_sample():
    real = factories.site(Stage.RECTIFYING)
    Site.objects.filter(pk=real.pk).update(is_sample=False)
    real.refresh_from_db()
    assert issue_paper(DocumentKind.RECTIFICATION_NOTICE, real).context["sample_note"] == ""
    assert issue_paper().context["sample_note"] == "示例"


# -- the broker away --------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_paper_issued_while_the_broker_is_down_waits_on_its_row():
    document = issue_paper()
    document.refresh_from_db()
    assert document.state == RenderState.QUEUED
    assert document.sent_at is None


def test_resending_while_the_broker_is_down_sends_nothing_and_loses_nothing():
    document = issue_paper()
    assert jobs.resend(Document) == 0
    document.refresh_from_db()
    assert document.state == RenderState.QUEUED


# -- making the file --------------------------------------------------------


def test_render_stores_the_pdf_with_its_digest():
    document = issue_paper()
    services.render(document.pk)
    document.refresh_from_db()
    with document.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == document.sha256
    assert document.state == RenderState.READY
    assert document.attempts == 1


def test_render_twice_makes_it_once():
    document = issue_paper()
    services.render(document.pk)
    document.refresh_from_db()
    first = (document.finished_at, document.file.name)
    services.render(document.pk)
    document.refresh_from_db()
    assert (document.finished_at, document.file.name) == first
    assert document.attempts == 1


def test_render_of_a_paper_that_is_gone_does_nothing():
    services.render(999)
    assert not Document.objects.exists()


def test_render_that_fails_says_why_on_the_row_and_retry_mends_it():
    document = issue_paper()
    whole = document.context
    Document.objects.filter(pk=document.pk).update(context={})
    services.render(document.pk)
    document.refresh_from_db()
    assert document.state == RenderState.FAILED
    assert "issued_on" in document.error
    assert not document.file

    Document.objects.filter(pk=document.pk).update(context=whole)
    assert services.retry(document=document) is False  # no broker here: it waits
    document.refresh_from_db()
    assert (document.state, document.attempts, document.error) == (RenderState.QUEUED, 0, "")
    services.render(document.pk)
    document.refresh_from_db()
    assert document.state == RenderState.READY


def test_render_again_replaces_the_half_written_file_of_a_killed_worker():
    document = issue_paper()
    services.render(document.pk)
    document.refresh_from_db()
    name, digest = document.file.name, document.sha256
    with document.file.storage.open(name, "wb") as file:
        file.write(b"%PDF-half")
    Document.objects.filter(pk=document.pk).update(state=RenderState.QUEUED)
    services.render(document.pk)
    document.refresh_from_db()
    with document.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == digest
    assert document.file.name == name


# -- what got lost ----------------------------------------------------------

LONG_AGO = timezone.now() - Document.life.stale_after - datetime.timedelta(minutes=1)
LAST = Document.life.max_attempts


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"attempts": 1, "finished_at": LONG_AGO}, 1),
        ({"attempts": LAST - 1, "finished_at": LONG_AGO}, 1),
        ({"attempts": LAST, "finished_at": LONG_AGO}, 0),
    ],
)
def test_failed_paper_is_tried_again_by_itself_but_not_for_ever(queue, fields, expected):
    document = issue_paper()
    Document.objects.update(state=RenderState.FAILED, error="示例", sent_at=LONG_AGO, **fields)
    assert jobs.resend(Document) == expected
    services.render(document.pk)
    document.refresh_from_db()
    assert (document.state == RenderState.READY) == bool(expected)


def test_paper_that_failed_a_moment_ago_is_left_alone(queue):
    document = issue_paper()
    Document.objects.update(context={}, sent_at=LONG_AGO)
    services.render(document.pk)
    assert jobs.resend(Document) == 0
    services.render(document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts) == (RenderState.FAILED, 1)


# -- what replaces it ---------------------------------------------------------------------------


def test_replaced_paper_keeps_what_stands_in_its_place_and_no_other_paper_does():
    document, later = issue_paper(), issue_paper()
    services.withdraw(document=document, reason="示例", successor=later)
    document.refresh_from_db()
    assert (document.replaced_by, list(later.replaces.all())) == (later, [document])
    with pytest.raises(IntegrityError, match="document_replaced_is_withdrawn"), transaction.atomic():
        Document.objects.filter(pk=later.pk).update(replaced_by=document)
