"""A small made-up sheet in which every rule of a rulebook is at work, counted as a real one is.

Its items are a standard's own; their section counts as many points as the few chosen make.
Nothing of it is in the database.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.enums import Band, ScoreLevel
from assessments.judging import band_by, composite_by
from assessments.marks import SectionMarks
from assessments.models import Score
from assessments.scoring import SheetScore, best_form, level_of, plain, points_after_faults, points_for
from standards.models import Item, Rulebook, Section

from .working import Working, working_of

APPRAISAL = Decimal(88)
# A standard score at which a bonus counts, unless the rulebook asks for more.
HIGH_SCORE = Decimal(92)
FAULTS = 3
# What a fault costs, as a share of the item's points, where the standard counts no faults.
SUPPOSED_DEDUCTION = Decimal("0.25")
Row = tuple[Item, Score | None]


@dataclass(frozen=True)
class Ending:
    """One way a sheet might end at an acceptance."""

    words: str
    working: str
    points: Decimal
    passes: bool
    band: Band


@dataclass(frozen=True)
class Example:
    """The example sheet counted out, and some endings it might have."""

    working: Working
    endings: Sequence[Ending]


def worked_example(sections: Sequence[Section], rulebook: Rulebook) -> Example:
    """The example of a standard, by its first and its last section with their items, under a rulebook."""
    first, last = sections[0], sections[-1]
    rules, notes = _rules(last)
    marks = (_part(first, _levels(first, rulebook)), _part(last, rules))
    working = working_of(marks, rulebook, notes)
    return Example(working, list(_endings(rulebook, working.score, working.share)))


def _part(section: Section, rows: Sequence[Row]) -> SectionMarks:
    shown = copy(section)
    shown.points = sum((item.points for item, _score in rows), Decimal(0))
    return SectionMarks(shown, tuple(rows))


# -- the levels ----------------------------------------------------------------


def _levels(section: Section, rulebook: Rulebook) -> list[Row]:
    """Met; partly met, by the rulebook's share and as the scorer gives; not met; not looked at."""
    items = list(section.items.all())[:5]
    share = rulebook.partly_met_percent
    scores: list[Callable[[Item], Score | None]] = [
        lambda item: _score(item, ScoreLevel.MET, item.points),
        lambda item: _score(item, ScoreLevel.PARTLY, points_for("partly", item.points, partly_percent=share)),
        lambda item: _score(item, ScoreLevel.PARTLY, item.points * 3 / 4),
        lambda item: _score(item, ScoreLevel.UNMET, Decimal(0)),
        lambda item: None,
    ]
    return [(item, score(item)) for item, score in zip(items, scores, strict=False)]


def _score(item: Item, level: str, points: Decimal, faults: int | None = None) -> Score:
    return Score(item=item, level=level, points=points, max_points=item.points, faults=faults)


# -- the other rules -----------------------------------------------------------


def _rules(section: Section) -> tuple[list[Row], dict[str, str]]:
    """Either form, faults, inapplicable, not due, and one met in full; and notes by item code."""
    items = [copy(item) for item in section.items.all()]
    rows: list[Row] = []
    notes: dict[str, str] = {}
    for trait, mark in list(_TRAITS)[: len(items)]:
        item, is_own = _taken(items, trait)
        score, told = mark(item)
        rows.append((item, score))
        notes[item.code] = told if is_own else _("%(told)s (supposed for this example)") % {"told": told}
    return sorted(rows, key=lambda row: row[0].ordinal), notes


def _taken(items: list[Item], trait: str) -> tuple[Item, bool]:
    """Take an item with this trait off the list, with True; where none has it, any item with False."""
    found = next((item for item in items if not trait or getattr(item, trait)), None)
    item = found or items[0]
    items.remove(item)
    return item, found is not None


def _either(item: Item) -> tuple[Score | None, str]:
    level = best_form([ScoreLevel.MET, ScoreLevel.UNMET])
    told = _("one form is met in full and another is missing: either is enough")
    return _score(item, level, points_for(level, item.points, partly_percent=0)), told


def _faulty(item: Item) -> tuple[Score | None, str]:
    item.deduction = item.deduction or item.points * SUPPOSED_DEDUCTION
    left = points_after_faults(item.points, item.deduction, FAULTS)
    told = _("%(n)d faults are found, each costs %(points)s") % {"n": FAULTS, "points": plain(item.deduction)}
    return _score(item, level_of(left, item.points), left, FAULTS), told


def _outside(item: Item) -> tuple[Score | None, str]:
    told = _("the site cannot have this, and the office has agreed")
    return _score(item, ScoreLevel.INAPPLICABLE, Decimal(0)), told


def _later(item: Item) -> tuple[Score | None, str]:
    item.not_due = _("its day lies after the visit")
    return None, _("the office has declared it not due in this round")


def _met(item: Item) -> tuple[Score | None, str]:
    return _score(item, ScoreLevel.MET, item.points), ""


_TRAITS: tuple[tuple[str, Callable[[Item], tuple[Score | None, str]]], ...] = (
    ("either_or", _either),
    ("deduction", _faulty),
    ("may_be_inapplicable", _outside),
    ("", _later),
    ("", _met),
)


# -- endings -------------------------------------------------------------------


def _endings(rulebook: Rulebook, score: SheetScore, share: Decimal) -> Iterator[Ending]:
    """The example with a public appraisal; then a better sheet with bonuses, and with a veto."""
    high, cap, start = max(HIGH_SCORE, rulebook.bonus_from), rulebook.bonus_cap, rulebook.bonus_from

    def ending(words: str, standard: Decimal, bonus: Decimal = Decimal(0), *, vetoed: bool = False) -> Ending:
        at = replace(score, points=standard, maximum=Decimal(100))
        result = composite_by(rulebook, at, appraisal=APPRAISAL, bonus=bonus)
        passes = not vetoed and result.points >= rulebook.pass_mark
        band = band_by(rulebook, result.points, vetoed=vetoed)
        return Ending(words, result.working, result.points, passes, band)

    yield ending(_("This sheet, nothing added"), share)
    yield ending(_("A better sheet, nothing added"), high)
    if cap:
        yield ending(_("A bonus of %(bonus)s") % {"bonus": plain(cap)}, high, cap)
        yield ending(_("A bonus above the highest"), high, cap + 3)
        if start:
            told = _("A bonus, but a standard score below %(start)s") % {"start": plain(start)}
            yield ending(told, max(start - 1, Decimal(0)), cap)
    yield ending(_("A veto: no score helps"), high, vetoed=True)
