"""The next steps of sites, this person's own and those of others, read from the rows kept of them."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.enums import SheetRole, SheetState
from assessments.models import Assessment, Deliberation, Sheet
from assessments.queries import led_by
from desk.lights import Lights
from desk.models import OpenStep
from desk.models.open_steps import NEVER, OpenStepQuerySet
from desk.next_step import steps
from desk.open_steps import bring_up_to_date
from desk.site_facts import with_facts
from sites.calendar import today
from sites.enums import Stage
from sites.models import Filing, Site
from sites.models.sites import district_of

from .items import Group, Missing, Todo

# Whose work a role looks after, beside its own.
ANSWERS_FOR: dict[str, tuple[Role, ...]] = {
    Role.OFFICE: (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.LEADING_GROUP),
    Role.LEADING_GROUP: (Role.LIAISON, Role.DISTRICT, Role.INSPECTOR, Role.OFFICE),
    Role.DISTRICT: (Role.LIAISON,),
}


class _Row(NamedTuple):
    """What is read of one step: `stage` is the site's, `list_of` and `level` are the list's."""

    what: str
    role: str
    url: str
    since: datetime.date | None
    due: datetime.date
    site: int
    window: str
    stage: str
    filing: int
    list_of: str
    level: str

    @property
    def due_on(self) -> datetime.date | None:
        return None if self.due == NEVER else self.due

    @property
    def about(self) -> str:
        if self.stage not in Stage.WITH_LIST:
            return self.window
        return str(Filing(organisation=Organisation(name=self.list_of), level=self.level))


_FIELDS = (
    "what",
    "role",
    "url",
    "since",
    "due",
    "site",
    "site__window_name",
    "site__stage",
    "filing",
    "filing__organisation__name",
    "filing__level",
)
# By whose name somebody is waited for.
_WHOSE = ("unit__name", "team__name")


def seen_by(user: User) -> OpenStepQuerySet:
    """The steps of the sites this person sees, as they stand now. One query, or what has changed is more."""
    bring_up_to_date()
    return OpenStep.objects.visible_to(user)


def mine(user: User, seen: OpenStepQuerySet, at_most: int) -> Iterator[Todo]:
    """Of the steps those of this person's role, the most urgent first. One query."""
    own = seen.filter(role=user.role)
    for row in (_Row(*values) for values in own.values_list(*_FIELDS)[:at_most]):
        yield Todo(what=gettext(row.what), about=row.about, url=row.url, since=row.since, due=row.due_on)


def inspectors(user: User) -> Iterator[Todo]:
    """Of the few sites whose turn it is, as this inspector sees them: whoever still marks learns no more.

    One query.
    """
    turn = Site.objects.visible_to(user).filter(_my_turn(user))
    for site in with_facts(turn, today=today(), reader=user).order_by("stage_since", "pk"):
        for step in steps(site):
            if step.is_for(user):
                yield Todo(
                    what=str(step.what), about=str(site), url=step.url, since=site.stage_since, due=step.due
                )


def of_others(user: User, seen: OpenStepQuerySet, at_most: int | None) -> Iterator[Missing]:
    """Of the steps those of whom this person answers for, the most urgent first (None: all). One query."""
    rows = _others(user, seen).annotate(
        district_key=district_of(site="site__"), district=district_of("name", site="site__")
    )
    for values in rows.values_list(*_FIELDS, *_WHOSE, "district_key", "district")[:at_most]:
        row, (unit, team, district_key, district) = _Row(*values[: len(_FIELDS)]), values[len(_FIELDS) :]
        of_list = row.stage in Stage.WITH_LIST
        yield Missing(
            what=gettext(row.what),
            about=row.about,
            url=reverse(
                "sites:filing" if of_list else "desk:site", args=[row.filing if of_list else row.site]
            ),
            since=row.since,
            due=row.due_on,
            role=Role(row.role),
            who=_who(row.role, unit, team),
            district=district or gettext("city level"),
            district_key=district_key,
            stage=Stage(row.stage),
        )


def groups_of_others(
    user: User, seen: OpenStepQuerySet, at_most: int | None, lights: Lights
) -> Iterator[Group]:
    """The same steps, counted by whose turn it is. One query."""
    counted = OpenStep.objects.filter(pk__in=_others(user, seen).values("pk")[:at_most]).order_by()
    shares = counted.values_list("role", *_WHOSE).annotate(
        total=Count("pk"),
        red=Count("pk", filter=Q(due__lt=lights.on)),
        soon=Count("pk", filter=Q(due__lte=lights.soon_until)),
        earliest=Min("due"),
    )
    for role, unit, team, total, red, soon, earliest in shares:
        first = None if earliest == NEVER else earliest
        yield Group(Role(role), _who(role, unit, team), total, red, soon - red, first)


def _others(user: User, seen: OpenStepQuerySet) -> OpenStepQuerySet:
    return seen.filter(role__in=ANSWERS_FOR.get(user.role, ()))


def _who(role: str, unit: str | None, team: str | None) -> str:
    return unit or team or str(Role(role).label)


def _my_turn(user: User) -> Q:
    """An inspector's turn: a sheet to fill in, a proposed mark to answer, or a final sheet to sign."""
    submitted = Sheet.objects.filter(author=user).exclude(state=SheetState.DRAFT)
    visits = Assessment.objects.filter(round__closed_on=None, assignment__team__members__user=user)
    to_fill = visits.exclude(pk__in=submitted.values("assessment"))
    asked = Deliberation.objects.waiting_for(user)
    to_sign = led_by(user).filter(sheets__role=SheetRole.FINAL, sheets__state=SheetState.DRAFT)
    return (
        Q(pk__in=to_fill.values("site"))
        | Q(pk__in=asked.values("sheet__assessment__site"))
        | Q(pk__in=to_sign.values("site"))
    )
