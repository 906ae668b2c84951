"""A sheet's marks in the standard's order, and their sum."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from standards.models import Item, Section

from .models import Score, Sheet
from .scoring import Mark, SheetScore, score_sheet


@dataclass(frozen=True)
class SectionMarks:
    """A section with its items, each beside its score (None: not looked at yet)."""

    section: Section
    rows: tuple[tuple[Item, Score | None], ...]


def section_marks(sheet: Sheet) -> tuple[SectionMarks, ...]:
    """Every item of the sheet's standard in order, with its score. Four queries, whatever the size."""
    scores = {score.item_id: score for score in sheet.scores.select_related("updated_by")}
    sections = sheet.assessment.standard.sections.prefetch_related(Prefetch("items", Item.objects.order_by("ordinal")))
    return tuple(
        SectionMarks(section, tuple((item, scores.get(item.pk)) for item in section.items.all()))
        for section in sections
    )


def sheet_score(marks: tuple[SectionMarks, ...]) -> SheetScore:
    """The one sum that screen, papers and exports show."""
    return score_sheet(
        (
            part.section.points,
            [
                Mark(
                    points=score.points if score else Decimal(0),
                    maximum=item.points,
                    level=score.level if score else None,
                )
                for item, score in part.rows
            ],
        )
        for part in marks
    )
