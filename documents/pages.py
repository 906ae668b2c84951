"""What pages of papers show: receipts, printed copies, instructions and who has answered them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from sites.calendar import today

from .models import Document, Instruction, InstructionAnswer, Receipt
from .models.instructions import InstructionQuerySet
from .rules import has_instructions, keeps_copies, reads_all_papers, signs_for_papers
from .services import instructions, signers


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
        "instructions": shown_to(reader, _on(document, reader)),
        "may_instruct": instructions.may_instruct(document, reader),
    }


def _goes_on_paper(receipt: Receipt, document: Document, at_desks: set[int | None]) -> bool:
    """The office records it: nobody signed at a desk, or can. Once recorded it can be corrected."""
    return not (document.withdrawn_on or receipt.received_by_id or receipt.organisation_id in at_desks)


def tabs(reader: User) -> dict[str, Any]:
    """Which tabs the registers of papers have for this person (documents/_tabs.html)."""
    return {"signs_for_papers": signs_for_papers(reader), "has_instructions": has_instructions(reader)}


@dataclass(frozen=True)
class AnswerRow:
    """What one organisation has answered, or that it has not; its paper where the reader reads that too."""

    answer: InstructionAnswer
    is_late: bool
    paper: Document | None


@dataclass(frozen=True)
class InstructionShown:
    """An instruction with the answers that its reader sees, and how far it is."""

    instruction: Instruction
    rows: list[AnswerRow]

    @property
    def answered(self) -> int:
        return sum(row.answer.answered_on is not None for row in self.rows)

    @property
    def waits(self) -> bool:
        return not self.instruction.taken_back_on and self.answered < len(self.rows)

    @property
    def is_late(self) -> bool:
        """Somebody has not answered although the day is over."""
        return self.waits and any(row.is_late and not row.answer.answered_on for row in self.rows)


def shown_to(reader: User, instructions: Iterable[Instruction]) -> list[InstructionShown]:
    """Instructions `with_answers` of this reader, the papers of all answers read at once."""
    found = [(one, list(one.answers.all())) for one in instructions]
    keys = {answer.paper_id for _one, answers in found for answer in answers if answer.paper_id}
    papers = Document.objects.visible_to(reader).in_bulk(keys)

    def row(answer: InstructionAnswer) -> AnswerRow:
        return AnswerRow(answer, answer.is_late(today()), papers.get(answer.paper_id or 0))

    return [InstructionShown(one, [row(answer) for answer in answers]) for one, answers in found]


def with_answers(reader: User) -> InstructionQuerySet:
    """The instructions this person reads, each with its paper and the answers they see."""
    seen = InstructionAnswer.objects.visible_to(reader).select_related(
        "organisation", "answered_by", "instruction"
    )
    shown = Instruction.objects.visible_to(reader).select_related("document", "given_by")
    return shown.defer("document__context").prefetch_related(Prefetch("answers", seen.order_by("pk")))


def instruction_page(instruction: Instruction, reader: User) -> dict[str, Any]:
    """One instruction: whether its paper can be opened, what this person may do, whom to remind."""
    (shown,) = shown_to(reader, [instruction])
    own = [row.answer for row in shown.rows if instructions.may_answer(row.answer, reader)]
    waits = [row.answer for row in shown.rows if shown.waits and row.answer.answered_on is None]
    remind = waits if keeps_copies(reader) and instruction.due_on else []
    return {
        "shown": shown,
        "instruction": instruction,
        "paper": Document.objects.visible_to(reader).filter(pk=instruction.document_id).first(),
        "to_answer": [one for one in own if one in waits],
        "may_change": instructions.may_change(instruction, reader),
        "to_remind": [f"instruction:{one.pk}:{instruction.due_on}" for one in remind],
    }


def _on(document: Document, reader: User) -> InstructionQuerySet:
    return with_answers(reader).filter(document=document)
