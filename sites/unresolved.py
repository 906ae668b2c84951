"""Decisions that can be taken as soon as the leading group has come to a resolution: a to-do of its office.

Each room says which of its records wait; nothing is told once an item of the kind is on its way.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.models import Resolution
from accounts.rules import is_office
from accounts.todos import TODO_ROWS, Asked, TodoKind, TodoRow, TodoSource
from core.union import Part
from sites.models import Programme

PUT_IT = _("Put it before the leading group: a decision waits for its resolution")


def unresolved(kind: ResolutionKind, waiting: QuerySet[Any], programme: str) -> Part:
    """Programmes with such a record (its programme is at that path), and no resolution on its way."""
    on_the_way = Resolution.objects.on_the_way(kind, OuterRef("pk"))
    here = waiting.filter(**{programme: OuterRef("pk")}).order_by()
    owing = Programme.objects.filter(Exists(here), ~Exists(on_the_way))
    return TODO_ROWS.part(owing, kind=Value(kind.value), key="pk", about="title")


def waits_for_resolution(
    kind: ResolutionKind, waiting: Callable[[Asked], QuerySet[Any]], programme: str
) -> TodoSource:
    """The to-do of the office that tells of these records, as far as it sees them."""
    return TodoSource(
        offered_to=is_office,
        rows=lambda asked: unresolved(kind, waiting(asked), programme),
        programme="pk",
        kinds={kind.value: TodoKind(PUT_IT, lambda row: _put(kind, row), lambda _row: str(kind.label))},
    )


def _put(kind: ResolutionKind, row: TodoRow) -> str:
    return reverse("sites:decision_note", query={"kind": kind.value, "programme": row.key})
