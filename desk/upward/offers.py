"""What waits for the office: phases that are over, and reports on them."""

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Motion
from accounts.rules import is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from core.union import Part

from .services import ISSUE, ended_phases

BEGIN, PROPOSE, SEND = "upward", "upward_draft", "upward_send"


def _to_report(asked: Asked) -> Part:
    """Phases that are over and not reported on, unless the report lies before the leading group."""
    moved = Motion.objects.open().filter(kind=ISSUE, record=OuterRef("upward_report__pk"))
    unsent = Q(upward_report=None) | Q(upward_report__sent_on=None)
    kind = Case(
        When(upward_report=None, then=Value(BEGIN)),
        When(upward_report__document=None, then=Value(PROPOSE)),
        default=Value(SEND),
    )
    # Who stood aside from a site counts not all of them, and so reports on none.
    aside = Q(programme__sites__in=asked.user.recused_sites())
    waiting = ended_phases().filter(unsent & ~Q(Exists(moved))).exclude(aside)
    return TODO_ROWS.part(waiting, kind=kind, key="pk", about="name", since="over_on")


_PAGE = page("desk:upward_report")
TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_to_report,
        programme="programme",
        kinds={
            BEGIN: TodoKind(_("Report to the autonomous region on a phase that is over"), _PAGE),
            PROPOSE: TodoKind(_("Put the report before the leading group"), _PAGE),
            SEND: TodoKind(_("Send the report upward, and enter how"), _PAGE),
        },
    ),
    place=63,
)
