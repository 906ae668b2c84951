"""Bars under each other, as wide as the page: each under its label and the numbers it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass

from .figure import share

# In rem: the room for a bar, where it begins in it, its height.
ROW, TOP, HIGH = 2.4, 1.5, 0.7


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One quantity; the numbers are in the units of `longest`.

    `ground` is the light bar, `filled` the red one upon it; `mark` a line across, `margin` a whisker to both
    sides of the red one's end.
    """

    label: str
    told: str
    ground: float = 0
    filled: float = 0
    mark: float | None = None
    margin: float | None = None


@dataclass(frozen=True)
class PlacedBar:
    """A bar in its place: lengths across are shares of the width, those down are in rem."""

    label: str
    told: str
    text_y: str
    bar_y: str
    middle_y: str
    end_y: str
    ground: str
    filled: str
    mark: str
    low: str
    high: str


@dataclass(frozen=True)
class BarChart:
    """A group of bars under one name, `note` beside it and `below` under the last."""

    name: str
    note: str
    below: str
    height: str
    bars: Sequence[PlacedBar]


def bar_chart(
    name: str, bars: Sequence[Bar], *, longest: float = 0, note: str = "", below: str = ""
) -> BarChart:
    """To the scale of `longest`; without one each bar's own ground is as wide as the page."""
    placed = [_placed(bar, place * ROW, longest or bar.ground) for place, bar in enumerate(bars)]
    return BarChart(name, note, below, f"{len(bars) * ROW:.1f}rem", placed)


def _placed(bar: Bar, top: float, longest: float) -> PlacedBar:
    def at(length: float | None) -> str:
        return "" if length is None else share(min(max(length, 0), longest), longest)

    whisker = bar.margin is not None
    return PlacedBar(
        label=bar.label,
        told=bar.told,
        text_y=f"{top + 1.1:.1f}rem",
        bar_y=f"{top + TOP:.1f}rem",
        middle_y=f"{top + TOP + HIGH / 2:.2f}rem",
        end_y=f"{top + TOP + HIGH:.2f}rem",
        ground=at(bar.ground),
        filled=at(bar.filled),
        mark=at(bar.mark),
        low=at(bar.filled - (bar.margin or 0)) if whisker else "",
        high=at(bar.filled + (bar.margin or 0)) if whisker else "",
    )
