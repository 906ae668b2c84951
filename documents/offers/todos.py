"""What waits of this room: papers that could not be made."""

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from core.union import Part
from documents.enums import RenderState
from documents.models import Document


def _failed(asked: Asked) -> Part:
    papers = Document.objects.visible_to(asked.user).filter(state=RenderState.FAILED)
    return TODO_ROWS.part(papers, kind=Value("paper"), key="pk", about="title", since="issued_on")


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_failed,
        programme="programme",
        kinds={"paper": TodoKind(_("Have the paper made again: it failed"), page("documents:detail"))},
    ),
    place=20,
)
