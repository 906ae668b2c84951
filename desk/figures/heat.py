"""Sections × sites: of each site in a round what share of a section's points it was given."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from django import forms
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.enums import Band
from assessments.models import Assessment
from assessments.services.rounds import DUE_STAGES
from assessments.tallies import scores_by_sheet, sections_of
from sites.enums import Level
from standards.models import Rulebook
from tables.writing import Head, Row

from .figure import Counted, Figure, Link, share
from .rounds import InRound, RoundFilter, in_round
from .scope import Scope
from .shown_scores import Share, ShownScore, Word, section_scores, share_of, total_score

# In rem: the room for a section, where its bar begins in it.
ROW, BAR = 2.4, 1.5


class HeatFilter(RoundFilter):
    """Also: in which order."""

    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("as on the lists")),
            ("lowest", gettext_lazy("by total, the lowest first")),
            ("highest", gettext_lazy("by total, the highest first")),
        ],
    )


@dataclass(frozen=True)
class Piece:
    """So many sites in one band; where it begins and how wide it is, as shares of the drawing's width."""

    band: Band
    sites: int
    x: str
    width: str


@dataclass(frozen=True)
class SectionBar:
    """A section over all sites, or the whole sheet; `average` is all points of all there were."""

    name: str
    average: Share | None
    pieces: Sequence[Piece]
    text_y: str
    bar_y: str


@dataclass(frozen=True)
class Heat:
    """How the sites with a signed sheet spread over the bands; `bands` says from which share each
    begins, and below which the last one lies.
    """

    round: str
    sheets: int
    bars: Sequence[SectionBar]
    height: str
    bands: Sequence[tuple[Band, Decimal]]


def count(scope: Scope) -> Counted:
    """Four queries. All sites of the round, those without a signed sheet too: they have no score, not 0."""
    found = in_round(scope)
    if found is None:
        return Counted(heads=_heads([]), rows=[])
    sections = sections_of(found.items)
    rulebook = found.round.rulebook
    results = {
        sheet: (*section_scores(sections, score, rulebook), total_score(score, rulebook))
        for sheet, score in scores_by_sheet(found.signed, found.items)
    }
    rows = [_row(line, results.get(line.sheet), len(sections)) for line in _sites(scope, found)]
    return Counted(
        heads=_heads([section.name for section in sections]),
        rows=_ordered(rows, scope.chosen.get("order", "")),
        drawing=_drawing(found, [section.name for section in sections], list(results.values())),
        numbers=_numbers(found, rows, results),
    )


class _SiteInRound(NamedTuple):
    """A site of the round: where it stands on which list, and the key of its signed sheet."""

    pk: int
    name: str
    unit: str
    level: str
    filer: str
    is_in_round: bool
    sheet: int


def _sites(scope: Scope, found: InRound) -> Iterator[_SiteInRound]:
    """Those in the round, and while it is open those that are due in it, in the order of the lists."""
    here = Assessment.objects.filter(round=found.round, site=OuterRef("pk"))
    there = Q(is_in_round=True)
    if found.round.is_open:
        there |= Q(stage__in=DUE_STAGES[found.round.kind])
    sheets = found.signed.filter(assessment__site=OuterRef("pk")).order_by()
    sites = scope.sites.annotate(is_in_round=Exists(here), sheet=Subquery(sheets.values("pk")[:1]))
    names = ("pk", "window_name", "organisation__name", "level", "filing__organisation__short_name")
    lines = sites.filter(there).values_list(*names, "is_in_round", "sheet")
    return (_SiteInRound(*line) for line in lines.iterator())


def _heads(sections: Sequence[str]) -> list[Head]:
    return [_("Site"), _("Unit"), _("Level"), *sections, _("Total")]


def _row(line: _SiteInRound, cells: tuple[ShownScore, ...] | None, sections: int) -> Row:
    where = line.filer if line.level == Level.DISTRICT else str(Level(line.level).label)
    about = [Link(line.name, reverse("desk:site_scores", args=[line.pk])), line.unit, where]
    if cells:
        return [*about, *(cell.shown for cell in cells)]
    why = Word(_("no signed sheet yet"), "unmarked") if line.is_in_round else Word(_("not begun"), "planned")
    return [*about, *[None] * sections, why]


def _ordered(rows: list[Row], order: str) -> list[Row]:
    """By total those without one come last, in the order of the lists."""
    if order not in ("lowest", "highest"):
        return rows
    scored = [(share, row) for row in rows if isinstance(share := row[-1], Share)]
    scored.sort(key=itemgetter(0), reverse=order == "highest")
    return [*(row for _share, row in scored), *(row for row in rows if not isinstance(row[-1], Share))]


def _drawing(found: InRound, names: Sequence[str], results: Sequence[tuple[ShownScore, ...]]) -> Heat | None:
    if not results:
        return None
    rulebook = found.round.rulebook
    bars = [
        _bar(place, name, [cells[place] for cells in results], rulebook)
        for place, name in enumerate([*names, _("Total")])
    ]
    marks = (rulebook.excellent_from, rulebook.good_from, rulebook.qualified_from)
    height = f"{len(bars) * ROW:.1f}rem"
    return Heat(
        str(found.round), len(results), bars, height, list(zip(Band, (*marks, marks[-1]), strict=True))
    )


def _bar(place: int, name: str, cells: Sequence[ShownScore], rulebook: Rulebook) -> SectionBar:
    """The bands from the best to the last; where nothing counts a site is in none."""
    counts = Counter(cell.share.tone for cell in cells if cell.share is not None)
    pieces, before = [], 0
    for band in Band:
        if sites := counts[band]:
            pieces.append(Piece(band, sites, share(before, counts.total()), share(sites, counts.total())))
            before += sites
    earned = sum((cell.points for cell in cells), Decimal(0))
    maximum = sum((cell.maximum for cell in cells), Decimal(0))
    return SectionBar(
        name=name,
        average=share_of(earned, maximum, rulebook),
        pieces=pieces,
        text_y=f"{place * ROW + 1.1:.1f}rem",
        bar_y=f"{place * ROW + BAR:.1f}rem",
    )


def _numbers(
    found: InRound, rows: Sequence[Row], results: dict[int, tuple[ShownScore, ...]]
) -> list[tuple[str, object]]:
    return [
        (_("Round"), str(found.round)),
        (_("Sites in it, or due"), len(rows)),
        (_("With a signed sheet"), len(results)),
    ]


HEAT = Figure(
    key="heat",
    title=gettext_lazy("Scores by section"),
    lead=gettext_lazy(
        "What share of each section's points the sites were given in a round, by their signed sheets."
    ),
    empty=gettext_lazy("Nothing to show yet. Scores appear here once a team has signed a site's sheet."),
    count=count,
    filter=HeatFilter,
)
