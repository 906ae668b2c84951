"""Red, yellow, green: how close a date is, in working days as the State Council arranges them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sites.calendar import arrangements, today, working_days_between
from sites.models import Holiday, Programme

from .enums import Light

# So many days hold more than 60 working days, the most a rulebook allows, even around the longest holidays.
HORIZON = datetime.timedelta(days=120)


@dataclass(frozen=True)
class Lights:
    """The lights of one day: dates before it are red, those up to and with `soon_until` yellow."""

    on: datetime.date
    soon_until: datetime.date

    def of(self, due: datetime.date | None) -> Light | None:
        """None where nothing is due."""
        if due is None:
            return None
        if due < self.on:
            return Light.RED
        return Light.YELLOW if due <= self.soon_until else Light.GREEN


def lights(
    on: datetime.date, soon_days: int, arranged: Mapping[datetime.date, Holiday] | None = None
) -> Lights:
    """Yellow are the dates with at most `soon_days` working days left after `on`.

    `arranged` are the arrangements of the days after it (`HORIZON`); without them they are read, one query.
    """
    if arranged is None:
        arranged = arrangements(on, on + HORIZON)
    day = on
    while soon_days >= 0:
        day += datetime.timedelta(days=1)
        soon_days -= working_days_between(day - datetime.timedelta(days=1), day, arranged)
    return Lights(on, day - datetime.timedelta(days=1))


def lights_of(programme: Programme | None) -> Lights:
    """Today's, by the programme's rulebook; without a programme nothing is close."""
    return lights(today(), programme.rulebook_used.due_soon_days if programme else 0)
