"""What pages of papers show: receipts, printed copies, instructions and who has answered them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import Motion, User
from accounts.rules import is_office, sees_city
from sites.calendar import today

from .enums import DraftState
from .forms import AskForm, CheckForm, CountersignForm, RemarkForm, SendBackForm, SignForm
from .issuing import Head, head_from
from .models import (
    Document,
    Draft,
    DraftQuerySet,
    Instruction,
    InstructionAnswer,
    KindSeries,
    PaperDefault,
    PenSignature,
    Receipt,
    Wording,
)
from .models.instructions import InstructionQuerySet
from .papers import PAPERS, DocumentKind
from .rules import has_instructions, keeps_copies, reads_all_papers, signs_for_papers, words_papers
from .services import correcting, instructions, signers


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
    seen_too = Document.objects.visible_to(reader).defer("context")
    proposed = list(Motion.objects.about(document).open()) if sees_city(reader) else []
    return {
        "successor": seen_too.filter(replaces=document).first() if document.replaced_by_id else None,
        "replaced": seen_too.filter(replaced_by=document),
        "receipts": [ReceiptRow(one, one in on_paper) for one in receipts],
        "to_sign": Receipt.objects.addressed_to(reader).filter(pk__in=[one.pk for one in waits]).first(),
        "to_remind": [f"receipt:{one.pk}:{one.due_on.isoformat()}" for one in waits] if records else [],
        "shares": list(document.shares.all()) if reads_all_papers(reader) else [],
        "shows_copies": records or (reads_all_papers(reader) and document.copies_printed > 0),
        "keeps_copies": records,
        "instructions": shown_to(reader, _on(document, reader)),
        "may_instruct": instructions.may_instruct(document, reader),
        "stamped": document.stamped_scans.select_related("entered_by"),
        "motions": proposed,
        "may_correct": is_office(reader) and correcting.may_be_corrected(document) and not proposed,
    }


def _goes_on_paper(receipt: Receipt, document: Document, at_desks: set[int | None]) -> bool:
    """The office records it: nobody signed at a desk, or can. Once recorded it can be corrected."""
    return not (document.withdrawn_on or receipt.received_by_id or receipt.organisation_id in at_desks)


def tabs(reader: User) -> dict[str, Any]:
    """Which tabs the registers of papers have for this person (documents/_tabs.html)."""
    return {
        "signs_for_papers": signs_for_papers(reader),
        "has_instructions": has_instructions(reader),
        "has_drafts": sees_city(reader) or Draft.objects.visible_to(reader).exists(),
        "words_papers": words_papers(reader),
    }


@dataclass(frozen=True)
class KindRow:
    """A kind of paper with what the office has set for it."""

    kind: DocumentKind
    series: str
    head: Head
    of_district: bool  # each numbers it under letters of its own
    wording: Wording | None  # in force; None: as the portal comes
    draft: Wording | None


def kind_rows() -> list[KindRow]:
    """Every kind, in the order of the campaign (five queries)."""
    set_by_office = dict(KindSeries.objects.values_list("kind", "code"))
    heads = {row.kind: row for row in PaperDefault.objects.prefetch_related("copies_more")}
    in_force = {one.kind: one for one in Wording.objects.in_force()}
    drafts = {one.kind: one for one in Wording.objects.drafts().select_related("drafted_by")}
    return [
        KindRow(
            kind,
            set_by_office.get(kind, paper.series),
            head_from(kind, heads.get(kind)),
            kind == DocumentKind.DISTRICT_DETERMINATION,
            in_force.get(kind),
            drafts.get(kind),
        )
        for kind, paper in PAPERS.items()
    ]


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


@dataclass(frozen=True)
class Waiting:
    """The drafts that wait for one person, by what they are to do with them."""

    check: list[Draft]
    countersign: list[Draft]
    sign: list[Draft]
    change: list[Draft]

    @property
    def any(self) -> bool:
        return bool(self.check or self.countersign or self.sign or self.change)


def waiting_for(reader: User, among: DraftQuerySet) -> Waiting:
    """What of these waits for this person; what is signed upon a resolution is not signed with others."""
    return Waiting(
        list(among.to_check(reader)),
        list(among.to_countersign(reader)),
        list(among.to_sign(reader)),
        list(among.to_change(reader)),
    )


def draft_page(draft: Draft, reader: User) -> dict[str, Any]:
    """A draft with its papers and what was said of it, and the steps that this person may take now."""
    one = Draft.objects.filter(pk=draft.pk)
    city, turn = sees_city(reader) and draft.is_open, {"turn": draft.turn}
    waits = waiting_for(reader, one)
    record = draft.motion.decision.open_to(reader).filter(pk=draft.motion.record).first()
    papers = draft.papers.select_related("document").prefetch_related("copies_more").defer("context")
    is_made = all(paper.is_made for paper in papers)
    return {
        "draft": draft,
        "papers": papers,
        "facts": list(draft.motion.decision.facts(record, draft.motion.values)) if record else [],
        "record_url": draft.motion.decision.url(record) if record else "",
        "remarks": draft.remarks.select_related("by"),
        "countersignatures": draft.countersignatures.select_related("organisation", "by"),
        "is_made": is_made,
        "may_change": city,
        "may_remark": draft.is_open,
        "may_hand_in": bool(waits.change),
        "check_form": CheckForm(initial=turn) if waits.check and is_made else None,
        "countersign_form": CountersignForm(initial=turn) if waits.countersign else None,
        "sign_form": SignForm(initial=turn, motion=draft.motion) if waits.sign and is_made else None,
        "send_back_form": SendBackForm() if waits.check or waits.sign else None,
        "ask_form": AskForm(draft=draft) if is_office(reader) and draft.state in _MAY_ASK else None,
        "remark_form": RemarkForm(),
        "takes_pen": is_office(reader) and draft.state == DraftState.SIGNING and is_made,
        "may_compare": PenSignature.objects.to_compare(reader).filter(draft=draft).exists(),
        "pen": PenSignature.objects.visible_to(reader).filter(draft=draft, refused_why="", **turn).last(),
        "take_back_url": draft.motion.get_absolute_url() if draft.drafted_by_id == reader.pk else "",
    }


_MAY_ASK = (DraftState.CHECKING, DraftState.RETURNED)
