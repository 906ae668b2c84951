"""What is still open in a programme when another takes over: counted, so that nothing vanishes unseen."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.utils import translation

from accounts.models import User
from accounts.todos import TODOS, Asked, TodoSource
from core.offers import Offers
from core.union import Part

from .enums import Leftover
from .models import LeftOpen, Programme
from .models.programme import called


@dataclass(frozen=True)
class Left:
    """How many are open of a kind: a `Leftover`, or what the to-do says, as its msgid."""

    kind: str
    count: int

    @property
    def called(self) -> str:
        return called(self.kind)

    @property
    def may_close(self) -> bool:
        return self.kind in Leftover.values


# What a room above knows to be open in the programme of that key beside what it offers to to-do lists.
OPEN: Offers[Callable[[int], Iterable[Left]]] = Offers()


def not_closed(source: TodoSource, rows: Part) -> Part:
    """Those of a source's rows that somebody still waits for."""
    return rows.exclude(closed(source.may_close, f"{source.programme}")) if source.may_close else rows


def closed(kind: str, programme: str) -> Exists:
    """Whether the office closed what is open of the kind in the programme at that path."""
    return Exists(LeftOpen.objects.closing(kind).filter(programme=OuterRef(programme)))


def left_in(programme: Programme, reader: User) -> list[Left]:
    """Everything that is open in it, by kind: first what may be closed, then what goes on in any case.

    Of what a person has stood aside from nothing is counted.
    """
    found: Counter[str] = Counter()
    for source in TODOS:
        for kind, count in _waiting(source, programme.pk, reader):
            found[source.may_close or _msgid(source, kind)] += count
    for offer in OPEN:
        for left in offer(programme.pk):
            found[left.kind] += left.count
    lefts = [Left(kind, count) for kind, count in found.items() if count]
    return sorted(lefts, key=lambda left: (not left.may_close, left.called))


def _waiting(source: TodoSource, programme: int, reader: User) -> Iterable[tuple[str, int]]:
    if source.in_all:
        return source.in_all(programme).items()
    if source.programme is None:
        return ()
    rows = source.rows(Asked(reader, lambda: datetime.date.max))
    here = not_closed(source, rows).filter(**{source.programme: programme})
    counted: Iterable[tuple[str, int]] = here.values_list("row_kind").annotate(Count("pk", distinct=True))
    return counted


def _msgid(source: TodoSource, kind: str) -> str:
    with translation.override(None):
        return str(source.kinds[kind].what)
