"""A site's scores by section: what it gave itself, and what inspection and acceptance gave it."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import Band, RoundKind, SheetRole, SheetState
from assessments.marks import SectionMarks, marks_of, sheet_score
from assessments.models import Sheet
from core.prepared import prepared
from sites.models import Site
from tables.writing import Head, Row

from .shown_scores import ShownScore, section_scores, total_score

# The rounds that are drawn, in the order of the plan; rechecks stand in the table only.
DRAWN = (RoundKind.SELF, RoundKind.INSPECTION, RoundKind.ACCEPTANCE)


@dataclass(frozen=True)
class Result:
    """One closed sheet: the unit's submitted one, or a team's signed one."""

    sheet: Sheet
    sections: tuple[ShownScore, ...]
    total: ShownScore

    @property
    def kind(self) -> RoundKind:
        return RoundKind(self.sheet.assessment.round.kind)

    @property
    def closed_on(self) -> datetime.date | None:
        """The day of the team's signature, or of the unit's submission."""
        return self.sheet.signed_on or self.sheet.submitted_on


@dataclass(frozen=True)
class SiteScores:
    """A site's results that a reader may see, the oldest first.

    `radar` shows the newest of each kind in DRAWN; None where there is none, or too few sections to draw.
    """

    results: list[Result]
    radar: "Radar | None"

    @property
    def newest(self) -> list[Result]:
        """The newest of each kind of round, in the plan's order."""
        found = {result.kind: result for result in self.results}
        return [found[kind] for kind in RoundKind if kind in found]

    @property
    def sections(self) -> list[str]:
        """The sections' names, as the newest result has them."""
        return [cell.name for cell in self.results[-1].sections] if self.results else []


def scores_of(site: Site, reader: User) -> SiteScores:
    """Three queries. A sheet that is not closed yet is no result, whoever asks.

    Everything else is `Sheet.visible_to`: an inspector who still marks the site sees no colleague's
    sheet here either, and a unit sees a team's sheet once it is signed.
    """
    sheets = list(_closed_sheets(site.pk, reader))
    results = [_result(sheet, marks) for sheet, marks in zip(sheets, marks_of(sheets), strict=True)]
    return SiteScores(results, _radar(results))


@prepared
def _closed_sheets(site: int, reader: User) -> QuerySet[Sheet]:
    closed = Q(role=SheetRole.SELF, submitted_on__isnull=False) | Q(
        role=SheetRole.FINAL, state=SheetState.SIGNED
    )
    return (
        Sheet.objects.visible_to(reader)
        .filter(closed, assessment__site=site)
        .select_related("assessment__round__rulebook", "assessment__standard")
        .order_by("assessment__round__opened_on", "assessment__round_id", "pk")
    )


def _result(sheet: Sheet, marks: tuple[SectionMarks, ...]) -> Result:
    score, rulebook = sheet_score(marks), sheet.assessment.round.rulebook
    sections = [part.section for part in marks]
    return Result(sheet, section_scores(sections, score, rulebook), total_score(score, rulebook))


def score_heads(scores: SiteScores) -> list[Head]:
    """A section takes three columns: its points, what could be earned, the share in percent."""
    names = [*scores.sections, _("Total")]
    of_section = (_("%(section)s: points"), _("%(section)s: maximum"), _("%(section)s: percent"))
    heads = [text % {"section": name} for name in names for text in of_section]
    return [_("Round"), _("Kind"), _("Sheet"), _("Submitted or signed on"), _("Standard"), *heads, _("Band")]


def score_rows(scores: SiteScores) -> Iterator[Row]:
    """One row a round. Sections of an earlier standard stand in the columns of their number."""
    width = len(scores.sections)
    for result in scores.results:
        sheet = result.sheet
        sections = result.sections[:width] + (None,) * (width - len(result.sections))
        cells = [value for cell in (*sections, result.total) for value in _three(cell)]
        about = [sheet.assessment.round.title, result.kind.label, sheet.get_role_display()]
        band = Band(result.total.share.tone).label if result.total.share is not None else ""
        yield [*about, result.closed_on, sheet.assessment.standard, *cells, band]


def _three(cell: ShownScore | None) -> Row:
    if cell is None:
        return [None, None, None]
    return [None if cell.why else cell.points, cell.maximum, cell.shown]


# -- the drawing -----------------------------------------------------------------

# In the picture's own units: its half width and half height, the length of an axis, how far out names stand.
HALF_WIDTH, HALF_HEIGHT, AXIS, NAME_AT = 180, 150, 92, 104
RINGS = (25, 50, 75, 100)
# A name is broken into lines of so many characters, at most so many.
NAME_WIDTH, NAME_LINES, LINE_HEIGHT = 4, 3, 17
# With fewer axes there is no area to compare.
FEWEST_AXES = 3


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Axis:
    """One section: the end of its axis, and the lines of its name with where each stands."""

    end: Point
    anchor: str  # of SVG text: start, middle or end
    lines: list[tuple[Point, str]]


@dataclass(frozen=True)
class Shape:
    """One round: the corners that have a share; a section of which nothing counted has none."""

    result: Result
    corners: list[Point]

    @property
    def points(self) -> str:
        return _joined(self.corners)


@dataclass(frozen=True)
class Radar:
    """Measured out around (0, 0); rings stand at a quarter, a half, three quarters and the whole."""

    view_box: ClassVar = f"{-HALF_WIDTH} {-HALF_HEIGHT} {2 * HALF_WIDTH} {2 * HALF_HEIGHT}"

    axes: list[Axis]
    rings: list[str]  # the corners of each
    shapes: list[Shape]


def _radar(results: Sequence[Result]) -> Radar | None:
    """Results with another number of sections, as an earlier standard may have had, are not drawn."""
    names = [cell.name for cell in results[-1].sections] if results else []
    newest = {result.kind: result for result in results if len(result.sections) == len(names)}
    drawn = [newest[kind] for kind in DRAWN if kind in newest]
    if not drawn or len(names) < FEWEST_AXES:
        return None
    return Radar(
        axes=[_axis(number, len(names), name) for number, name in enumerate(names)],
        rings=[_joined(_at(number, len(names), ring) for number in range(len(names))) for ring in RINGS],
        shapes=[Shape(result, list(_corners(result.sections))) for result in drawn],
    )


def _at(number: int, of: int, percent: float, length: int = AXIS) -> Point:
    """Where a percentage lies on an axis: the first points up, the others follow clockwise."""
    turn = 2 * pi * number / of
    return Point(round(sin(turn) * length * percent / 100, 1), round(-cos(turn) * length * percent / 100, 1))


def _joined(corners: Iterable[Point]) -> str:
    """As SVG writes them."""
    return " ".join(f"{corner.x},{corner.y}" for corner in corners)


def _corners(cells: Sequence[ShownScore]) -> Iterator[Point]:
    for number, cell in enumerate(cells):
        if cell.share is not None:
            yield _at(number, len(cells), float(cell.share))


def _axis(number: int, of: int, name: str) -> Axis:
    """Its name stands beyond its end: above, below or beside it."""
    at = _at(number, of, 100, NAME_AT)
    words = [name[n : n + NAME_WIDTH] for n in range(0, len(name), NAME_WIDTH)][:NAME_LINES]
    top = {-1: -LINE_HEIGHT * (len(words) - 1) - 2, 0: 5 - LINE_HEIGHT * (len(words) - 1) / 2, 1: 12}
    side = 0 if abs(at.y) < AXIS / 2 else 1 if at.y > 0 else -1
    lines = [
        (Point(at.x, round(at.y + top[side] + LINE_HEIGHT * n, 1)), word) for n, word in enumerate(words)
    ]
    anchor = "middle" if abs(at.x) < 1 else "start" if at.x > 0 else "end"
    return Axis(_at(number, of, 100), anchor, lines)
