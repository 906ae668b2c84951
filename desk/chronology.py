"""Everything that happened to one site, by time: what the rooms offer, as one person sees it."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F

from accounts.models import User
from desk.stage_progress import ReachedStage
from sites.chronology import EVENT_ROWS, EVENTS, Chapter, Entry, EventRow, Reader
from sites.models import Site


@dataclass(frozen=True)
class Month:
    """What happened in a month, the newest first."""

    first_day: datetime.date
    entries: list[Entry]


class Chronology:
    """A site's events, newest first; one question, whatever there is.

    Of one day what bears a time comes first, the latest on top.
    """

    def __init__(self, site: Site, user: User) -> None:
        self.reader = Reader(user, site)
        self.kinds = list(EVENTS)
        found = EVENT_ROWS.query(kind.events(site, user) for kind in self.kinds)
        in_turn = found.order_by("-row_on", F("row_at").desc(nulls_last=True), "-row_source", "-row_key")
        self.rows = EVENT_ROWS.rows(in_turn)

    def of(self, chapter: Chapter | None) -> list[EventRow]:
        """The events of one chapter; of all of them without one."""
        return [row for row in self.rows if chapter is None or chapter in self.kinds[row.source].chapters]

    def told(self, rows: list[EventRow]) -> list[Month]:
        """`rows` in words, by the months they fell in."""
        entries = (self.kinds[row.source].tell(row, self.reader) for row in rows)
        by_month = groupby(entries, key=lambda entry: entry.on.replace(day=1))
        return [Month(first_day, list(group)) for first_day, group in by_month]

    @property
    def steps(self) -> list[ReachedStage]:
        """The stages the site came to, the oldest first."""
        steps = [row for row in self.rows if self.kinds[row.source].is_step]
        return [ReachedStage(row.state, row.on, row.who or "") for row in reversed(steps)]
