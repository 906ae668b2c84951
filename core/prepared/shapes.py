"""What decides about a question's SQL, and what stands in for the values while it is built."""

import datetime
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import (
    BooleanField,
    ForeignKey,
    IntegerField,
    Model,
)


class Unpreparable(TypeError):
    """The question hangs on more than the shape of what is given."""


@dataclass(frozen=True)
class Shape:
    """All that decides about a question's SQL, beside who builds it."""

    parts: tuple[Hashable, ...]
    names: tuple[str, ...]  # of the last parts, which are given by name
    day: datetime.date
    language: str | None
    zone: str


@dataclass(frozen=True)
class _Record:
    """The shape of a record: of its keys, numbers, flags and choices, and of the records it leads to."""

    model: type[Model]
    parts: tuple[tuple[str, Hashable], ...]


@dataclass(frozen=True)
class _Later:
    """A day that is found out only if the question asks for it."""


# The kinds of what may be another value the next time.
_VARYING = (int, str, datetime.date, datetime.datetime)


def taken_apart(given: object, values: list[Any]) -> Hashable:
    """The shape of what is given; what may be another value the next time is put to the `values`."""
    kind = type(given)
    if kind in _VARYING and given != "":
        values.append(given)
        return kind
    if isinstance(given, Model):
        return _record_taken_apart(given, values, follow=True)
    if isinstance(given, tuple):
        return tuple(taken_apart(part, values) for part in _padded(given))
    if callable(given):
        values.append(given)
        return _Later()
    hash(given)
    return given


def _padded(parts: tuple[object, ...]) -> tuple[object, ...]:
    """Keys to choose from, the last one again up to the next power of two: so there are few shapes."""
    if not all(type(part) is int for part in parts):
        return parts
    wanted = 1 << max(len(parts) - 1, 0).bit_length()
    return parts + parts[-1:] * (wanted - len(parts))


def _record_taken_apart(record: Model, values: list[Any], *, follow: bool) -> _Record:
    model = record.__class__
    fields, relations = _fields_of(model)
    left_out = record.get_deferred_fields()
    parts: list[tuple[str, Hashable]] = []
    for name in fields:
        if name in relations and follow and getattr(record, name) is not None:
            to = getattr(record, relations[name].name)
            parts.append((name, _record_taken_apart(to, values, follow=False)))
        elif name not in left_out:
            value = getattr(record, name)
            parts.append((name, taken_apart(value, values) if type(value) is int else value))
    return _Record(model, tuple(parts))


@cache
def _fields_of(model: type[Model]) -> tuple[tuple[str, ...], dict[str, ForeignKey[Any, Any]]]:
    """The columns of its keys, numbers, flags and choices; and which of them are foreign keys."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.choices or isinstance(field, ForeignKey | IntegerField | BooleanField)
    ]
    relations = {field.attname: field for field in fields if isinstance(field, ForeignKey)}
    return tuple(field.attname for field in fields), relations


class _Watched:
    """A stand-in that does not let itself be compared: another value might compare otherwise.

    With what is of another kind no value ever agrees.
    """

    def _refuse(self, other: object) -> Any:
        if isinstance(other, int | datetime.date):
            raise Unpreparable(f"compared in Python with {other!s}")
        return NotImplemented

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = object.__hash__


class Number(_Watched, int):
    pass


class Day(_Watched, datetime.date):
    pass


class StandIns:
    """The arguments of one building: the `values` are of the same kinds as the real ones, and no others'.

    They grow in other steps in each of the two buildings (`turn` 0 and 1), so none can be had from another.
    They are small enough for any column; of a text any usual change shows.
    """

    def __init__(self, turn: int) -> None:
        self._turn = turn
        self.values: list[Any] = []

    def of(self, shape: Hashable) -> Any:
        if isinstance(shape, tuple):
            return tuple(self.of(part) for part in shape)
        if isinstance(shape, _Record):
            return self._record(shape)
        if isinstance(shape, _Later):
            day = self._new(datetime.date)
            return lambda: day
        return self._new(shape) if shape in _VARYING else shape

    def _record(self, shape: _Record) -> Any:
        parts = {name: self.of(part) for name, part in shape.parts}
        related = {name: parts.pop(name) for name, part in shape.parts if isinstance(part, _Record)}
        record = shape.model.from_db(None, list(parts), list(parts.values()))
        for name, to in related.items():
            _fields_of(shape.model)[1][name].set_cached_value(record, to)
            vars(record)[name] = to.pk  # its descriptor would compare it
        return record

    def _new(self, kind: Any) -> Any:
        """The plain value is kept, that of the argument is watched."""
        number = (17_011, 19_013)[self._turn] + (7, 11)[self._turn] * len(self.values)
        day = datetime.date(2900, 1, 1) + datetime.timedelta(number)
        plain: Any = {
            int: number,
            str: f" Aａ_%\\'\"（–{number}–)\t {'long ' * 100}bＢ ",
            datetime.date: day,
            datetime.datetime: datetime.datetime(day.year, day.month, day.day, 1, 2, 3, 4, datetime.UTC),
        }[kind]
        self.values.append(plain)
        if kind is int:
            return Number(plain)
        return Day(day.year, day.month, day.day) if kind is datetime.date else plain
