"""A sheet's marks in the standard's order, and their sum."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from core.prepared import lay_beside, prepared
from standards.items import items_of_standard
from standards.models import Item, Section

from .models import Assessment, NotDue, Score, Sheet
from .scoring import Mark, SheetScore, gap_percent, plain, score_sheet


@dataclass(frozen=True)
class SectionMarks:
    """A section with its items, each beside its score (None: not looked at yet)."""

    section: Section
    rows: tuple[tuple[Item, Score | None], ...]


def section_marks(sheet: Sheet) -> tuple[SectionMarks, ...]:
    """Every item of the sheet's standard in order, with its score. Two queries, whatever the size."""
    scores = {score.item_id: score for score in sheet.scores.select_related("updated_by")}
    return arranged(standard_items(sheet), scores)


def marks_of(sheets: Sequence[Sheet]) -> list[tuple[SectionMarks, ...]]:
    """`section_marks` of several sheets, read with their assessments. Two queries, whatever the size."""
    lay_beside(sheets, "scores", _scores_on(tuple(sheet.pk for sheet in sheets)))
    items = _items_in([sheet.assessment for sheet in sheets])
    return [
        arranged(
            items[sheet.assessment.standard_id, sheet.assessment.round_id],
            {score.item_id: score for score in sheet.scores.all()},
        )
        for sheet in sheets
    ]


@prepared
def _scores_on(sheets: tuple[int, ...]) -> QuerySet[Score]:
    return Score.objects.filter(sheet__in=sheets).order_by()


def standard_items(sheet: Sheet) -> list[Item]:
    """The items of the sheet's standard, with their sections, in order; `not_due` says why one is not due."""
    return items_of(sheet.assessment)


def items_of(assessment: Assessment) -> list[Item]:
    """The items an assessment's sheets are about, as `standard_items` gives them."""
    return _items_in([assessment])[assessment.standard_id, assessment.round_id]


def _items_in(assessments: Iterable[Assessment]) -> dict[tuple[int, int], list[Item]]:
    """(standard id, round id) → the standard's items in order, as they are due in that round. One query.

    One more for each standard that this process has not read yet, or that is still a draft.
    """
    wanted = {(each.standard_id, each.round_id) for each in assessments}
    put_off: dict[int, dict[int, str]] = defaultdict(dict)
    for number, item, reason in _put_off(tuple({number for _standard, number in wanted})):
        put_off[number][item] = reason
    return {
        (standard, number): [_due(item, put_off[number]) for item in items_of_standard(standard)]
        for standard, number in wanted
    }


@prepared
def _put_off(rounds: tuple[int, ...]) -> QuerySet[NotDue, tuple[int, int, str]]:
    return NotDue.objects.filter(round__in=rounds).order_by().values_list("round", "item", "reason")


def _due(item: Item, put_off: Mapping[int, str]) -> Item:
    """The item, or a copy that says why it is not due in the round with these reasons (item id → reason)."""
    if item.pk not in put_off:
        return item
    in_round = copy(item)
    in_round.not_due = put_off[item.pk]
    return in_round


def arranged(items: Iterable[Item], scores: Mapping[int, Score]) -> tuple[SectionMarks, ...]:
    """Items in the standard's order by section, each beside its score of `scores` (item id → score)."""
    parts = [list(part) for _section, part in groupby(items, key=lambda item: item.section_id)]
    return tuple(
        SectionMarks(part[0].section, tuple((item, scores.get(item.pk)) for item in part)) for part in parts
    )


def mark_of(item: Item, score: Score | None) -> Mark:
    """What a stored score, or none, says of an item of `standard_items`."""
    return Mark(
        points=score.points if score else Decimal(0),
        maximum=item.points,
        level=score.level if score else None,
        is_due=not item.not_due,
    )


def gap_of(scores: Iterable[Score]) -> Decimal:
    """How far several people's marks of one item lie apart, in percent of its points (`gap_percent`)."""
    return gap_percent(Mark(score.points, score.max_points, score.level) for score in scores)


def sheet_score(marks: tuple[SectionMarks, ...]) -> SheetScore:
    """The one sum that screen, papers and exports show."""
    return score_sheet(
        (
            part.section.points,
            [mark_of(item, score) for item, score in part.rows],
        )
        for part in marks
    )


def frozen_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """A sheet's marks as plain data, one row for each item: how a signed version is kept."""
    return [
        {
            "section": item.section.name,
            "code": item.code,
            "text": item.text,
            "maximum": plain(item.points),
            "state": mark_of(item, score).state.value,
            "points": plain(score.points) if score else "",
            "faults": score.faults if score else None,
            "reason": score.reason if score else item.not_due,
            "written_by": str(score.updated_by) if score else "",
        }
        for part in section_marks(sheet)
        for item, score in part.rows
    ]


def sections_compared(
    marks: tuple[SectionMarks, ...], before: tuple[SectionMarks, ...]
) -> list[dict[str, str]]:
    """The sections of an acceptance, as printed, with the inspection's points; `before` may be empty."""
    earlier = sheet_score(before).sections
    return [
        {
            "name": part.section.name,
            "inspection": plain(earlier[index].points) if earlier else "",
            "points": plain(score.points),
            "maximum": plain(score.maximum),
        }
        for index, (part, score) in enumerate(zip(marks, sheet_score(marks).sections, strict=True))
    ]
