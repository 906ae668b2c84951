"""Open dates as a list shows them to one person: how close each is, in working days, and where it leads."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from desk.enums import Light
from desk.lights import Lights
from sites.calendar import arrangements, working_days_between
from sites.deadlines import OpenDate
from sites.models import Holiday, Programme

from .reading import Deadline, read


@dataclass(frozen=True)
class DeadlineLine:
    """A deadline with its light, the working days left (negative: overdue), and the page for this reader."""

    deadline: Deadline
    light: Light | None
    days: int
    url: str
    reminded: object = None  # the last reminder of it (desk.models.Reminder), where it was asked for

    @property
    def is_near(self) -> bool:
        return self.light in (Light.RED, Light.YELLOW)

    @property
    def thing(self) -> str:
        """How a reminder by hand names it."""
        row = self.deadline.row
        return f"{row.kind}:{row.key}:{row.due_on.isoformat()}"

    @property
    def distance(self) -> str:
        """The days in words."""
        if self.light == Light.RED:
            told = ngettext("%(n)d working day overdue", "%(n)d working days overdue", -self.days)
            return told % {"n": -self.days}
        told = ngettext("%(n)d working day left", "%(n)d working days left", self.days)
        return told % {"n": self.days} if self.days else _("the last working day")


def lines(
    rows: Iterable[OpenDate], programme: Programme | None, reader: User, lights: Lights
) -> list[DeadlineLine]:
    """Rows as this reader sees them; at most three queries, however many rows."""
    deadlines = read(rows, programme)
    days = {one.due_on for one in deadlines}
    on = lights.on
    arranged = arrangements(min([on, *days]), max([on, *days])) if days else {}
    distances = {day: _distance(on, day, arranged) for day in days}
    return [
        DeadlineLine(one, lights.of(one.due_on), distances[one.due_on], one.url_for(reader.role))
        for one in deadlines
    ]


def _distance(on: datetime.date, due: datetime.date, arranged: Mapping[datetime.date, Holiday]) -> int:
    if due < on:
        return -working_days_between(due, on, arranged)
    return working_days_between(on, due, arranged)
