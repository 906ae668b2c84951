"""What waits of this room: papers that failed, papers to be signed for, instructions to be answered."""

from django.db.models import Count, Min, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from core.union import Part
from documents.enums import RenderState
from documents.models import Document, InstructionAnswer, Receipt
from documents.rules import answers_instructions, signs_for_papers


def _failed(asked: Asked) -> Part:
    papers = Document.objects.visible_to(asked.user).filter(state=RenderState.FAILED)
    return TODO_ROWS.part(papers, kind=Value("paper"), key="pk", about="title", since="issued_on")


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
        about="instruction__document__title",
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
