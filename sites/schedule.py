"""The dates of a programme's phases as the office plans them: moved as a whole, and in order."""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Holiday, Programme


@dataclass(frozen=True)
class PlannedPhase:
    """A phase as it is to be; a form names its fields by the ordinal, as in `starts_on_2`."""

    ordinal: int
    name: str
    starts_on: datetime.date
    ends_on: datetime.date
    tasks: str


def planned(programme: Programme) -> list[PlannedPhase]:
    """The programme's phases as its plan dates them, without the extensions."""
    return [
        PlannedPhase(phase.ordinal, phase.name, phase.starts_on, phase.ends_on, phase.tasks)
        for phase in programme.phases.all()
    ]


def moved(phases: Iterable[PlannedPhase], days: int) -> list[PlannedPhase]:
    """All of them by the same number of days, so that each keeps its length and its distance."""
    by = datetime.timedelta(days=days)
    return [replace(phase, starts_on=phase.starts_on + by, ends_on=phase.ends_on + by) for phase in phases]


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on (or back); the month's last day where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    _first_weekday, length = calendar.monthrange(year, month + 1)
    return datetime.date(year, month + 1, min(day.day, length))


def order_problems(phases: Sequence[PlannedPhase]) -> dict[str, list[str]]:
    """What runs backwards, by field: a phase within itself, or one against the phase before it."""
    problems = defaultdict(list)
    for phase in phases:
        if phase.ends_on < phase.starts_on:
            problems[f"ends_on_{phase.ordinal}"].append(
                _("This phase would end before it starts on %(start)s.")
                % {"start": date_format(phase.starts_on)}
            )
    for before, phase in pairwise(phases):
        if phase.starts_on < before.starts_on:
            problems[f"starts_on_{phase.ordinal}"].append(
                _("This phase would start before the one before it, which starts on %(start)s.")
                % {"start": date_format(before.starts_on)}
            )
    return dict(problems)


def unarranged_years(programme: Programme) -> list[int]:
    """The years its phases touch for which no holiday arrangement is known: deadlines skip weekends only."""
    if programme.first_day is None or programme.last_day is None:
        return []
    return years_unarranged(programme.first_day, programme.last_day)


def years_unarranged(first: datetime.date, last: datetime.date) -> list[int]:
    known = {
        day.year
        for day in Holiday.objects.filter(date__year__range=(first.year, last.year)).dates("date", "year")
    }
    return [year for year in range(first.year, last.year + 1) if year not in known]
