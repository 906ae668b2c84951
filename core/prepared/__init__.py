"""Questions to the database that are put into SQL once, and are asked again with other values.

A page of the desk asks one long question of many rooms. Django takes 20 to 100 ms to build it and to put it
into SQL, the database 1 to 3 ms to answer, and the SQL is the same for everybody of a role, but for the
values. So a question is put into SQL once a process for each shape of what is given with it:

- whole numbers, texts, days and times, alone or in a tuple, and what a function without arguments gives
  of days, may be others the next time. Of a record, such as the person who asks, so may its keys;
- everything else is part of the shape: None and "", choices, flags, frozen dataclasses, how many there
  are in a tuple (of numbers: at least), and, beside what is given, the day, the language and the time zone.

How it is safe: the question is built twice, each time with stand-ins of other values. The SQL must be the
same, and what differs among its parameters must be a stand-in, as it is or in the database's way of writing
it: there the real value is put. A builder is refused (`Unpreparable`) that

- puts a value derived from a stand-in: a day more, a text in capitals, a number in the SQL itself;
- compares a number or a day in Python: give it what came of the comparison, or let the database compare;
- asks the database: the answer would be kept as well. This includes a record's texts, which are left out.

What no machine can see, a builder must not do: look into a text (`text.isdigit()`), read a cache or a
setting. `tests/core/test_prepared_uses.py` asks every question of the project plainly too, for everybody.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, ParamSpec, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from core.clock import today

from .questions import question_of
from .shapes import Shape, Unpreparable, taken_apart

__all__ = ["ALL", "Answers", "Prepared", "Unpreparable", "lay_beside", "prepared"]

# SQLite knows no longer whole numbers.
_BITS = 63

P = ParamSpec("P")
Row = TypeVar("Row")


class Prepared(Generic[P, Row]):
    """A function that builds a queryset, as a question with the same arguments; `plainly` is the function."""

    def __init__(self, plainly: Callable[P, QuerySet[Any, Row]]) -> None:
        self.plainly = plainly
        self.__doc__ = plainly.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> "Answers[Row]":
        return Answers(self.plainly, args, kwargs)


# Every question of the project.
ALL: list[Prepared[Any, Any]] = []


def prepared(plainly: Callable[P, QuerySet[Any, Row]]) -> Prepared[P, Row]:
    """A decorator: the function, which builds a queryset, becomes a question."""
    question = Prepared(plainly)
    ALL.append(question)
    return question


class Answers(Generic[Row]):
    """What the queryset would find: all of it, a slice, or how much; each time it is asked anew.

    A paginator takes it for a queryset.
    """

    ordered = True

    def __init__(
        self, ask: Callable[..., QuerySet[Any, Row]], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._ask, self._args, self._kwargs = ask, args, kwargs
        self._values: list[Any] = []
        parts = (*args, *kwargs.values())
        self._shape = Shape(
            tuple(taken_apart(part, self._values) for part in parts),
            tuple(kwargs),
            today(),
            get_language(),
            timezone.get_current_timezone_name(),
        )

    def __iter__(self) -> Iterator[Row]:
        return iter(self[:])

    def __getitem__(self, cut: slice) -> list[Row]:
        if self._is_too_long:
            return list(self._plainly[cut])
        return question_of(self._ask, self._shape, is_count=False).rows(self._values, cut)

    def count(self) -> int:
        """How many, as a paginator asks it: with nothing else."""
        return self.count_to(None)

    def count_to(self, at_most: int | None) -> int:
        """How many, counted as far as that."""
        if self._is_too_long:
            return self._plainly.order_by()[:at_most].count()
        return question_of(self._ask, self._shape, is_count=True).count(self._values, at_most)

    @property
    def _plainly(self) -> QuerySet[Any, Row]:
        return self._ask(*self._args, **self._kwargs)

    @property
    def _is_too_long(self) -> bool:
        """A number that a column cannot hold: Django knows by itself that nothing has it."""
        return any(isinstance(value, int) and value.bit_length() > _BITS for value in self._values)


def lay_beside(records: Sequence[Model], name: str, found: Iterable[Model]) -> None:
    """Let each record know those of the `found` that point at it, as `prefetch_related(name)` would.

    `found` is in order, and may come of a question: Django would build one anew each time.
    """
    for record in records:
        manager = getattr(record, name)
        known = manager.all()
        known._result_cache, known._prefetch_done = [], True
        vars(record).setdefault("_prefetched_objects_cache", {})[name] = known
    of_key = {record.pk: record for record in records}
    for one in found:
        record = of_key[getattr(one, manager.field.attname)]
        setattr(one, manager.field.name, record)
        vars(record)["_prefetched_objects_cache"][name]._result_cache.append(one)
