"""A question in SQL with places for its values: built twice, compared, kept and asked."""

import copy
import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any, NoReturn, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.sql.compiler import SQLCompiler

from .shapes import Day, Number, Shape, StandIns, Unpreparable

# Of so many shapes the SQL is kept, those that were asked last.
AT_MOST = 256

# How a value is put to the parameters, by the operations of a database.
Writing: TypeAlias = Callable[[Any, Any], object]


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
def question_of(ask: Callable[..., QuerySet[Any, Any]], shape: Shape, *, is_count: bool) -> _Question:
    first, second = (_built(ask, shape, StandIns(turn), is_count=is_count) for turn in (0, 1))
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
    ask: Callable[..., QuerySet[Any, Any]], shape: Shape, stand_ins: StandIns, *, is_count: bool
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
    if isinstance(param, Day):
        return datetime.date(param.year, param.month, param.day)
    return int(param) if isinstance(param, Number) else param


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
