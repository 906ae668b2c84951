"""The next steps of sites, this person's own and those of others, read from the rows kept of them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast

from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django_stubs_ext import WithAnnotations

from accounts.enums import Role
from accounts.models import User
from accounts.models.messages import for_whom
from accounts.rules import is_district_office
from assessments.enums import SheetRole, SheetState
from assessments.models import Assessment, Deliberation, Sheet
from assessments.queries import LedVisit, led_by
from core.http import record_address
from core.prepared import prepared
from desk.lights import Lights
from desk.models import OpenStep
from desk.models.open_steps import NEVER, OpenStepQuerySet
from desk.next_step import steps
from desk.site_facts import Facts, with_facts
from sites.calendar import today
from sites.enums import Level, Stage
from sites.models import Filing, Site
from sites.models.sites import district_of

from .items import AT_MOST, Group, Missing, Todo

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
        return Filing.called(self.list_of, self.level)


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


class _OfTurn(Facts):
    """`acting_for` names the leader for whom an inspector leads there as a deputy, and is asked as such."""

    acting_for: str


SiteInTurn: TypeAlias = "WithAnnotations[Site, _OfTurn]"


@dataclass(frozen=True)
class Chosen:
    """Which steps are looked at: of a programme, in a district, at a stage; of others at most so many.

    Nothing said means all.
    """

    programme: int | None = None
    district: int | None = None
    stage: str = ""
    others_at_most: int | None = None


def mine(user: User, chosen: Chosen) -> Iterator[Todo]:
    """The steps of this person's role, the most urgent first. One query."""
    for row in (_Row(*values) for values in _of_own_role(user, chosen)[: AT_MOST + 1]):
        yield Todo(what=gettext(row.what), about=row.about, url=row.url, since=row.since, due=row.due_on)


@prepared
def _of_own_role(user: User, chosen: Chosen) -> QuerySet[OpenStep, tuple[Any, ...]]:
    return _seen(user, chosen).filter(role=user.role, named=False).values_list(*_FIELDS)


def inspectors(user: User) -> Iterator[Todo]:
    """Of the few sites whose turn it is, as this inspector sees them: whoever still marks learns no more.

    One query.
    """
    sites: Iterable[SiteInTurn] = _in_turn(user)
    for site in sites:
        for step in steps(site):
            if step.is_for(user):
                yield Todo(
                    what=for_whom(str(step.what), site.acting_for),
                    about=str(site),
                    url=step.url,
                    since=site.stage_since,
                    due=step.due,
                )


@prepared
def _in_turn(user: User) -> QuerySet[SiteInTurn]:
    longest = ("stage_since", "pk")
    # Chosen first: else the facts of all would be asked, to be cut afterwards.
    chosen = Site.objects.visible_to(user).filter(_my_turn(user)).order_by(*longest)[: AT_MOST + 1]
    read = Site.objects.filter(pk__in=chosen.values("pk"))
    found = with_facts(read, today=today(), reader=user).annotate(acting_for=_leader_away(user))
    return cast("QuerySet[SiteInTurn]", found.order_by(*longest))


def of_others(user: User, chosen: Chosen) -> Iterator[Missing]:
    """The steps of those this person answers for, the most urgent first. One query."""
    for values in _others(user, chosen)[: chosen.others_at_most]:
        row, (unit, team, district_key, district) = _Row(*values[: len(_FIELDS)]), values[len(_FIELDS) :]
        of_list = row.stage in Stage.WITH_LIST
        yield Missing(
            what=gettext(row.what),
            about=row.about,
            url=record_address("sites:filing", row.filing)
            if of_list
            else record_address("desk:site", row.site),
            since=row.since,
            due=row.due_on,
            role=Role(row.role),
            who=_who(row.role, unit, team),
            district=district or gettext("city level"),
            district_key=district_key,
            stage=Stage(row.stage),
            site=None if of_list else row.site,
            filing=row.filing if of_list else None,
        )


@prepared
def _others(user: User, chosen: Chosen) -> QuerySet[OpenStep, tuple[Any, ...]]:
    where = {"district_key": district_of(site="site__"), "district": district_of("name", site="site__")}
    return _seen_of_others(user, chosen).annotate(**where).values_list(*_FIELDS, *_WHOSE, *where)


def groups_of_others(user: User, chosen: Chosen, lights: Lights) -> Iterator[Group]:
    """The same steps, counted by whose turn it is. One query."""
    for role, unit, team, total, red, soon, earliest in _shares(user, chosen, lights):
        first = None if earliest == NEVER else earliest
        yield Group(Role(role), _who(role, unit, team), total, red, soon - red, first)


@prepared
def _shares(user: User, chosen: Chosen, lights: Lights) -> QuerySet[OpenStep, tuple[Any, ...]]:
    looked_at = _seen_of_others(user, chosen).values("pk")[: chosen.others_at_most]
    counts = {
        "total": Count("pk"),
        "red": Count("pk", filter=Q(due__lt=lights.on)),
        "soon": Count("pk", filter=Q(due__lte=lights.soon_until)),
        "earliest": Min("due"),
    }
    return (
        OpenStep.objects.filter(pk__in=looked_at).order_by().values_list("role", *_WHOSE).annotate(**counts)
    )


def _seen_of_others(user: User, chosen: Chosen) -> OpenStepQuerySet:
    """A district's office answers for its own list, and not for its government's site of the city."""
    others = _seen(user, chosen).filter(role__in=ANSWERS_FOR.get(user.role, ()))
    return others.filter(site__level=Level.DISTRICT) if is_district_office(user) else others


def _seen(user: User, chosen: Chosen) -> OpenStepQuerySet:
    """The chosen steps of the sites this person sees."""
    seen = OpenStep.objects.visible_to(user)
    if chosen.programme:
        seen = seen.filter(site__programme=chosen.programme)
    if chosen.district:
        seen = seen.alias(lies_in=district_of(site="site__")).filter(lies_in=chosen.district)
    return seen.filter(site__stage=chosen.stage) if chosen.stage else seen


def _who(role: str, unit: str | None, team: str | None) -> str:
    return unit or team or str(Role(role).label)


def _my_turn(user: User) -> Q:
    """An inspector's turn: a sheet to fill in, a proposed mark to answer, or a final sheet to sign."""
    submitted = Sheet.objects.filter(author=user).exclude(state=SheetState.DRAFT)
    visits = Assessment.objects.filter(round__closed_on=None, assignment__team__members__user=user)
    to_fill = visits.exclude(pk__in=submitted.values("assessment"))
    return Q(pk__in=to_fill.values("site")) | _answers(user) | Q(pk__in=_to_sign(user).values("site"))


def _answers(user: User) -> Q:
    asked = Deliberation.objects.waiting_for(user)
    return Q(pk__in=asked.values("sheet__assessment__site"))


def _to_sign(user: User) -> QuerySet[LedVisit]:
    return led_by(user).filter(sheets__role=SheetRole.FINAL, sheets__state=SheetState.DRAFT)


def _leader_away(user: User) -> Case:
    """The name of the leader for whom this person settles and signs; "" where they are asked themselves."""
    lead = User.objects.filter(pk=OuterRef("lead")).values("name")
    as_deputy = _to_sign(user).exclude(lead=user.pk).filter(site=OuterRef("pk"))
    name = as_deputy.order_by("pk").values(name=Subquery(lead))[:1]
    return Case(
        When(_answers(user), then=Value("")),
        default=Coalesce(Subquery(name), Value("")),
        output_field=TextField(),
    )
