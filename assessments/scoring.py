"""Scores, pure and exact: what screen, export and papers all show.

Points are Decimals in hundredths. Three things are never confused: an item
scored 0, an item not looked at yet, and an item that does not apply.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .enums import Band, ScoreLevel

HUNDREDTH = Decimal("0.01")


def rounded(value: Decimal) -> Decimal:
    """To hundredths, halves up, as a clerk rounds."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """As people write it: 86.5, not 86.50; 100, not 1E+2."""
    text = f"{rounded(value):f}"
    return text.rstrip("0").rstrip(".")


def points_for(
    level: str, item_points: Decimal, *, partly_percent: int, given: Decimal | None = None
) -> Decimal:
    """The points a level earns; `given` are the inspector's own points for “partly met”.

    Without them “partly met” earns the rulebook's share. Raises ValueError
    when `given` is not strictly between 0 and the item's points.
    """
    if level == ScoreLevel.MET:
        return item_points
    if level != ScoreLevel.PARTLY:
        return Decimal(0)
    if given is None:
        return rounded(item_points * partly_percent / 100)
    if not 0 < given < item_points:
        raise ValueError(f"{given} is not between 0 and {item_points}")
    return given


def points_after_faults(item_points: Decimal, deduction: Decimal, faults: int) -> Decimal:
    """What is left of an item's points when each fault costs `deduction`; 扣完为止, never below 0."""
    return max(item_points - deduction * faults, Decimal(0))


def level_of(points: Decimal, item_points: Decimal) -> ScoreLevel:
    """The level that points of an item amount to."""
    if points == item_points:
        return ScoreLevel.MET
    return ScoreLevel.PARTLY if points else ScoreLevel.UNMET


@dataclass(frozen=True)
class Mark:
    """One item of a sheet: `level` is None while it has not been looked at.

    What is not due yet in the round counts neither in points nor in the maximum, whatever its level.
    """

    points: Decimal
    maximum: Decimal
    level: str | None
    is_due: bool = True


@dataclass(frozen=True)
class SectionScore:
    """A section's result. `points` and `maximum` are after re-scaling (see `score_section`).

    `items` are those due; of them `unmarked` are not looked at yet, `inapplicable` do not apply.
    """

    points: Decimal
    maximum: Decimal
    items: int
    unmarked: int
    inapplicable: int
    not_due: int


@dataclass(frozen=True)
class SheetScore:
    """A sheet's result: the sections and their sum."""

    sections: tuple[SectionScore, ...]
    points: Decimal
    maximum: Decimal
    items: int
    unmarked: int

    @property
    def marked(self) -> int:
        return self.items - self.unmarked

    @property
    def is_complete(self) -> bool:
        return self.unmarked == 0


def score_section(section_points: Decimal, marks: Sequence[Mark]) -> SectionScore:
    """A section's score, re-scaled to the section's points where items do not apply or are not due.

    earned ÷ (maxima of the items that apply) × section points. A section
    without any applicable item counts neither in points nor in the maximum.
    Items not looked at earn nothing yet but stay in the maximum.
    """
    due = [mark for mark in marks if mark.is_due]
    applicable = [mark for mark in due if mark.level != ScoreLevel.INAPPLICABLE]
    base = sum((mark.maximum for mark in applicable), Decimal(0))
    earned = sum((mark.points for mark in applicable if mark.level is not None), Decimal(0))
    return SectionScore(
        points=rounded(earned * section_points / base) if base else Decimal(0),
        maximum=section_points if base else Decimal(0),
        items=len(due),
        unmarked=sum(mark.level is None for mark in due),
        inapplicable=len(due) - len(applicable),
        not_due=len(marks) - len(due),
    )


def score_sheet(sections: Iterable[tuple[Decimal, Sequence[Mark]]]) -> SheetScore:
    """The whole sheet: [(the section's points, its items' marks), …] in the standard's order."""
    scored = tuple(score_section(points, marks) for points, marks in sections)
    return SheetScore(
        sections=scored,
        points=sum((section.points for section in scored), Decimal(0)),
        maximum=sum((section.maximum for section in scored), Decimal(0)),
        items=sum(section.items for section in scored),
        unmarked=sum(section.unmarked for section in scored),
    )


def percent(points: Decimal, maximum: Decimal) -> Decimal:
    """A score in percent of what could be earned; 0 where nothing could."""
    return rounded(points * 100 / maximum) if maximum else Decimal(0)


@dataclass(frozen=True)
class Composite:
    """An acceptance's result and the sum written out, as it stands in the report."""

    points: Decimal
    working: str


def composite(
    *,
    standard: Decimal,
    maximum: Decimal,
    appraisal: Decimal,
    standard_weight: int,
    appraisal_weight: int,
    bonus: Decimal = Decimal(0),
) -> Composite:
    """Standard score (in percent of its maximum) and appraisal (0–100), weighted, plus bonus."""
    share = percent(standard, maximum)
    points = rounded(share * standard_weight / 100 + appraisal * appraisal_weight / 100 + bonus)
    working = f"{plain(share)}×{standard_weight}%＋{plain(appraisal)}×{appraisal_weight}%"
    if bonus:
        working += f"＋{plain(bonus)}"
    return Composite(points, f"{working}＝{plain(points)}")


def band(
    points: Decimal, *, excellent: Decimal, good: Decimal, qualified: Decimal, vetoed: bool = False
) -> Band:
    """等次 of a composite score; each mark is the lowest score of its band, a veto is always the last."""
    if vetoed or points < qualified:
        return Band.UNQUALIFIED
    if points >= excellent:
        return Band.EXCELLENT
    return Band.GOOD if points >= good else Band.QUALIFIED
