"""Everything that happened to one site, by time: what the rooms have on record, as one person sees it."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, Value

from accounts.models import User
from desk.ladder import Reached
from sites.models import Site

from .announcing import ANNOUNCING
from .assessing import ASSESSING
from .building import BUILDING
from .rows import COLUMNS, Chapter, Entry, Reader, Row

__all__ = ["Chapter", "Chronology", "Entry", "Month"]

# In the order in which, of one day, what bears no time follows each other.
SOURCES = (*BUILDING, *ASSESSING, *ANNOUNCING)


@dataclass(frozen=True)
class Month:
    """What happened in a month, the newest first."""

    first_day: datetime.date
    entries: list[Entry]


class Chronology:
    """A site's events, newest first; one question, whatever there is.

    Of one day what bears a time comes first, the latest on top; `site` comes from `desk.site_page`.
    """

    def __init__(self, site: Site, user: User) -> None:
        self.reader = Reader(user, site)
        parts = [
            source.rows(site, user).annotate(row_source=Value(place)).values_list(*COLUMNS)
            for place, source in enumerate(SOURCES)
        ]
        found = parts[0].union(*parts[1:], all=True)
        in_turn = found.order_by("-row_on", F("row_at").desc(nulls_last=True), "-row_source", "-row_key")
        self.rows = [Row(*row) for row in in_turn]

    def of(self, chapter: Chapter | None) -> list[Row]:
        """The events of one chapter; of all of them without one."""
        return [row for row in self.rows if chapter is None or chapter in SOURCES[row.source].chapters]

    def told(self, rows: list[Row]) -> list[Month]:
        """`rows` in words, by the months they fell in."""
        entries = (SOURCES[row.source].tell(row, self.reader) for row in rows)
        by_month = groupby(entries, key=lambda entry: entry.on.replace(day=1))
        return [Month(first_day, list(group)) for first_day, group in by_month]

    @property
    def steps(self) -> list[Reached]:
        """The stages the site came to, the oldest first."""
        steps = [row for row in self.rows if SOURCES[row.source].is_step]
        return [Reached(row.state, row.on, row.who or "") for row in reversed(steps)]
