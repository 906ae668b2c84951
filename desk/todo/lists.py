"""Lists that are not filed, and districts' own work plans: told once for each body."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import DateField, Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.models.people import lies_in
from accounts.rules import is_district_office, oversees
from core.prepared import prepared
from desk.enums import Light
from desk.lights import Lights
from sites.enums import Action, FilingState, Leftover, Level, Stage
from sites.leftovers import closed
from sites.models import DesignatedUnit, Filing, Programme
from sites.offers.todos import NEVER, OWED, PLAN, owed_kind, with_plans
from sites.overview import last_day_for, last_day_in

from .items import Group, Missing


def of_others(user: User, running: Programme | None, at_most: int | None) -> list[Missing]:
    """Who has not filed a list, or a district its plan; a district's office sees its own. One query.

    Of so many (None: of all).
    """
    return [_missing(owed) for owed in _rows(user, running, at_most)] if running else []


def groups_of_others(user: User, running: Programme, at_most: int | None, lights: Lights) -> Iterator[Group]:
    """The same, each counted for its body. One query."""
    for owed in _rows(user, running, at_most):
        light = lights.of(owed.due)
        yield Group(owed.role, owed.body, 1, int(light == Light.RED), int(light == Light.YELLOW), owed.due)


def _rows(user: User, running: Programme, at_most: int | None) -> Iterator["_Owed"]:
    first = last_day_for(Action.FILE, running)
    rows = _owed(user, running.pk, first)[:at_most] if oversees(user) else []
    return (_Owed(*row) for row in rows)


class _Owed(NamedTuple):
    """A list or a district's plan that is owed, as `_owed` reads it; without a `key` it was never begun."""

    kind: str
    key: int | None
    level: str
    body_key: int
    body: str
    district_key: int | None
    district: str | None
    since: datetime.date | None
    due: datetime.date

    @property
    def role(self) -> Role:
        return Role.DISTRICT if self.level == Level.DISTRICT else Role.LIAISON


@prepared
def _owed(user: User, programme: int, last_day: datetime.date) -> QuerySet[Filing, tuple[Any, ...]]:
    """Lists begun or sent back and districts without a plan, of any programme where nobody closed them;
    bodies without a list, of the one that runs, where the last day for lists is given."""
    all_lists = Filing.objects.filter(programme=programme).order_by()
    units = DesignatedUnit.objects.filter(
        ~Exists(all_lists.filter(organisation=OuterRef("organisation"), level=Level.CITY)),
        programme=programme,
    )
    districts = Organisation.objects.districts().filter(
        ~Exists(all_lists.filter(organisation=OuterRef("pk"), level=Level.DISTRICT)), is_active=True
    )
    if is_district_office(user):
        units, districts = units.none(), districts.filter(Q(pk=user.district_id))
    seen = with_plans(Filing.objects.visible_to(user)).order_by()
    begun = seen.filter(state__in=FilingState.EDITABLE).exclude(closed(Leftover.LISTS, "programme"))
    filed = seen.filter(Q(has_plan=False), level=Level.DISTRICT).exclude(state__in=FilingState.EDITABLE)
    plans = filed.exclude(closed(Leftover.DISTRICT_PLANS, "programme"))
    district = lies_in(body="organisation__"), lies_in("name", body="organisation__")
    body = ("organisation", "organisation__name", *district)
    never, no_day = Cast(Value(None), IntegerField()), Cast(Value(None), DateField())
    file_by = Cast(Value(last_day), DateField())
    return begun.values_list(
        owed_kind(), "pk", "level", *body, no_day, last_day_in(Action.FILE, "programme")
    ).union(
        units.order_by().values_list(Value(NEVER), never, Value(Level.CITY.value), *body, no_day, file_by),
        districts.order_by().values_list(
            Value(NEVER),
            never,
            Value(Level.DISTRICT.value),
            "pk",
            "name",
            lies_in(),
            lies_in("name"),
            no_day,
            file_by,
        ),
        plans.values_list(
            Value(PLAN), "pk", "level", *body, "filed_on", last_day_in(Action.AGREE_PLAN, "programme")
        ),
        all=True,
    )


def _missing(owed: _Owed) -> Missing:
    page = "district_plan" if owed.kind == PLAN else "filing" if owed.key else "filings"
    return Missing(
        what=str(OWED[owed.kind]),
        about=owed.body if owed.kind == PLAN else Filing.called(owed.body, owed.level),
        url=reverse(f"sites:{page}", args=[owed.key] if owed.key else []),
        since=owed.since,
        due=owed.due,
        role=owed.role,
        who=owed.body,
        district=owed.district or gettext("city level"),
        filing=owed.key,
        district_key=owed.district_key,
        stage=Stage(owed.kind) if owed.kind in Stage.EDITABLE else None,
    )
