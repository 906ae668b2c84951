"""Open dates of phases one and two: lists, work plans, measures."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.models.people import lies_in
from accounts.rules import is_liaison, sees_city
from core.http import record_address
from core.union import Part
from sites.deadlines import (
    ALL_RUNGS,
    DEADLINES,
    PHASE,
    WITHOUT_DISTRICT,
    DeadlineKind,
    OpenDate,
    dated,
    dated_filings,
    dated_sites,
    of_district,
    of_site,
    open_dates,
)
from sites.enums import Action, FilingState, Level, PlanState, Stage
from sites.models import DesignatedUnit, Filing, Measure, WorkPlan
from sites.models.lists import sees_list
from sites.services import filers_of

LIST, PLAN, MEASURE = "list", "plan", "measure"


def _lists(programme: int | None, reader: User | None, last_day: datetime.date | None) -> Iterable[Part]:
    """Of every body that owes a list of the running programme and has not filed it (`sites.overview`)."""
    if programme is None:
        return
    units = DesignatedUnit.objects.filter(programme=programme)
    districts = Organisation.objects.districts()
    if reader and not sees_city(reader):
        # Nobody else owes one: then both are None, and nothing is found.
        own = reader.organisation_id if is_liaison(reader) else None
        units, districts = (
            units.filter(organisation__in=[own]),
            districts.filter(pk__in=[reader.district_id]),
        )
    bodies: tuple[tuple[Part, Level, str, str, str | Combinable], ...] = (
        (units, Level.CITY, "organisation", "organisation__name", lies_in(body="organisation__")),
        (districts.filter(is_active=True), Level.DISTRICT, "pk", "name", "pk"),
    )
    for owing, level, body, name, district in bodies:
        lists = Filing.objects.filter(programme=programme, level=level, organisation=OuterRef(body))
        shut = lists.filter(pk__in=reader.recused_lists()) if reader else lists.none()
        yield open_dates(
            owing.exclude(Exists(lists.exclude(state__in=FilingState.EDITABLE))).exclude(Exists(shut)),
            LIST,
            due_on=last_day,
            key=Concat(Value(f"{level}-"), Cast(body, CharField()), output_field=CharField()),
            name=name,
            whose=name,
            filing=Subquery(lists.values("pk")),
            district=district,
            text=level,
            how=Value(PHASE),
            spot=body,
            number=body,
        )


def _plans(programme: int | None, reader: User | None, last_day: datetime.date | None) -> Iterable[Part]:
    """Of determined sites, and of districts whose list is filed, without a plan filed or agreed."""
    if programme is None:
        return
    due: dict[str, Any] = {"due_on": last_day, "how": Value(PHASE)}
    standing = WorkPlan.objects.exclude(state=PlanState.RETURNED)
    sites = dated_sites(reader).filter(programme=programme, stage=Stage.DETERMINED)
    without = sites.exclude(Exists(standing.filter(site=OuterRef("pk"))))
    yield of_site(without, PLAN, key=_key_of("site"), **due)
    lists = dated_filings(reader).filter(programme=programme, level=Level.DISTRICT)
    own = lists.exclude(state__in=FilingState.EDITABLE).exclude(
        Exists(standing.filter(filing=OuterRef("pk")))
    )
    yield of_district(own, PLAN, key=_key_of("list"), **due)


def _key_of(owner: str) -> Concat:
    """A site and a district's list may have the same key."""
    return Concat(Value(f"{owner}-"), Cast("pk", CharField()), output_field=CharField())


def _measures(programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of agreed plans of the running programme, not ticked off."""
    if programme is None:
        return
    waiting = Measure.objects.agreed().filter(done_on=None)
    columns: dict[str, Any] = {"due_on": F("ends_on"), "text": F("text"), "how": Value("measure")}
    of_sites = dated(waiting.filter(plan__site__programme=programme), reader, "plan__site__")
    yield of_site(of_sites, MEASURE, "plan__site__", **columns)
    seen = sees_list(reader, "plan__filing__") if reader else Q()
    of_districts = waiting.filter(seen, plan__filing__programme=programme)
    yield of_district(of_districts, MEASURE, "plan__filing__", **columns)


def _list_page(date: OpenDate, role: str) -> str:
    if date.filing:
        return record_address("sites:filing", date.filing)
    return reverse("sites:my_filing" if role in (Role.DISTRICT, Role.LIAISON) else "sites:filings")


def _page_of_owner(page: str) -> Callable[[OpenDate, str], str]:
    """The `page` of a site, or of a district."""

    def url(date: OpenDate, _role: str) -> str:
        return reverse(f"sites:{'' if date.site else 'district_'}{page}", args=[date.site or date.filing])

    return url


DEADLINES.add(
    DeadlineKind(
        key=LIST,
        label=gettext_lazy("list to be filed"),
        parts=_lists,
        what=lambda date: _("File the list (%(level)s)") % {"level": Level(date.text).label},
        page=_list_page,
        rungs=WITHOUT_DISTRICT,  # it acts itself on its list
        acting=lambda date: filers_of(date.text, date.spot or 0),
        phase_step=Action.FILE,
    ),
    DeadlineKind(
        key=PLAN,
        label=gettext_lazy("work plan to be filed"),
        parts=_plans,
        what=lambda date: _("File the work plan") if date.site else _("File the district's own work plan"),
        page=_page_of_owner("plan"),
        rungs=ALL_RUNGS,
        phase_step=Action.AGREE_PLAN,
    ),
    DeadlineKind(
        key=MEASURE,
        label=gettext_lazy("measure of a work plan"),
        parts=_measures,
        what=lambda date: _("Carry out “%(measure)s”") % {"measure": date.text},
        page=_page_of_owner("timetable"),
        rungs=ALL_RUNGS,
        how={"measure": gettext_lazy("The end of the measure, as the agreed work plan says.")},
    ),
    place=10,
)
