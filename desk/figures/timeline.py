"""The programme's phases: as planned, as extended, and when the steps that belong to each were taken."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sites.calendar import days_late, today
from sites.enums import Action
from sites.models import Phase, StageChange
from sites.timetable_chart import months, next_month
from sites.workflow import TRANSITIONS
from tables.writing import Head, Row

from .figure import Counted, Figure, share
from .scope import Scope

DAY = datetime.timedelta(days=1)
# In rem: the names of months; a phase, and in it the bar of the plan and that of the steps.
HEAD, ROW, PLANNED, ACTUAL = 3.2, 3.6, 1.5, 2.5


@dataclass(frozen=True)
class Steps:
    """The steps that belong to a phase."""

    n: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True)
class PhaseBars:
    """A phase; `x` and widths are shares of the drawing's width, `y` in rem. Empty: there is none."""

    name: str
    text_y: str
    planned_y: str
    actual_y: str
    x: str
    width: str
    extended_x: str
    extended_width: str
    actual_x: str
    actual_width: str


@dataclass(frozen=True)
class Timeline:
    height: str
    months: Sequence[tuple[str, datetime.date]]
    lines: Sequence[PhaseBars]
    today: str
    today_is_late: bool
    business_date: datetime.date


def count(scope: Scope) -> Counted:
    """One query: the phases came with the programme."""
    phases = list(scope.programme.phases.all())
    steps = _steps(scope)
    heads: list[Head] = [
        _("Phase"),
        _("Planned first day"),
        _("Planned last day"),
        _("Extended to"),
        _("First step"),
        _("Last step"),
        _("Steps taken"),
        _("Working days after the planned end"),
    ]
    rows = [_row(phase, steps.get(phase.ordinal, Steps())) for phase in phases]
    if not phases:
        return Counted(heads=heads, rows=[])
    return Counted(heads=heads, rows=rows, drawing=drawing(phases, steps, today()))


def _steps(scope: Scope) -> dict[int, Steps]:
    """By the number of the phase: what two phases allow belongs to the later one once that has begun."""
    phases = {phase.ordinal: phase for phase in scope.programme.phases.all()}
    taken = StageChange.objects.filter(site__in=scope.sites).order_by("on")
    found: dict[int, Steps] = {}
    for line in taken.values("action", "on").annotate(n=Count("pk")):
        day, allowed = line["on"], TRANSITIONS[Action(line["action"])].phases
        begun = [ordinal for ordinal in allowed if ordinal in phases and phases[ordinal].starts_on <= day]
        if allowed:
            own = max(begun, default=min(allowed))
            so_far = found.get(own, Steps(first=day))
            found[own] = replace(so_far, n=so_far.n + line["n"], last=day)
    return found


def _row(phase: Phase, steps: Steps) -> Row:
    late = days_late(phase.ends_on, steps.last) if steps.last and steps.last > phase.ends_on else None
    return [
        phase.name,
        phase.starts_on,
        phase.ends_on,
        phase.extended_to,
        steps.first,
        steps.last,
        steps.n,
        late,
    ]


def drawing(phases: Sequence[Phase], steps: dict[int, Steps], now: datetime.date) -> Timeline:
    """Whole months, from the first day planned or taken to the last."""
    days = [day for one in steps.values() for day in (one.first, one.last) if day]
    first = min([*days, *(phase.starts_on for phase in phases)]).replace(day=1)
    end = next_month(max([*days, *(phase.last_day for phase in phases)]))

    def part(since: datetime.date | None, until: datetime.date | None) -> str:
        return share((until - since).days, (end - first).days) if since and until else ""

    def line(place: int, phase: Phase) -> PhaseBars:
        own, y = steps.get(phase.ordinal, Steps()), HEAD + place * ROW
        return PhaseBars(
            name=f"{phase.ordinal} {phase.name}",
            text_y=f"{y + 1.2:.1f}rem",
            planned_y=f"{y + PLANNED:.1f}rem",
            actual_y=f"{y + ACTUAL:.1f}rem",
            x=part(first, phase.starts_on),
            width=part(phase.starts_on, phase.ends_on + DAY),
            extended_x=part(first, phase.extended_to and phase.ends_on + DAY),
            extended_width=part(phase.ends_on, phase.extended_to),
            actual_x=part(first, own.first),
            actual_width=part(own.first, own.last and own.last + DAY),
        )

    return Timeline(
        height=f"{HEAD + len(phases) * ROW:.1f}rem",
        months=[(part(first, day), day) for day in months(first, end)],
        lines=[line(place, phase) for place, phase in enumerate(phases)],
        today=part(first, now) if first <= now < end else "",
        today_is_late=2 * (now - first) > end - first,
        business_date=now,
    )


TIMELINE = Figure(
    key="timeline",
    title=gettext_lazy("Plan and progress"),
    lead=gettext_lazy("The plan's phases, and when the steps that belong to each were taken."),
    empty=gettext_lazy("The programme has no phases yet; they are entered with it."),
    count=count,
)
