"""The dates of a programme's phases as the office plans them: moved as a whole, and in order."""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tables.dates import plausible

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


def moved(phases: Iterable[PlannedPhase], months: int) -> list[PlannedPhase]:
    """All of them by the same number of whole months; what ended with a month ends with one again.

    Their order stays: nothing that came before another comes after it.
    """
    return [
        replace(
            phase,
            starts_on=months_later(phase.starts_on, months),
            ends_on=_end_later(phase.ends_on, months),
        )
        for phase in phases
    ]


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on (or back); the month's last day where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, _length(year, month + 1)))


def months_between(first: datetime.date, then: datetime.date) -> int:
    """From the month of one day to that of the other, whatever the days."""
    return (then.year - first.year) * 12 + then.month - first.month


def _end_later(day: datetime.date, months: int) -> datetime.date:
    then = months_later(day, months)
    if day.day < _length(day.year, day.month):
        return then
    return then.replace(day=_length(then.year, then.month))


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def order_problems(phases: Sequence[PlannedPhase]) -> dict[str, list[str]]:
    """What no programme can be dated, by field: far from our days, a phase that runs backwards, or one that
    starts before the phase before it."""
    problems = defaultdict(list)
    for phase in phases:
        for name, day in (("starts_on", phase.starts_on), ("ends_on", phase.ends_on)):
            try:
                plausible(day)
            except ValueError as error:
                problems[f"{name}_{phase.ordinal}"].append(str(error))
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


def unarranged_years(first: datetime.date | None, last: datetime.date | None) -> list[int]:
    """The years from one day to the other for which no holiday arrangement is known: there deadlines skip
    weekends only. None of a programme that has no phases yet."""
    if first is None or last is None:
        return []
    known = {
        day.year
        for day in Holiday.objects.filter(date__year__range=(first.year, last.year)).dates("date", "year")
    }
    return [year for year in range(first.year, last.year + 1) if year not in known]
