"""Sums over the records of sites: a line a district, a column a kind."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.aggregates import Aggregate

from standards.enums import Kind

from .enums import Level

Number = int | Decimal


@dataclass(frozen=True)
class TotalLine:
    label: str
    values: list[Number]

    @property
    def cells(self) -> list[tuple[str, Number]]:
        """The values with the kind each is of."""
        return list(zip((str(kind.label) for kind in Kind), self.values, strict=True))

    @property
    def sum(self) -> Number:
        return sum(self.values, start=0)


@dataclass(frozen=True)
class Totals:
    """`lines` begin with the city's own sites; every line has one value a kind, in the kinds' order."""

    kinds: list[str]
    lines: list[TotalLine]

    @property
    def bottom(self) -> TotalLine:
        columns = zip(*(line.values for line in self.lines), strict=True)
        return TotalLine("", [sum(column, start=0) for column in columns] or [0 for _kind in self.kinds])


def totals_of(records: QuerySet[Any], measure: Aggregate) -> Totals:
    """`measure` over records that belong to a site, by district and kind; one query."""
    found: dict[tuple[str, str], dict[str, Number]] = defaultdict(lambda: defaultdict(int))
    groups = records.order_by().values_list(
        "site__level", "site__filing__organisation__code", "site__filing__organisation__name", "site__kind"
    )
    for level, code, name, kind, value in groups.annotate(value=measure):
        place = (code, name) if level == Level.DISTRICT else ("", str(Level.CITY.label))
        found[place][kind] += value or 0
    lines = [TotalLine(name, [found[code, name][kind] for kind in Kind]) for code, name in sorted(found)]
    return Totals([str(kind.label) for kind in Kind], lines)
