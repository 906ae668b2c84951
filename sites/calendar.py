"""The campaign's one clock, and working days as the State Council arranges them.

`today` and `pinned` are the clock itself, handed on for all who count days.
"""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TypedDict

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.clock import pinned as pinned
from core.clock import today as today
from standards.enums import DayUnit

from .enums import HolidayKind
from .models import Holiday

# How many seconds a process keeps the arrangements for the words on pages.
KEPT = 60


class CountedDayJson(TypedDict):
    date: str
    label: str
    working: bool


@dataclass(frozen=True)
class CountedDay:
    """One day that was looked at: whether it counts, and why."""

    date: datetime.date
    working: bool
    label: str

    def as_json(self) -> CountedDayJson:
        return {"date": self.date.isoformat(), "label": self.label, "working": self.working}


@dataclass(frozen=True)
class Deadline:
    """The end of a period, with every day that was looked at on the way.

    A day counts if it is a working day, or in calendar days (`unit`) whatever it is.

    `unarranged_years` are the years touched for which no holiday arrangement
    is known: there only weekends were left out, and the pages say so.
    """

    start: datetime.date
    length: int
    end: datetime.date
    days: tuple[CountedDay, ...]
    unarranged_years: tuple[int, ...]
    unit: DayUnit = DayUnit.WORKING_DAYS

    def explained(self) -> str:
        """How it was counted, in a sentence or a few."""
        skipped = [day for day in self.days if not day.working]
        in_words = {
            DayUnit.WORKING_DAYS: _(
                "%(n)d working days from %(start)s, that day not counted; the last one is %(end)s."
            ),
            DayUnit.CALENDAR_DAYS: _(
                "%(n)d calendar days from %(start)s, that day not counted; the last one is %(end)s."
            ),
        }[self.unit]
        sentences = [
            in_words % {"n": self.length, "start": date_format(self.start), "end": date_format(self.end)}
        ]
        if skipped:
            sentences.append(
                _("Not counted: %(days)s.") % {"days": _(", ").join(_named(day) for day in skipped)}
            )
        if self.unarranged_years:
            sentences.append(
                _("No holiday arrangement is known for %(years)s: only weekends were left out.")
                % {"years": _(", ").join(str(year) for year in self.unarranged_years)}
            )
        return reduce(_followed_by, sentences)


def _named(day: CountedDay) -> str:
    return pgettext("a day and what it is", "%(day)s %(label)s") % {
        "day": date_format(day.date, "MONTH_DAY_FORMAT"),
        "label": day.label,
    }


def _followed_by(text: str, sentence: str) -> str:
    """Two sentences joined as the language does: English by a space, Chinese by nothing."""
    return pgettext("one sentence after another", "%(text)s %(sentence)s") % {
        "text": text,
        "sentence": sentence,
    }


def on_record(deadline: Deadline) -> str:
    """How a deadline was counted, in Chinese whatever the reader's language: kept in records and papers."""
    with translation.override("zh-hans"):
        return deadline.explained()


def days_after(start: datetime.date, count: int, unit: str) -> Deadline:
    """The `count`-th day of this unit (`DayUnit`) after `start`; `start` itself is not counted."""
    if unit == DayUnit.WORKING_DAYS:
        return working_days_after(start, count)
    dates = [start + datetime.timedelta(days=number) for number in range(1, count + 1)]
    days = tuple(CountedDay(date, True, date_format(date, "l")) for date in dates)
    return Deadline(start, count, dates[-1], days, (), DayUnit.CALENDAR_DAYS)


def working_days_after(start: datetime.date, count: int) -> Deadline:
    """The `count`-th working day after `start`; `start` itself is not counted.

    Working days in lieu count, statutory holidays do not (one query).
    """
    if count < 1:
        raise ValueError("a period has at least one working day")
    # Seven weeks hold at least 24 working days even around the longest holidays.
    horizon = start + datetime.timedelta(days=count * 2 + 30)
    arrangements = Holiday.objects.filter(date__year__gte=start.year, date__year__lte=horizon.year)
    arranged = {holiday.date: holiday for holiday in arrangements}
    days: list[CountedDay] = []
    counted = 0
    day = start
    while counted < count:
        day += datetime.timedelta(days=1)
        looked_at = _judge(day, arranged.get(day))
        counted += looked_at.working
        days.append(looked_at)
    touched = sorted({looked_at.date.year for looked_at in days})
    known = {date.year for date in arranged}
    return Deadline(start, count, day, tuple(days), tuple(year for year in touched if year not in known))


def judged(day: datetime.date) -> CountedDay:
    """One day by itself: whether it is a working day, and what it is (one query)."""
    return _judge(day, arrangements(day, day).get(day))


def arrangements(start: datetime.date, end: datetime.date) -> dict[datetime.date, Holiday]:
    """Date → the State Council's arrangement, between two days; read once where many periods are counted."""
    return {holiday.date: holiday for holiday in Holiday.objects.filter(date__range=(start, end))}


def working_days_between(
    start: datetime.date, end: datetime.date, arranged: Mapping[datetime.date, Holiday]
) -> int:
    """How many working days lie after `start`, up to and with `end`; 0 where `end` is no later."""
    days = (start + datetime.timedelta(days=number + 1) for number in range((end - start).days))
    return sum(_is_working(day, arranged.get(day)) for day in days)


def days_late(due: datetime.date, on: datetime.date) -> int:
    """How many working days `on` lies after a day something was due; 0 on the days off that follow it."""
    return working_days_between(due, on, kept_arrangements(int(time.monotonic()) // KEPT))


def late_words(days: int) -> str:
    """How late something is, by working days."""
    if not days:
        return _("late")
    return ngettext("late by %(n)d working day", "late by %(n)d working days", days) % {"n": days}


@lru_cache(maxsize=1)
def kept_arrangements(_since: int) -> dict[datetime.date, Holiday]:
    """All arrangements, for the words on pages: they change once a year, and are read anew after a minute."""
    return {holiday.date: holiday for holiday in Holiday.objects.all()}


def _judge(day: datetime.date, arranged: Holiday | None) -> CountedDay:
    return CountedDay(day, _is_working(day, arranged), arranged.name if arranged else date_format(day, "l"))


def _is_working(day: datetime.date, arranged: Holiday | None) -> bool:
    return arranged.kind == HolidayKind.WORK if arranged else day.isoweekday() < 6
