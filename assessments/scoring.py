"""Scores, pure and exact: what screen, export and papers all show.

Points are Decimals in hundredths. Four things are never confused: an item
scored 0, one not looked at yet, one that does not apply, one not due yet (`MarkState`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from .enums import Band, MarkState, ScoreLevel

HUNDREDTH = Decimal("0.01")
# Nobody counts further at a counter; more is a slip of the finger.
MAX_FAULTS = 999


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


def best_form(levels: Iterable[str]) -> ScoreLevel:
    """The level of an item of which either form is enough: the best of its forms alone counts.

    That another form is missing costs nothing; what the best one itself lacks does.
    """
    order = (ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET)
    return min((ScoreLevel(level) for level in levels), key=order.index)


@dataclass(frozen=True)
class Mark:
    """One item of a sheet: `level` is None while it has not been looked at.

    What is not due yet in the round counts neither in points nor in the maximum, whatever its level.
    """

    points: Decimal
    maximum: Decimal
    level: str | None
    is_due: bool = True

    @property
    def state(self) -> MarkState:
        """What page, export and paper say of the item."""
        if not self.is_due:
            return MarkState.NOT_DUE
        return MarkState.UNMARKED if self.level is None else MarkState(self.level)

    @property
    def counts(self) -> bool:
        """Whether the item is part of what can be earned."""
        return self.state in MarkState.COUNTED


@dataclass(frozen=True)
class SectionScore:
    """A section's result. `points` and `maximum` are after re-scaling (see `score_section`).

    `earned` of `base` is the sum of its items before that. `items` counts those due; of these `unmarked`
    are not looked at yet and `inapplicable` do not apply.
    """

    points: Decimal
    maximum: Decimal
    earned: Decimal
    base: Decimal
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
    states = Counter(mark.state for mark in marks)
    return rescaled(
        section_points,
        earned=sum((mark.points for mark in marks if mark.counts and mark.level is not None), Decimal(0)),
        base=sum((mark.maximum for mark in marks if mark.counts), Decimal(0)),
        items=len(marks) - states[MarkState.NOT_DUE],
        unmarked=states[MarkState.UNMARKED],
        inapplicable=states[MarkState.INAPPLICABLE],
        not_due=states[MarkState.NOT_DUE],
    )


def rescaled(
    section_points: Decimal,
    *,
    earned: Decimal,
    base: Decimal,
    items: int,
    unmarked: int,
    inapplicable: int,
    not_due: int,
) -> SectionScore:
    """`score_section` of marks that were summed up already, as its result names the sums."""
    return SectionScore(
        points=rounded(earned * section_points / base) if base else Decimal(0),
        maximum=section_points if base else Decimal(0),
        earned=earned,
        base=base,
        items=items,
        unmarked=unmarked,
        inapplicable=inapplicable,
        not_due=not_due,
    )


def score_sheet(sections: Iterable[tuple[Decimal, Sequence[Mark]]]) -> SheetScore:
    """The whole sheet: [(the section's points, its items' marks), …] in the standard's order."""
    return summed(score_section(points, marks) for points, marks in sections)


def summed(sections: Iterable[SectionScore]) -> SheetScore:
    """The whole sheet, of its sections' scores in the standard's order."""
    scored = tuple(sections)
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


def gap_percent(marks: Iterable[Mark]) -> Decimal:
    """How far the marks of one item lie apart, in percent of its points, exactly.

    Marks not given yet are left out. Between “does not apply” and any other mark lies all of it.
    """
    given = [mark for mark in marks if mark.level is not None]
    points = [mark.points for mark in given if mark.level != ScoreLevel.INAPPLICABLE]
    if not points:
        return Decimal(0)
    if len(points) < len(given):
        return Decimal(100)
    return (max(points) - min(points)) * 100 / given[0].maximum


def points_needed(mark: Decimal, maximum: Decimal) -> Decimal:
    """The fewest points of `maximum` whose percentage, rounded, reaches `mark`."""
    half = HUNDREDTH / 2
    return max((mark - half) * maximum / 100, Decimal(0)).quantize(HUNDREDTH, ROUND_CEILING)


@dataclass(frozen=True)
class Composite:
    """An acceptance's result and the sum written out, as it stands in the report; `bonus` is what counted."""

    points: Decimal
    working: str
    bonus: Decimal = Decimal(0)


def composite(
    *,
    standard: Decimal,
    maximum: Decimal,
    appraisal: Decimal,
    standard_weight: int,
    appraisal_weight: int,
    further: Decimal = Decimal(0),
    further_weight: int = 0,
    bonus: Decimal = Decimal(0),
    bonus_cap: Decimal | None = None,
    bonus_from: Decimal = Decimal(0),
) -> Composite:
    """Standard score (in percent of its maximum), appraisal and further forms (0–100), weighted, plus bonus.

    A bonus counts up to `bonus_cap`, and only where the standard score reaches `bonus_from`.
    The working is Chinese, like the report it stands in.
    """
    share = percent(standard, maximum)
    counted, why = _bonus(share, bonus, cap=bonus_cap, start=bonus_from)
    weighted = share * standard_weight + appraisal * appraisal_weight + further * further_weight
    points = rounded(weighted / 100 + counted)
    working = f"{plain(share)}×{standard_weight}%＋{plain(appraisal)}×{appraisal_weight}%"
    if further_weight:
        working += f"＋{plain(further)}×{further_weight}%"
    if counted:
        working += f"＋{plain(counted)}"
    return Composite(points, f"{working}＝{plain(points)}{why}", counted)


def _bonus(share: Decimal, bonus: Decimal, *, cap: Decimal | None, start: Decimal) -> tuple[Decimal, str]:
    """What of a bonus counts, and why it is not all of it."""
    if bonus and share < start:
        return Decimal(0), f"（加分{plain(bonus)}未计入：标准得分{plain(share)}低于{plain(start)}）"
    if cap is not None and bonus > cap:
        return cap, f"（加分{plain(bonus)}，按上限计{plain(cap)}）"
    return bonus, ""


# What a step of the appraisal is worth in percent: poor, fair, good, excellent (such forms give 0, 6, 8, 10).
APPRAISAL_STEPS = (Decimal(0), Decimal(60), Decimal(80), Decimal(100))
# Nineteen samples in twenty lie within so many standard errors of the whole.
NINETEEN_IN_TWENTY = Decimal("1.96")


@dataclass(frozen=True)
class Appraised:
    """What a number of answers say together; `margin` is None for a single one."""

    sample: int
    score: Decimal
    margin: Decimal | None
    questions: tuple[tuple[int, ...], ...]  # for each question how many took each step


def appraised(answers: Sequence[Sequence[int]]) -> Appraised:
    """The appraisal's score, 0 to 100, from answers of a step (0 to 3) to each question.

    ValueError without an answer: no answer is not a score of 0.
    """
    if not answers:
        raise ValueError("nobody has answered")
    scores = [sum((APPRAISAL_STEPS[step] for step in each), Decimal(0)) / len(each) for each in answers]
    mean = sum(scores, Decimal(0)) / len(scores)
    margin = None
    if len(scores) > 1:
        spread = sum(((score - mean) ** 2 for score in scores), Decimal(0)) / (len(scores) - 1)
        margin = rounded(NINETEEN_IN_TWENTY * (spread / len(scores)).sqrt())
    questions = tuple(
        tuple(Counter(steps)[step] for step in range(len(APPRAISAL_STEPS)))
        for steps in zip(*answers, strict=True)
    )
    return Appraised(len(answers), rounded(mean), margin, questions)


def band(
    points: Decimal, *, excellent: Decimal, good: Decimal, qualified: Decimal, vetoed: bool = False
) -> Band:
    """等次 of a composite score; each mark is the lowest score of its band, a veto is always the last."""
    if vetoed or points < qualified:
        return Band.UNQUALIFIED
    if points >= excellent:
        return Band.EXCELLENT
    return Band.GOOD if points >= good else Band.QUALIFIED
