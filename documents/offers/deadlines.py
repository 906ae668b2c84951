"""Papers that an organisation was delivered and nobody of it has signed for."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.people import lies_in
from core.http import record_address
from core.union import Part
from documents.models import Receipt
from documents.services import signers
from sites.deadlines import DEADLINES, WITHOUT_DISTRICT, DeadlineKind, OpenDate, open_dates

RECEIPT = "receipt"


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
