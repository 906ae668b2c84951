"""What waits of this room: messages that are held until somebody has read them."""

from django.db.models import Count, Min, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.decisions import decision_of
from accounts.enums import MessageState
from accounts.models import Message, Motion
from accounts.rules import is_office, sees_city
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, about_and_detail, page
from core.union import Part


def _held(asked: Asked) -> Part:
    """Told once, however many: the key is their number."""
    held = Message.objects.visible_to(asked.user).held()
    return TODO_ROWS.part(
        held,
        kind=Value("messages"),
        detail="state",
        by=("kind", "detail"),
        key=Count("pk"),
        since=Min("made_on"),
    )


def _moved(asked: Asked) -> Part:
    waiting = Motion.objects.waiting_for(asked.user)
    return TODO_ROWS.part(
        waiting, kind=Value("motion"), key="pk", about="title", detail="kind", since="proposed_on"
    )


def _moved_what(row: TodoRow) -> str:
    return about_and_detail(row._replace(about=str(decision_of(row.detail).what), detail=row.about))


def _number(row: TodoRow) -> str:
    return ngettext("%(n)d message", "%(n)d messages", row.key) % {"n": row.key}


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_held,
        programme=None,
        kinds={
            "messages": TodoKind(
                _("Read the outgoing messages, then release or discard them"),
                lambda _row: reverse("people:messages", query={"state": MessageState.HELD.value}),
                _number,
            )
        },
    ),
    place=60,
)
TODOS.add(
    TodoSource(
        offered_to=sees_city,
        rows=_moved,
        programme=None,
        kinds={
            "motion": TodoKind(_("Decide what somebody else proposes"), page("people:motion"), _moved_what)
        },
    ),
    place=65,
)
