"""What a campaign needs before lists can come in: the office's first steps, each with how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from core.http import record_address
from core.prepared import prepared
from sites.calendar import today
from sites.models import DesignatedUnit, Filing, Phase, Programme
from standards.enums import Kind, VersionState
from standards.models import Rulebook, Standard

# A team has members of at least two units (`assessments.services.teams`).
INSPECTORS = 2


@dataclass(frozen=True)
class Step:
    """One thing to set up: how far it is, in words, and where it is done."""

    label: str
    state: str
    url: str
    is_done: bool


class _Facts(NamedTuple):
    """What is there of a programme, counted."""

    districts: int
    districts_with_units: int
    district_accounts: int  # districts, somebody of whose office has an account
    district_heads: int  # districts, whose office somebody heads here
    designated: int
    liaison_accounts: int  # designated units, one of whose liaisons has an account
    inspectors: int
    leaders: int
    standards: int
    rulebooks: int
    phases: int
    lists: int


def setting_up(running: Programme | None) -> list[Step]:
    """The steps in their order, while any of them is open; none once all are done. One query."""
    if running is None:
        address = reverse("sites:programmes")
        return [Step(_("Start the programme"), _("No programme runs."), address, is_done=False)]
    (row,) = _counted(running.pk)
    steps = list(_steps(running, _Facts(*row)))
    return [] if all(step.is_done for step in steps) else steps


def _steps(running: Programme, facts: _Facts) -> Iterator[Step]:
    yield Step(
        _("Register districts and their units"),
        _("%(n)d of %(all)d districts have units to choose from.")
        % {"n": facts.districts_with_units, "all": facts.districts},
        reverse("people:organisations"),
        0 < facts.districts == facts.districts_with_units,
    )
    yield from _accounts(running, facts)
    yield Step(
        _("Publish the standards"),
        _("%(n)d of %(all)d standards of the programme are published.")
        % {"n": facts.standards, "all": len(Kind)},
        reverse("standards:versions"),
        facts.standards == len(Kind),
    )
    yield Step(
        _("Put a rulebook in force"),
        str(running.rulebook) if facts.rulebooks else _("The programme has none."),
        reverse("standards:versions"),
        facts.rulebooks > 0,
    )
    yield Step(_("Set the phases and their dates"), *_phases(running, facts))
    yield Step(_("Start the programme"), str(running), running.get_absolute_url(), is_done=True)
    bodies = facts.districts + facts.designated
    yield Step(
        _("Call for the lists"),
        _("%(n)d of %(all)d lists are begun.") % {"n": facts.lists, "all": bodies},
        reverse("sites:filings"),
        facts.lists >= bodies > 0,
    )


def _accounts(running: Programme, facts: _Facts) -> Iterator[Step]:
    told = _("%(n)d of %(all)d have an account.")
    add, people = reverse("people:person_add"), reverse("people:people")
    yield Step(
        _("Open accounts for the districts' offices"),
        told % {"n": facts.district_accounts, "all": facts.districts},
        add,
        facts.district_accounts == facts.districts,
    )
    if running.districts_determine:
        yield Step(
            _("Open accounts for the heads of the districts' offices"),
            told % {"n": facts.district_heads, "all": facts.districts},
            add,
            facts.district_heads == facts.districts,
        )
    yield Step(
        _("Open accounts for the liaisons of the designated units"),
        told % {"n": facts.liaison_accounts, "all": facts.designated},
        add,
        facts.liaison_accounts == facts.designated,
    )
    yield Step(
        _("Open accounts for inspectors"),
        _("%(n)d have an account; a team needs %(least)d at least.")
        % {"n": facts.inspectors, "least": INSPECTORS},
        add,
        facts.inspectors >= INSPECTORS,
    )
    yield Step(
        _("Have accounts opened for the leading group"),
        _("%(n)d have an account; the administrator opens them.") % {"n": facts.leaders},
        people,
        facts.leaders > 0,
    )


def _phases(running: Programme, facts: _Facts) -> tuple[str, str, bool]:
    """Days that are all past are none for a campaign that has still to begin."""
    address = record_address("sites:programme", running.pk)
    first, last = running.first_day, running.last_day
    if first is None or last is None:
        return _("The programme has no phases."), address, False
    days = {"first": date_format(first), "last": date_format(last)}
    if last < today() and not facts.lists:
        over = _("From %(first)s to %(last)s: all of it is over. Make a new programme from it.")
        return over % days, address, False
    return _("From %(first)s to %(last)s.") % days, address, True


@prepared
def _counted(programme: int) -> QuerySet[Programme, Any]:
    districts = Organisation.objects.districts().filter(is_active=True)
    units = Organisation.objects.filter(
        district=OuterRef("pk"), kind__in=OrganisationKind.DISTRICT_CHOICE, is_active=True
    )
    offices = User.objects.active().filter(role=Role.DISTRICT, organisation__district=OuterRef("pk"))
    liaisons = User.objects.active().filter(role=Role.LIAISON, organisation=OuterRef("organisation"))
    designated = DesignatedUnit.objects.filter(programme=OuterRef("pk"))
    standards = Standard.objects.published().filter(programmes=OuterRef("pk"))
    rulebooks = Rulebook.objects.exclude(state=VersionState.DRAFT).filter(programmes=OuterRef("pk"))
    counts = (
        _number(districts),
        _number(districts.filter(Exists(units))),
        _number(districts.filter(Exists(offices))),
        _number(districts.filter(Exists(offices.filter(is_head=True)))),
        _number(designated),
        _number(designated.filter(Exists(liaisons))),
        _number(User.objects.active().filter(role=Role.INSPECTOR)),
        _number(User.objects.active().filter(role=Role.LEADING_GROUP)),
        _number(standards),
        _number(rulebooks),
        _number(Phase.objects.filter(programme=OuterRef("pk"))),
        _number(Filing.objects.filter(programme=OuterRef("pk"))),
    )
    return Programme.objects.filter(pk=programme).order_by().values_list(*counts)


def _number(records: QuerySet[Any]) -> Coalesce:
    """How many there are, as one column."""
    alone = records.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(alone), 0, output_field=IntegerField())
