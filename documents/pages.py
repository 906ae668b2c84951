"""What the page of a paper shows of its receipts and of its printed copies."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User

from .models import Document, Receipt
from .rules import keeps_copies, reads_all_papers
from .services import signers


@dataclass(frozen=True)
class ReceiptRow:
    """One organisation's receipt, and whether the reader records it as one on paper."""

    receipt: Receipt
    on_paper: bool


def paper_page(document: Document, reader: User) -> dict[str, Any]:
    """The receipts this person sees, the own one to be signed, whom to remind, copies for the city."""
    seen = Receipt.objects.visible_to(reader).filter(document=document)
    receipts = list(seen.select_related("organisation", "received_by", "recorded_by"))
    waits = [one for one in receipts if one.received_on is None and not document.withdrawn_on]
    records = keeps_copies(reader)
    at_desks = {one.organisation_id for one in signers(document)} if records else set()
    on_paper = [one for one in receipts if records and _goes_on_paper(one, document, at_desks)]
    return {
        "receipts": [ReceiptRow(one, one in on_paper) for one in receipts],
        "to_sign": Receipt.objects.addressed_to(reader).filter(pk__in=[one.pk for one in waits]).first(),
        "to_remind": [f"receipt:{one.pk}:{one.due_on.isoformat()}" for one in waits] if records else [],
        "shares": list(document.shares.all()) if reads_all_papers(reader) else [],
        "shows_copies": records or (reads_all_papers(reader) and document.copies_printed > 0),
        "keeps_copies": records,
    }


def _goes_on_paper(receipt: Receipt, document: Document, at_desks: set[int | None]) -> bool:
    """The office records it: nobody signed at a desk, or can. Once recorded it can be corrected."""
    return not (document.withdrawn_on or receipt.received_by_id or receipt.organisation_id in at_desks)
