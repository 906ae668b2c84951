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

import copy
import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from types import SimpleNamespace
from typing import Any, Generic, NoReturn, ParamSpec, TypeAlias, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    BooleanField,
    ForeignKey,
    IntegerField,
    Model,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import get_language

from core.clock import today

# Of so many shapes the SQL is kept, those that were asked last.
AT_MOST = 256
# SQLite knows no longer whole numbers.
_BITS = 63

P = ParamSpec("P")
Row = TypeVar("Row")
# How a value is put to the parameters, by the operations of a database.
Writing: TypeAlias = Callable[[Any, Any], object]


class Unpreparable(TypeError):
    """The question hangs on more than the shape of what is given."""


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
        self._shape = _Shape(
            tuple(_taken_apart(part, self._values) for part in parts),
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
        return _question(self._ask, self._shape, is_count=False).rows(self._values, cut)

    def count(self) -> int:
        """How many, as a paginator asks it: with nothing else."""
        return self.count_to(None)

    def count_to(self, at_most: int | None) -> int:
        """How many, counted as far as that."""
        if self._is_too_long:
            return self._plainly.order_by()[:at_most].count()
        return _question(self._ask, self._shape, is_count=True).count(self._values, at_most)

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


# -- shapes and stand-ins -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
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


def _taken_apart(given: object, values: list[Any]) -> Hashable:
    """The shape of what is given; what may be another value the next time is put to the `values`."""
    kind = type(given)
    if kind in _VARYING and given != "":
        values.append(given)
        return kind
    if isinstance(given, Model):
        return _record_taken_apart(given, values, follow=True)
    if isinstance(given, tuple):
        return tuple(_taken_apart(part, values) for part in _padded(given))
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
            parts.append((name, _taken_apart(value, values) if type(value) is int else value))
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


class _Number(_Watched, int):
    pass


class _Day(_Watched, datetime.date):
    pass


class _StandIns:
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
            return _Number(plain)
        return _Day(day.year, day.month, day.day) if kind is datetime.date else plain


# -- the question ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slot:
    """A place among the parameters, which value it takes, and how that is written."""

    place: int
    value: int
    write: Writing


@dataclass(frozen=True)
class _Question:
    """What is kept: nothing of it may change, many threads ask it; `sql` is empty where nothing is found."""

    asked: Any
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    slots: tuple[_Slot, ...]

    def rows(self, values: Sequence[Any], cut: slice) -> list[Any]:
        """As the queryset's own way of making rows gives them, over this connection."""
        if not self.sql or (cut.stop is not None and cut.stop <= (cut.start or 0)):
            return []
        statement = self._cut(cut), self._filled(values)
        compiler, query = copy.copy(self.compiler), copy.copy(self.asked.query)
        vars(compiler).update(connection=connections[self.asked.db], as_sql=lambda: statement)
        vars(query).update(get_compiler=lambda *_args, **_kwargs: compiler)
        asked: Any = SimpleNamespace(
            query=query,
            db=self.asked.db,
            model=self.asked.model,
            _fields=self.asked._fields,
            _known_related_objects={},
        )
        rows: list[Any] = list(self.asked._iterable_class(asked))
        if self.asked._prefetch_related_lookups:
            prefetch_related_objects(rows, *self.asked._prefetch_related_lookups)
        return rows

    def _cut(self, cut: slice) -> str:
        low, high = cut.start or 0, cut.stop
        if (low, high) == (0, None):
            return self.sql
        if self.asked.query.is_sliced or cut.step:
            raise TypeError("a question is cut once, and into one piece")
        return f"{self.sql} {connections[self.asked.db].ops.limit_offset_sql(low, high)}"

    def count(self, values: Sequence[Any], at_most: int | None) -> int:
        if not self.sql:
            return 0
        rows = self._cut(slice(at_most))
        with connections[self.asked.db].cursor() as cursor:
            cursor.execute(" ".join(("SELECT COUNT(*) FROM (", rows, ") counted")), self._filled(values))
            return int(cursor.fetchone()[0])

    def _filled(self, values: Sequence[Any]) -> tuple[Any, ...]:
        params, ops = list(self.params), connections[self.asked.db].ops
        for slot in self.slots:
            value = values[slot.value]
            params[slot.place] = slot.write(ops, value() if callable(value) else value)
        return tuple(params)


@lru_cache(AT_MOST)
def _question(ask: Callable[..., QuerySet[Any, Any]], shape: _Shape, *, is_count: bool) -> _Question:
    first, second = (_built(ask, shape, _StandIns(turn), is_count=is_count) for turn in (0, 1))
    if first.sql != second.sql or len(first.params) != len(second.params):
        raise Unpreparable(f"{ask.__module__}.{ask.__qualname__}: the SQL hangs on a value")
    slots = tuple(_slots(first, second))
    # What is needed no more: a connection of this thread, and half a megabyte of parts.
    vars(second.compiler)["connection"] = None
    vars(second.asked.query).update(combined_queries=(), where=None)
    return _Question(second.asked, second.compiler, second.sql, second.params, slots)


@dataclass(frozen=True)
class _Built:
    """A question as it was built once, with these stand-ins."""

    asked: Any
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    values: list[Any]


def _built(
    ask: Callable[..., QuerySet[Any, Any]], shape: _Shape, stand_ins: _StandIns, *, is_count: bool
) -> _Built:
    parts = [stand_ins.of(part) for part in shape.parts]
    at = len(parts) - len(shape.names)
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse_to_ask))
        asked: Any = ask(*parts[:at], **dict(zip(shape.names, parts[at:], strict=True)))
        if is_count:
            asked = asked.order_by()
        compiler = asked.query.get_compiler(asked.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            sql, params = "", ()
    if asked._known_related_objects and asked._fields is None:
        raise Unpreparable("its records would know a stand-in: filter instead of asking a record's manager")
    if not all(isinstance(lookup, str) for lookup in asked._prefetch_related_lookups):
        raise Unpreparable("a queryset to be fetched beforehand may have stand-ins")
    return _Built(asked, compiler, sql, tuple(map(_plain, params)), stand_ins.values)


def _refuse_to_ask(_execute: object, sql: str, *_rest: object) -> NoReturn:
    raise Unpreparable(f"asks the database while it is built: {sql}")


def _plain(param: object) -> object:
    if isinstance(param, _Day):
        return datetime.date(param.year, param.month, param.day)
    return int(param) if isinstance(param, _Number) else param


def _slots(first: _Built, second: _Built) -> Iterator[_Slot]:
    for place, params in enumerate(zip(first.params, second.params, strict=True)):
        if params[0] == params[1]:
            continue
        found = (
            _Slot(place, number, write)
            for number, values in enumerate(zip(first.values, second.values, strict=True))
            if (write := _writing(params, values, connections[first.asked.db].ops))
        )
        slot = next(found, None)
        if slot is None:
            raise Unpreparable(f"parameter {place} is no value that was given: {params[0]!r}")
        yield slot


def _writing(params: tuple[Any, Any], values: tuple[Any, Any], ops: Any) -> Writing | None:
    """How both parameters come of both values; None where they do not."""
    first, second = params
    for write in _writings(first, values[0]):
        written = [write(ops, value) for value in values]
        if [first, second] == written:
            return write
        if all(isinstance(text, str) for text in (first, second, *written)):
            before, found, after = first.partition(written[0])
            if found and second == before + written[1] + after:
                return partial(_within, before, write, after)
    return None


def _writings(param: object, value: object) -> tuple[Writing, ...]:
    """In which ways Django may have written the value, for the kind of its parameter."""
    if isinstance(value, int):
        # PostgreSQL's adapters are kinds of number, which say how long the column is.
        kind = type(param) if isinstance(param, int) else str
        return (lambda _ops, number: kind(number),)
    if isinstance(value, str):
        return (lambda ops, text: ops.prep_for_like_query(text), lambda _ops, text: text)
    if isinstance(value, datetime.datetime):
        return (lambda _ops, time: time, lambda ops, time: ops.adapt_datetimefield_value(time))
    return (lambda _ops, day: day, lambda ops, day: ops.adapt_datefield_value(day))


def _within(before: str, write: Writing, after: str, ops: Any, value: object) -> str:
    return f"{before}{write(ops, value)}{after}"
