"""一页通: where the campaign stands, on one sheet of A4 for the leader's desk; Chinese, as papers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Count, Q
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_district_office, is_office
from assessments.enums import FindingState
from assessments.models import Finding
from assessments.scoring import plain
from desk.deadlines import open_rows
from desk.deadlines.lines import DeadlineLine, lines
from desk.lights import Lights
from desk.todo import Todo, Work
from desk.todo.work import MOST_URGENT
from documents.rendering import render_sheet
from publicity.enums import ObjectionState
from publicity.models import Objection
from sites.calendar import today
from sites.deadlines import OPEN_DATES
from sites.enums import Stage
from sites.models import Programme
from standards.enums import Kind

from . import kept
from .appraisal import APPRAISAL, SATISFACTION
from .figure import Figure
from .funnel import FUNNEL, stages
from .heat import HEAT, SectionBar
from .items import ITEMS, ItemLine
from .objections import OBJECTIONS
from .scope import Scope

T = TypeVar("T")
EVERYTHING: Mapping[str, str] = {}
_BESIDE = [stage for stage in Stage if stage not in Stage.ROAD]
# The sheet stays one page, however many sites: so many lines of each part, so many names in a line.
DECISIONS, NAMES, LATE, TURNS, GROUPS, GAPS = 6, 3, 5, 5, 6, 3


@dataclass(frozen=True)
class Cut(Generic[T]):
    """The first of many, and how many more there are."""

    shown: Sequence[T]
    more: int


@dataclass(frozen=True)
class Decision:
    """What is to be decided or done, about how many sites or lists, and the first of them."""

    what: str
    number: int
    about: Cut[str]


@dataclass(frozen=True)
class KindScores:
    """A kind of site in its newest round; `lowest` names the sections with the lowest average."""

    kind: Kind
    round: str
    signed: int
    bars: Sequence[SectionBar]
    lowest: Sequence[str]
    gaps: Sequence[ItemLine]


def leader_sheet(programme: Programme, reader: User) -> bytes:
    """The PDF, of the sites this person sees: the city's, or a district's own."""
    with translation.override("zh-hans"):
        context = _facts(programme, reader)
    return render_sheet("leader_sheet.html", context, stylesheet="leader_sheet.css", on=today())


def _facts(programme: Programme, reader: User) -> dict[str, Any]:
    """Everything the template says."""
    scope = _scope(programme, reader)
    work = Work(reader, chosen=replace(MOST_URGENT, programme=programme.pk))
    phase = programme.phase_on(today())
    home = reader.organisation if is_district_office(reader) else None
    seen = {
        "whose": home.district if home else None,
        "programme": programme.title,
        "today": today().isoformat(),
        "phase": phase.name if phase else "",
        "days_left": (phase.last_day - today()).days if phase else None,
        "is_sample": scope.sites.filter(is_sample=True).exists(),
        "is_cut": work.is_cut,
        "decisions": _cut(_decisions(work), DECISIONS),
        "turns": _cut(work.groups, TURNS),
        "late": _late(programme, reader, work.lights),
        "findings": _findings(scope),
        "scores": [found for kind in Kind if (found := _scores(programme, reader, kind))],
        **_stages(scope),
    }
    # What has no figure for this reader does not stand here either.
    if APPRAISAL.is_for(reader):
        seen["appraisal"] = _appraisal(programme, reader)
    if OBJECTIONS.is_for(reader):
        seen["objections"] = _objections(scope)
    return seen


def _scope(
    programme: Programme, reader: User, figure: Figure = FUNNEL, filters: Mapping[str, str] = EVERYTHING
) -> Scope:
    return Scope(programme, reader, figure.filter(filters, programme=programme, reader=reader))


def _decisions(work: Work) -> list[Decision]:
    """What waits for the leading group, by what is to be done; of a district, what waits for its office."""
    things: Sequence[Todo] = work.todos
    if is_office(work.user):
        things = [one for one in work.missing if one.role == Role.LEADING_GROUP]
    names: dict[str, list[str]] = {}
    for one in things:
        names.setdefault(one.what, []).append(one.about)
    return [Decision(what, len(about), _cut(about, NAMES)) for what, about in names.items()]


def _late(programme: Programme, reader: User, lights: Lights) -> Cut[DeadlineLine]:
    """What is overdue of this programme, the longest first; a list that was not begun has no key yet."""
    of_programme = (
        Q(row_site__in=programme.sites.values("pk"))
        | Q(row_filing__in=programme.filings.values("pk"))
        | Q(row_site=None, row_filing=None)
    )
    rows = open_rows(programme=programme, reader=reader, where=of_programme & Q(row_due_on__lt=today()))
    shown = lines(OPEN_DATES.rows(rows[:LATE]), programme, reader, lights)
    return Cut(shown, rows.count() - len(shown))


def _findings(scope: Scope) -> dict[str, int]:
    """Those not settled: how many, at how many sites, and how many of them are overdue with the unit."""
    found = Finding.objects.visible_to(scope.reader).unsettled().filter(assessment__site__in=scope.sites)
    late = Q(state__in=FindingState.WITH_UNIT, deadline__lt=today())
    return found.order_by().aggregate(
        all=Count("pk"),
        sites=Count("assessment__site", distinct=True),
        overdue=Count("pk", filter=late),
        answered=Count("pk", filter=Q(state__in=FindingState.TO_VERIFY)),
    )


def _objections(scope: Scope) -> dict[str, int]:
    """The letters this person may know of."""
    known = Objection.objects.known_to(scope.reader).filter(site__in=scope.sites)
    open_ones = Q(state__in=ObjectionState.OPEN)
    return known.order_by().aggregate(
        all=Count("pk"),
        open=Count("pk", filter=open_ones),
        overdue=Count("pk", filter=open_ones & Q(due_on__lt=today())),
        upheld=Count("pk", filter=Q(state=ObjectionState.UPHELD)),
        partly=Count("pk", filter=Q(state=ObjectionState.PARTLY)),
    )


def _appraisal(programme: Programme, reader: User) -> list[tuple[str, object]]:
    """What the figure says in numbers, and the mean of the results that count."""
    counted = kept.look_up(APPRAISAL, _scope(programme, reader, APPRAISAL)).counted
    scores = [row[SATISFACTION] for row in counted.rows]
    counting = [score for score in scores if isinstance(score, Decimal)]
    mean = [("平均满意度", plain(sum(counting, Decimal(0)) / len(counting)))] if counting else []
    return [*((str(label), number) for label, number in counted.numbers), *mean]


def _scores(programme: Programme, reader: User, kind: Kind) -> KindScores | None:
    """None while no sheet of such a site is signed."""
    chosen = {"kind": kind.value}
    heat = kept.look_up(HEAT, _scope(programme, reader, HEAT, chosen)).counted
    if heat.drawing is None:
        return None
    bars: Sequence[SectionBar] = heat.drawing.bars
    averages = [bar.average for bar in bars[:-1] if bar.average is not None]
    items = kept.look_up(ITEMS, _scope(programme, reader, ITEMS, chosen)).counted
    return KindScores(
        kind=kind,
        round=heat.drawing.round,
        signed=heat.drawing.sheets,
        bars=bars,
        lowest=[bar.name for bar in bars[:-1] if bar.average is not None and bar.average == min(averages)],
        gaps=[line for line in items.rows[:GAPS] if isinstance(line, ItemLine) and line.wanting],
    )


def _stages(scope: Scope) -> dict[str, Any]:
    """The table of stages: each group's sites at each step of the road, beside it, and in all."""
    whole, groups = stages(scope)
    table = [
        (
            name,
            [own.here[stage] for stage in Stage.ROAD],
            sum(own.here[stage] for stage in _BESIDE),
            own.total,
        )
        for name, own in [*groups[:GROUPS], ("合计", whole)]
    ]
    return {
        "road": [Stage(stage).label for stage in Stage.ROAD],
        "stages": table,
        "more_groups": max(len(groups) - GROUPS, 0),
        "beside": [(stage.label, whole.here[stage]) for stage in _BESIDE if whole.here[stage]],
    }


def _cut(things: Sequence[T], at_most: int) -> Cut[T]:
    return Cut(things[:at_most], max(len(things) - at_most, 0))
