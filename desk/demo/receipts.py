"""Papers are signed for, recorded on paper, and printed: all but some of the last ones."""

import datetime

from documents import services
from documents.models import Receipt
from documents.papers import DocumentKind
from sites.calendar import pinned, working_days_after
from sites.models import Programme

from .cast import SAMPLE, Cast
from .lists import on

# What came since then, nobody has signed for yet.
LAST = on("2008-05-15")
# Who takes copies of a naming decision.
READERS = ((f"市档案馆{SAMPLE}", 3), (f"市图书馆{SAMPLE}", 2), (f"乌海日报社{SAMPLE}", 1))


def follow_up(programme: Programme, cast: Cast) -> None:
    _print_naming(programme, cast)
    _sign_for_papers(programme, cast)


def _sign_for_papers(programme: Programme, cast: Cast) -> None:
    """A working day after its delivery; one unit has left one paper lying since the middle of April."""
    papers = Receipt.objects.awaited().filter(document__programme=programme, delivered_on__lt=LAST)
    receipts = list(papers.select_related("organisation", "document").order_by("delivered_on", "pk"))
    forgotten = [one for one in receipts if one.document.kind == DocumentKind.RECTIFICATION_NOTICE][-2]
    for receipt in receipts:
        day = working_days_after(receipt.delivered_on, 1).end
        if receipt != forgotten:
            with pinned(day):
                _receive(receipt, day, cast)


def _receive(receipt: Receipt, day: datetime.date, cast: Cast) -> None:
    people = services.signers(receipt.document).filter(organisation=receipt.organisation)
    if person := people.order_by("pk").first():
        services.sign(receipt=receipt, by=person)
        return
    services.record_on_paper(
        receipt=receipt,
        receiver=f"{receipt.organisation.short_name}收文员{SAMPLE}",
        received_on=day,
        by=cast.office,
    )


def _print_naming(programme: Programme, cast: Cast) -> None:
    """The decision is printed, and handed out beyond those it is addressed to."""
    decision = programme.documents.standing().get(kind=DocumentKind.NAMING_DECISION)
    with pinned(on("2008-05-15")):
        services.print_copies(document=decision, printed=30, by=cast.office)
        for receiver, number in READERS:
            services.give_copies(document=decision, receiver=receiver, number=number, by=cast.office)
