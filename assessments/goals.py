"""The plan's six goals (part two): four have a section of the standards, two have none.

A section's rate (得分率) is the sites' points in percent of what they could earn. The plan gives 监督体系规范
and 工作成效明显 no standard: they are shown by what bears on them and are no scores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from standards.enums import Kind

from .enums import FindingState, MarkState
from .marks import SectionMarks, mark_of, sheet_score
from .models import Finding
from .scoring import percent, rounded

SheetMarks = tuple[SectionMarks, ...]
# The sections bear the goals' names.
SCORED = ("组织领导机制健全", "公开制度科学完善", "公开内容全面具体", "公开形式丰富多样")
SUPERVISION, EFFECT = "监督体系规范", "工作成效明显"
# 评议、监督、考核、责任追究; 责任追究、考核评议; 监督和举报电话、投诉渠道、救济途径、群众监督.
SUPERVISED_BY = {
    Kind.GOVERNMENT_AFFAIRS: ("ZW-2.3", "ZW-2.4", "ZW-2.5", "ZW-2.6"),
    Kind.SERVICE: ("BS-2.11", "BS-2.12", "BS-3.20", "BS-3.21", "BS-3.22", "BS-3.23", "BS-3.24"),
}


@dataclass(frozen=True)
class GoalPart:
    """So many of so many."""

    of_these: int
    all: int

    @property
    def left(self) -> int:
        return self.all - self.of_these

    @property
    def percent(self) -> Decimal:
        return percent(Decimal(self.of_these), Decimal(self.all))


@dataclass(frozen=True)
class Rate:
    """A goal with a section: its rate for each kind of site, None where there is no such site."""

    goal: str
    by_kind: dict[Kind, Decimal | None]


@dataclass(frozen=True)
class Supervised:
    """The items of supervision of one kind of site, and how many of their marks are met."""

    kind: Kind
    codes: tuple[str, ...]
    met: GoalPart


@dataclass(frozen=True)
class Appraisals:
    """What the appraisals of several sites say together: the mean of their scores, every site alike."""

    sites: int
    people: int
    score: Decimal


@dataclass(frozen=True)
class Goals:
    """How far the goals are reached by some sites; `sites` counts them by kind."""

    sites: dict[Kind, int]
    rates: list[Rate]
    supervised: list[Supervised]
    appraisals: Appraisals | None
    rectified: GoalPart


def goals(
    marks: Sequence[tuple[Kind, SheetMarks]], *, answered: Iterable[tuple[int, Decimal]], rectified: GoalPart
) -> Goals:
    """The goals by the sites' signed sheets (kind of site, its marks) and appraisals (people, score)."""
    of_kind = {kind: [sheet for each, sheet in marks if each == kind] for kind in Kind}
    return Goals(
        sites={kind: len(sheets) for kind, sheets in of_kind.items()},
        rates=[
            Rate(goal, {kind: _rate(goal, sheets) for kind, sheets in of_kind.items()}) for goal in SCORED
        ],
        supervised=[
            Supervised(kind, SUPERVISED_BY[kind], _met(kind, sheets))
            for kind, sheets in of_kind.items()
            if sheets
        ],
        appraisals=_together(list(answered)),
        rectified=rectified,
    )


def closed_findings(sites: Iterable[int]) -> GoalPart:
    """How many findings of these sites are closed, of all that stand, whatever the round."""
    states = list(
        Finding.objects.filter(assessment__site__in=sites)
        .exclude(state=FindingState.WITHDRAWN)
        .order_by()
        .values_list("state", flat=True)
    )
    return GoalPart(states.count(FindingState.VERIFIED), len(states))


def _rate(goal: str, sheets: Sequence[SheetMarks]) -> Decimal | None:
    """By the sites' sections as they are scored; a section that does not apply to a site is left out."""
    scored = [
        score
        for parts in sheets
        for part, score in zip(parts, sheet_score(parts).sections, strict=True)
        if part.section.name == goal
    ]
    maximum = sum((score.maximum for score in scored), Decimal(0))
    return percent(sum((score.points for score in scored), Decimal(0)), maximum) if maximum else None


def _met(kind: Kind, sheets: Sequence[SheetMarks]) -> GoalPart:
    marks = [
        mark_of(item, score)
        for parts in sheets
        for part in parts
        for item, score in part.rows
        if item.code in SUPERVISED_BY[kind]
    ]
    counted = [mark for mark in marks if mark.counts]
    return GoalPart(sum(mark.state == MarkState.MET for mark in counted), len(counted))


def _together(answered: Sequence[tuple[int, Decimal]]) -> Appraisals | None:
    if not answered:
        return None
    mean = sum((score for _people, score in answered), Decimal(0)) / len(answered)
    return Appraisals(len(answered), sum(people for people, _score in answered), rounded(mean))
