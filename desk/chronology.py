"""Everything that happened to one site, by time: what the rooms offer, as one person sees it."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F

from accounts.models import User
from core.prepared import prepared
from core.union import Part
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
        self.rows = EVENT_ROWS.rows(_happened(user, site.pk, site.filing_id))

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


@prepared
def _happened(user: User, site: int, filing: int) -> Part:
    # Whatever else is asked of it is not the same of the next one.
    about = Site.from_db(None, ("id", "filing_id"), (site, filing))
    found = EVENT_ROWS.query(kind.events(about, user) for kind in EVENTS)
    return found.order_by("-row_on", F("row_at").desc(nulls_last=True), "-row_source", "-row_key")
