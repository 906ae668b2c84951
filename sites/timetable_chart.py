"""The bars of a timetable, measured out in days for an SVG; the table beside it is what counts."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .enums import MeasureState
from .models import Measure

# In pixels: a day across; a bar, the room between two, the names of months above, the numbers beside.
DAY, BAR, GAP, HEAD, SIDE = 5, 14, 10, 18, 24


@dataclass(frozen=True)
class Month:
    x: int
    first: datetime.date


@dataclass(frozen=True)
class Bar:
    number: int
    x: int
    y: int
    width: int
    text_y: int
    state: MeasureState


@dataclass(frozen=True)
class Chart:
    """It begins with the first day of a month; the numbers of the measures stand left of that."""

    left: int
    width: int
    height: int
    bar_height: int
    months: list[Month]
    bars: list[Bar]
    today: int | None  # None where today is not on it


def chart(measures: Sequence[Measure], today: datetime.date) -> Chart | None:
    """None where there is nothing to draw."""
    if not measures:
        return None
    first = min(measure.starts_on for measure in measures).replace(day=1)
    end = next_month(max(measure.ends_on for measure in measures))
    bars = [
        Bar(
            number=measure.ordinal,
            x=DAY * (measure.starts_on - first).days,
            y=HEAD + GAP + place * (BAR + GAP),
            width=DAY * ((measure.ends_on - measure.starts_on).days + 1),
            text_y=HEAD + GAP + place * (BAR + GAP) + BAR - 2,
            state=measure.state_on(today),
        )
        for place, measure in enumerate(measures)
    ]
    return Chart(
        left=-SIDE,
        width=SIDE + DAY * (end - first).days,
        height=HEAD + GAP + len(bars) * (BAR + GAP),
        bar_height=BAR,
        months=[Month(DAY * (day - first).days, day) for day in months(first, end)],
        bars=bars,
        today=DAY * (today - first).days if first <= today < end else None,
    )


def months(day: datetime.date, end: datetime.date) -> Iterator[datetime.date]:
    while day < end:
        yield day
        day = next_month(day)


def next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
