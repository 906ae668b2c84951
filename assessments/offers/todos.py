"""What waits of this room: draws that are open, and sheets of rechecks."""

from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_inspector, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoSource, page
from assessments.enums import RoundKind
from assessments.models import Draw
from assessments.queries import sheets_missing
from core.union import Part


def _draws(asked: Asked) -> Part:
    waiting = Draw.objects.visible_to(asked.user).waiting().filter(round__closed_on=None)
    return TODO_ROWS.part(waiting, kind=Value("draw"), key="pk", about="round__title", since="drawn_on")


def _rechecks(asked: Asked) -> Part:
    """No site's road shows a recheck."""
    sheets = sheets_missing().filter(Q(member=asked.user.pk), round__kind=RoundKind.RECHECK)
    return TODO_ROWS.part(
        sheets, kind=Value("recheck"), key="pk", about="site__window_name", since="assigned_on", due="due"
    )


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_draws,
        kinds={"draw": TodoKind(_("Hold the draw or abandon it"), page("assessments:draw"))},
    ),
    TodoSource(
        offered_to=is_inspector,
        rows=_rechecks,
        kinds={"recheck": TodoKind(_("Recheck the site and fill in the sheet"), page("assessments:inspect"))},
    ),
    place=40,
)
