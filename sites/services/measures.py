"""The measures of work plans: what may be planned, and what is ticked off once the plan is agreed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import notify
from core.locks import change_once
from core.uploads import flags_of
from sites import owners, rules
from sites.calendar import today
from sites.models import Measure, Programme, WorkPlan
from sites.services.people import staff_of
from sites.workflow import InvalidTransition, PhaseClosed

# The phase in which sites are built (plan, part five, two).
BUILDING_PHASE = 2


class PlannedMeasure(NamedTuple):
    """What a plan says of one measure."""

    text: str
    person: str
    starts_on: datetime.date
    ends_on: datetime.date


class Span(NamedTuple):
    """The programme from its first day to its last one, extensions included."""

    first: datetime.date
    last: datetime.date


def span_of(programme: Programme) -> Span:
    phases = programme.phases.all()
    return Span(min(phase.starts_on for phase in phases), max(phase.last_day for phase in phases))


def check_planned(measure: PlannedMeasure, span: Span) -> None:
    """Raise ValidationError by field: a measure ends after it begins, within the programme."""
    if measure.ends_on < measure.starts_on:
        raise ValidationError({"ends_on": _("It ends before it begins.")})
    outside = _("The programme runs from %(first)s to %(last)s; choose a day in it.") % {
        "first": date_format(span.first),
        "last": date_format(span.last),
    }
    days = {"starts_on": measure.starts_on, "ends_on": measure.ends_on}
    wrong = {name: outside for name, day in days.items() if not span.first <= day <= span.last}
    if wrong:
        raise ValidationError(wrong)


def opens_on(plan: WorkPlan) -> datetime.date:
    """The day from which measures are ticked off: the plan agreed, and the phase of building begun."""
    building = next(p for p in plan.owner.programme.phases.all() if p.ordinal == BUILDING_PHASE)
    return max(building.starts_on, plan.decided_on or building.starts_on)


@transaction.atomic
def tick_off(*, measure: Measure, note: str, by: User, file: "File[bytes] | None" = None) -> None:
    """Say that a measure is carried out, with what shows it; once, by those who carry it out."""
    if not rules.is_own_plan(by, measure.plan.owner):
        raise PermissionDenied
    if not note.strip():
        raise ValidationError({"note": _("Say in a few words what was done.")})
    opens = opens_on(measure.plan)
    if today() < opens:
        raise PhaseClosed(
            _("Measures are ticked off from %(day)s on, when the phase of building begins.")
            % {"day": date_format(opens)}
        )
    open_ones = Measure.objects.agreed().filter(pk=measure.pk, done_on=None)
    done = {"done_on": today(), "done_by": by, "done_note": note.strip()}
    proof = (
        {"done_file": file, "done_file_name": file.name, "done_file_flags": flags_of(file)} if file else {}
    )
    if not change_once(open_ones, **done, **proof):
        raise InvalidTransition(_("This measure is ticked off already, or its plan is not in force."))


@transaction.atomic
def take_back(*, measure: Measure, reason: str, by: User) -> None:
    """Undo a tick, with the reason; the trail keeps what it said. An office over the site may do so too."""
    owner = measure.plan.owner
    if not rules.takes_tick_back(by, owner):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    ticked = Measure.objects.agreed().filter(pk=measure.pk, done_on__isnull=False)
    undone = {"done_on": None, "done_by": None, "done_note": reason.strip()}
    if not change_once(ticked, **undone, done_file="", done_file_name="", done_file_flags=""):
        raise InvalidTransition(_("This measure is not ticked off any more."))
    notify(
        staff_of(owner).exclude(pk=by.pk),
        text=gettext_noop("“%(measure)s” of %(site)s is not done: the tick was taken back."),
        about={"measure": measure, "site": owners.body(owner)},
        url=owners.address(owner, "timetable"),
        **owners.columns(owner),
    )


@dataclass(frozen=True)
class Progress:
    """How far a timetable is."""

    total: int = 0
    done: int = 0
    late: int = 0
    next_due: datetime.date | None = None


def progress_of(plans: Iterable[WorkPlan]) -> dict[int, Progress]:
    """By the key of each plan that has measures. One query."""
    is_open = Q(done_on=None)
    rows = (
        Measure.objects.filter(plan__in=plans)
        .order_by()
        .values("plan")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=~is_open),
            late=Count("pk", filter=is_open & Q(ends_on__lt=today())),
            next_due=Min("ends_on", filter=is_open),
        )
    )
    return {row["plan"]: Progress(row["total"], row["done"], row["late"], row["next_due"]) for row in rows}
