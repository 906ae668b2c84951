"""The scores of many sheets at once: summed up by the database, re-scaled by the one sum of `scoring`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Q, QuerySet, Sum

from standards.models import Item, Section

from .enums import ScoreLevel
from .models import Score, Sheet
from .scoring import SectionScore, SheetScore, rescaled, rounded, summed

_OUT = Q(level=ScoreLevel.INAPPLICABLE)


def sections_of(items: Sequence[Item]) -> list[Section]:
    """The sections of `items` (`marks.items_of`), in their order."""
    return [section for section, _items in groupby(item.section for item in items)]


def scores_by_sheet(sheets: QuerySet[Sheet], items: Sequence[Item]) -> Iterator[tuple[int, SheetScore]]:
    """(a sheet's key, its score), by key: what `marks.sheet_score` comes to, in one query for all of them.

    The sheets are about `items`, as `marks.items_of` gives them for their round and standard. A sheet without
    a mark is left out.
    """
    parts = [_Part.of(section, items) for section in sections_of(items)]
    sums = (
        Score.objects.filter(sheet__in=sheets, item__in=[item.pk for item in items if not item.not_due])
        .order_by("sheet")
        .values_list("sheet", "item__section")
        .annotate(
            earned=Sum("points"),
            out=Sum("max_points", filter=_OUT),
            marked=Count("pk"),
            inapplicable=Count("pk", filter=_OUT),
        )
    )
    for sheet, rows in groupby(sums.iterator(), key=itemgetter(0)):
        found = {section: sums for _sheet, section, *sums in rows}
        yield sheet, summed(part.scored(*found.get(part.section.pk, _NOTHING)) for part in parts)


_NOTHING = (Decimal(0), None, 0, 0)


@dataclass(frozen=True)
class _Part:
    """A section in a round: how many of its items are due, and their maxima together."""

    section: Section
    due: int
    maximum: Decimal
    not_due: int

    @classmethod
    def of(cls, section: Section, items: Sequence[Item]) -> "_Part":
        own = [item for item in items if item.section_id == section.pk]
        due = [item for item in own if not item.not_due]
        return cls(section, len(due), sum((item.points for item in due), Decimal(0)), len(own) - len(due))

    def scored(self, earned: Decimal, out: Decimal | None, marked: int, inapplicable: int) -> SectionScore:
        """Of what its marks come to; `out` are the maxima of what does not apply, which earns nothing."""
        return rescaled(
            self.section.points,
            earned=rounded(earned),
            base=self.maximum - rounded(out or Decimal(0)),
            items=self.due,
            unmarked=self.due - marked,
            inapplicable=inapplicable,
            not_due=self.not_due,
        )
