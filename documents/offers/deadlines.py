"""Papers that nobody of an organisation has signed for, and instructions that it has not answered."""

import datetime
from collections.abc import Iterable

from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.people import lies_in
from core.http import record_address
from core.union import Part
from documents.models import InstructionAnswer, Receipt
from documents.services import instructions, signers
from sites.deadlines import DEADLINES, WITHOUT_DISTRICT, DeadlineKind, OpenDate, open_dates

# The day was given, not counted.
GIVEN = "given"
RECEIPT, INSTRUCTION = "receipt", "instruction"


def _receipts(programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of papers of the running programme that still count."""
    if programme is None:
        return
    awaited = Receipt.objects.awaited().filter(document__programme=programme)
    yield open_dates(
        awaited.filter(pk__in=Receipt.objects.visible_to(reader).values("pk")) if reader else awaited,
        RECEIPT,
        due_on="due_on",
        name="document__title",
        whose="organisation__name",
        district=lies_in(body="organisation__"),
        how="due_counted",
        spot="document",
    )


def _signers(date: OpenDate) -> Iterable[User]:
    receipt = Receipt.objects.select_related("document").get(pk=date.key)
    return signers(receipt.document).filter(organisation=receipt.organisation_id)


DEADLINES.add(
    DeadlineKind(
        key=RECEIPT,
        label=gettext_lazy("paper to be signed for"),
        parts=_receipts,
        what=lambda _date: _("Sign for the paper received"),
        page=lambda date, _role: record_address("documents:detail", date.spot),
        rungs=WITHOUT_DISTRICT,
        acting=_signers,
    ),
    place=15,
)


def _instructions(
    programme: int | None, reader: User | None, _last_day: datetime.date | None
) -> Iterable[Part]:
    """Those with a day, on papers of the running programme."""
    if programme is None:
        return
    awaited = InstructionAnswer.objects.awaited().filter(
        instruction__document__programme=programme, instruction__due_on__isnull=False
    )
    yield open_dates(
        awaited.filter(pk__in=InstructionAnswer.objects.visible_to(reader).values("pk"))
        if reader
        else awaited,
        INSTRUCTION,
        due_on="instruction__due_on",
        name="instruction__document__title",
        whose="organisation__name",
        district=lies_in(body="organisation__"),
        how=Value(GIVEN),
        spot="instruction",
    )


def _answerers(date: OpenDate) -> Iterable[User]:
    answers = InstructionAnswer.objects.select_related("instruction")
    return instructions.answerers(answers.get(pk=date.key))


DEADLINES.add(
    DeadlineKind(
        key=INSTRUCTION,
        label=gettext_lazy("instruction to be answered"),
        parts=_instructions,
        what=lambda _date: _("Act on the instruction and answer it"),
        page=lambda date, _role: record_address("documents:instruction", date.spot),
        rungs=WITHOUT_DISTRICT,
        acting=_answerers,
        how={GIVEN: gettext_lazy("the day that stands in the instruction")},
    ),
    place=16,
)
