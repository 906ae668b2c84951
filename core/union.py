"""Records of many tables in the same columns, so that one question finds, sorts and pages all of them."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, get_args, get_type_hints

from django.db.models import (
    BigIntegerField,
    Choices,
    DateField,
    DateTimeField,
    F,
    Field,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

SOURCE = "source"
# Records of whichever model, once they have the columns.
Part: TypeAlias = QuerySet[Any, Any]
Row = TypeVar("Row", bound=NamedTuple)
_FIELDS: Mapping[type, type[Field[Any, Any]]] = {
    str: TextField,
    int: BigIntegerField,
    datetime.date: DateField,
    datetime.datetime: DateTimeField,
}


class UnionOf(Generic[Row]):
    """The questions whose rows are `Row`s, a NamedTuple of texts, whole numbers, days and times.

    Where they have a field `source`, it is the place of a row's part among those that were asked.

    A query names the column of the field `on` `row_on`: no model has a field of such a name. Every part
    has each column in the one type its field says, as PostgreSQL insists.
    """

    def __init__(self, row: type[Row]) -> None:
        self._row = row
        hints = {name: hint for name, hint in get_type_hints(row).items() if name != SOURCE}
        self._types = {name: _FIELDS[_plain(hint)]() for name, hint in hints.items()}
        self._columns = [f"row_{name}" for name in row._fields]

    def part(self, records: Part, *, by: Sequence[str] = (), **values: object) -> Part:
        """`records` as rows: each value is a path of fields, an expression, or, of other types, itself.

        What is not given has the default of `Row`. Of the choices of a state, a member is itself as well.
        `by`: the records that agree in these columns are one row, and the other values are aggregates.
        """
        given = {**self._row._field_defaults, **values}
        asked = {f"row_{name}": _typed(given[name], field) for name, field in self._types.items()}
        agreeing = {f"row_{name}": asked.pop(f"row_{name}") for name in by}
        part: Part = records.order_by()
        if agreeing:
            part = part.annotate(**agreeing).values(*agreeing)
        typed: Part = part.annotate(**asked)
        return typed

    def query(self, parts: Iterable[Part]) -> Part:
        """One question for all the parts, of which there is at least one; it can be sorted and sliced."""
        if SOURCE in self._row._fields:
            parts = (part.annotate(row_source=Value(place)) for place, part in enumerate(parts))
        first, *others = (part.values_list(*self._columns) for part in parts)
        return first.union(*others, all=True) if others else first

    def rows(self, found: Iterable[tuple[Any, ...]]) -> list[Row]:
        """What such a question found."""
        return [self._row(*values) for values in found]


def _plain(hint: Any) -> type:
    """The type of a field that may be None."""
    plain: type = next((each for each in get_args(hint) if each is not type(None)), hint)
    return plain


def _typed(value: object, field: Field[Any, Any]) -> Combinable:
    if isinstance(value, str) and not isinstance(value, Choices):
        value = F(value) if value else Value("")
    if not isinstance(value, Combinable):
        value = Value(getattr(value, "value", value))
    elif isinstance(field, DateTimeField):
        return value  # it is one; SQLite's cast would cut it to milliseconds
    return Cast(value, field)
