"""What waits of this room: papers that failed, papers to be signed for, instructions to be answered."""

from functools import reduce
from operator import or_

from django.db.models import CharField, Count, F, Min, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from core.union import Part
from documents.enums import DraftState, RenderState
from documents.models import Document, Draft, InstructionAnswer, PenSignature, Receipt
from documents.rules import answers_instructions, signs_for_papers
from documents.void import marked


def _failed(asked: Asked) -> Part:
    papers = Document.objects.visible_to(asked.user).filter(state=RenderState.FAILED)
    return TODO_ROWS.part(papers, kind=Value("paper"), key="pk", about=marked("title", ""), since="issued_on")


def _to_sign(asked: Asked) -> Part:
    """Told once an organisation, however many papers there are: the key is their number."""
    mine = Receipt.objects.visible_to(asked.user).addressed_to(asked.user)
    return TODO_ROWS.part(
        mine.awaited(),
        kind=Value("receipt"),
        about="organisation__name",
        by=("kind", "about"),
        key=Count("pk"),
        since=Min("delivered_on"),
        due=Min("due_on"),
    )


def _to_sign_in(programme: int) -> dict[str, int]:
    """Receipts that anybody has still to sign."""
    return {"receipt": Receipt.objects.awaited().filter(document__programme=programme).count()}


def _papers(row: TodoRow) -> str:
    return ngettext("%(n)d paper", "%(n)d papers", row.key) % {"n": row.key}


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_failed,
        programme="programme",
        kinds={"paper": TodoKind(_("Have the paper made again: it failed"), page("documents:detail"))},
    ),
    TodoSource(
        offered_to=signs_for_papers,
        rows=_to_sign,
        programme="document__programme",
        in_all=_to_sign_in,
        kinds={
            "receipt": TodoKind(
                _("Sign for the papers received"), lambda _row: reverse("documents:received"), _papers
            )
        },
    ),
    place=20,
)


def _instructions(asked: Asked) -> Part:
    return TODO_ROWS.part(
        InstructionAnswer.objects.addressed_to(asked.user).awaited(),
        kind=Value("instruction"),
        key="instruction",
        about=marked("instruction__document__title", "instruction__document__"),
        since="instruction__given_on",
        due="instruction__due_on",
    )


def _instructions_in(programme: int) -> dict[str, int]:
    """Answers that anybody still owes."""
    owed = InstructionAnswer.objects.awaited().filter(instruction__document__programme=programme)
    return {"instruction": owed.count()}


TODOS.add(
    TodoSource(
        offered_to=answers_instructions,
        rows=_instructions,
        programme="instruction__document__programme",
        in_all=_instructions_in,
        kinds={
            "instruction": TodoKind(_("Act on the instruction and answer it"), page("documents:instruction"))
        },
    ),
    place=61,
)


def _drafts(asked: Asked) -> Part:
    """The step of a draft that this person takes next."""
    found = Draft.objects
    steps = (found.to_check, found.to_change, found.to_countersign, found.to_sign)
    mine = reduce(or_, (Q(pk__in=step(asked.user).order_by().values("pk")) for step in steps))
    return TODO_ROWS.part(
        Draft.objects.filter(mine),
        kind=Concat(Value("draft_"), F("state"), output_field=CharField()),
        key="pk",
        about="motion__title",
        since="drawn_on",
    )


def _drafts_in(programme: int) -> dict[str, int]:
    """Drafts that wait for anybody."""
    waiting = Draft.objects.filter(programme=programme, state__in=_DRAFT_WORDS)
    counted = waiting.values("state").order_by("state").annotate(n=Count("pk"))
    return {f"draft_{row['state']}": row["n"] for row in counted}


_DRAFT_WORDS = {
    DraftState.CHECKING: _("Check the draft of a paper"),
    DraftState.RETURNED: _("Change the draft that came back, and hand it in"),
    DraftState.COUNTERSIGNING: _("Countersign the draft of a paper"),
    DraftState.SIGNING: _("Sign the draft of a paper"),
}

TODOS.add(
    TodoSource(
        offered_to=signs_for_papers,
        rows=_drafts,
        programme="programme",
        in_all=_drafts_in,
        kinds={
            f"draft_{state}": TodoKind(what, page("documents:draft")) for state, what in _DRAFT_WORDS.items()
        },
    ),
    place=62,
)


def _pen_signatures(asked: Asked) -> Part:
    """Sheets signed with a pen that a colleague has entered."""
    return TODO_ROWS.part(
        PenSignature.objects.to_compare(asked.user),
        kind=Value("pen_signature"),
        key="pk",
        about="draft__motion__title",
        since="entered_on",
    )


def _pen_signatures_in(programme: int) -> dict[str, int]:
    return {"pen_signature": PenSignature.objects.waiting().filter(draft__programme=programme).count()}


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_pen_signatures,
        programme="draft__programme",
        in_all=_pen_signatures_in,
        kinds={
            "pen_signature": TodoKind(_("Compare the signed sheet"), page("documents:pen_compare")),
        },
    ),
    place=69,
)
