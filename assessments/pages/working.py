"""How a sheet's total comes about: every step of the sum, for whoever wants to check it.

It writes down what `scoring` has computed and computes nothing of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.enums import Band, MarkState
from assessments.judging import band_by, pass_points, share_of
from assessments.marks import SectionMarks, mark_of, sheet_score
from assessments.models import Score
from assessments.scoring import Mark, SectionScore, SheetScore, plain, points_for, rounded
from standards.models import Item, Rulebook, Section


@dataclass(frozen=True)
class ItemLine:
    """An item's part of the sum; `note` says what led to its mark, if anything is said."""

    item: Item
    mark: Mark
    words: str
    note: str


@dataclass(frozen=True)
class SectionLine:
    """A section's part of the sum, with its items."""

    section: Section
    score: SectionScore
    items: Sequence[ItemLine]
    words: str


@dataclass(frozen=True)
class Working:
    """The whole sum: the sections, their total, its share of the maximum, and the band that would earn."""

    sections: Sequence[SectionLine]
    score: SheetScore
    total: str
    maximum: str
    share: Decimal
    share_words: str
    pass_points: Decimal
    passes: bool
    band: Band


def working_of(
    marks: tuple[SectionMarks, ...], rulebook: Rulebook, notes: Mapping[str, str] | None = None
) -> Working:
    """The sum of a sheet's marks by a rulebook, with `notes` (item code → words) beside its items."""
    score = sheet_score(marks)
    sections = [
        SectionLine(
            part.section,
            scored,
            [_item_line(item, mark, rulebook, notes or {}) for item, mark in part.rows],
            _section_words(part.section, scored),
        )
        for part, scored in zip(marks, score.sections, strict=True)
    ]
    share = share_of(score)
    return Working(
        sections=sections,
        score=score,
        total=_added([part.points for part in score.sections], score.points),
        maximum=_added([part.maximum for part in score.sections], score.maximum),
        share=share,
        share_words=_share_words(score, share),
        pass_points=pass_points(rulebook, score),
        passes=share >= rulebook.pass_mark,
        band=band_by(rulebook, share),
    )


def _item_line(item: Item, score: Score | None, rulebook: Rulebook, notes: Mapping[str, str]) -> ItemLine:
    mark = mark_of(item, score)
    words = _item_words(item, score, mark.state, rulebook.partly_met_percent)
    return ItemLine(item, mark, words, notes.get(item.code, ""))


def _item_words(item: Item, score: Score | None, state: MarkState, share: int) -> str:
    """Why an item has the points it has."""
    full = plain(item.points)
    if state == MarkState.NOT_DUE:
        return _("not due in this round, left out: %(reason)s") % {"reason": item.not_due}
    if score is None:
        return _("nothing so far; its %(full)s points stay in what can be earned") % {"full": full}
    if state == MarkState.INAPPLICABLE:
        return _("does not apply here, left out")
    if item.deduction and score.faults is not None:
        return _fault_words(item.points, item.deduction, score.faults)
    if state == MarkState.PARTLY:
        return _partly_words(item, score, share)
    return (_("%(full)s in full") if state == MarkState.MET else _("0 of %(full)s")) % {"full": full}


def _fault_words(full: Decimal, deduction: Decimal, faults: int) -> str:
    left = full - deduction * faults
    words = f"{plain(full)} − {faults} × {plain(deduction)} = {plain(left)}"
    return words if left >= 0 else _("%(sum)s; never below 0: 0") % {"sum": words}


def _partly_words(item: Item, score: Score, share: int) -> str:
    exact = item.points * share / 100
    if score.points != points_for(score.level, item.points, partly_percent=share):
        return _("%(points)s of %(full)s, as the scorer gave") % {
            "points": plain(score.points),
            "full": plain(item.points),
        }
    return f"{plain(item.points)} × {share}% {_equals(exact)} {plain(score.points)}"


def _section_words(section: Section, scored: SectionScore) -> str:
    """earned ÷ base × section points = points."""
    if not scored.base:
        return _("Nothing of it can be earned here: it counts neither in the points nor in the maximum.")
    exact = scored.earned * section.points / scored.base
    parts = (plain(scored.earned), plain(scored.base), plain(section.points))
    return f"{parts[0]} ÷ {parts[1]} × {parts[2]} {_equals(exact)} {plain(scored.points)}"


def _share_words(score: SheetScore, share: Decimal) -> str:
    if not score.maximum:
        return plain(share)
    exact = score.points * 100 / score.maximum
    return f"{plain(score.points)} ÷ {plain(score.maximum)} × 100 {_equals(exact)} {plain(share)}"


def _added(parts: Iterable[Decimal], total: Decimal) -> str:
    return f"{' + '.join(map(plain, parts))} = {plain(total)}"


def _equals(exact: Decimal) -> str:
    """“=” where two decimal places are exact, else “≈”."""
    return "=" if exact == rounded(exact) else "≈"
