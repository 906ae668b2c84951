"""Who has filed a list, and who has not: every body that owes one, with or without it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_noop
from django_stubs_ext import WithAnnotations

from accounts.enums import Role
from accounts.models import Notification, Organisation, User

from .calendar import today
from .enums import Action, FilingState, Level, Stage
from .models import Filing, Phase, Programme, Site
from .rules import body_of
from .workflow import TRANSITIONS

# What the filter can ask for beyond a list's own states.
MISSING = "missing"
LATE = "late"
NOT_BEGUN = "none"
# The text of a reminder; it is also how one finds out who was reminded on which day.
REMINDER = gettext_noop("The list of %(list)s has not been filed; the last day is %(due)s.")


@dataclass(frozen=True)
class Standing:
    """One body that owes a list, how it stands, and who answers for it."""

    organisation: Organisation
    level: Level
    filing: Filing | None
    site_count: int
    due_on: datetime.date  # the last day for filing
    people: list[User]
    is_reminded: bool  # today
    is_aside: bool  # the reader has stood aside from a site on it

    @property
    def key(self) -> str:
        """How a form names this body: one organisation can owe two lists."""
        return f"{self.level}-{self.organisation.pk}"

    @property
    def state(self) -> str:
        return self.filing.state if self.filing else NOT_BEGUN

    @property
    def is_late(self) -> bool:
        return today() > self.due_on and not self.is_filed

    @property
    def is_filed(self) -> bool:
        return self.state not in (NOT_BEGUN, *FilingState.EDITABLE)

    @property
    def can_be_reminded(self) -> bool:
        """Somebody there has an account, and was not told today."""
        return not self.is_filed and bool(self.people) and not self.is_reminded

    @property
    def last_sign_in(self) -> datetime.datetime | None:
        """When one of its people was here last."""
        return max((one.last_login for one in self.people if one.last_login), default=None)


@dataclass(frozen=True)
class Counts:
    """Of the bodies that owe a list: how many there are, and how they stand."""

    total: int
    filed: int
    missing: int
    late: int
    to_remind: int

    @property
    def is_complete(self) -> bool:
        return not self.missing


def counts(standings: Sequence[Standing]) -> Counts:
    filed = sum(one.is_filed for one in standings)
    late = sum(one.is_late for one in standings)
    to_remind = sum(one.is_late and one.can_be_reminded for one in standings)
    return Counts(len(standings), filed, len(standings) - filed, late, to_remind)


def last_day_for(action: Action, programme: Programme) -> datetime.date:
    """The last day on which a step that is tied to phases can be taken, extensions included."""
    ordinals = TRANSITIONS[action].phases
    return max(phase.last_day for phase in programme.phases.all() if phase.ordinal in ordinals)


def last_days(programme: str) -> dict[str, Subquery]:
    """For a query: `last_day_1` to `last_day_4`, the `Phase.last_day` of the programme at that path."""
    phases = Phase.objects.filter(programme=OuterRef(programme)).order_by()
    last = Coalesce("extended_to", "ends_on")
    return {f"last_day_{n}": Subquery(phases.filter(ordinal=n).values(day=last)[:1]) for n in range(1, 5)}


def last_day_in(action: Action, programme: str) -> Combinable:
    """`last_day_for`, for a query whose programme is at that path."""
    days = [last_days(programme)[f"last_day_{ordinal}"] for ordinal in TRANSITIONS[action].phases]
    return Greatest(*days) if len(days) > 1 else days[0]


def last_day_by(action: Action, record: Any) -> datetime.date | None:
    """`last_day_for`, of a record that came with `last_days`; None of a step that is tied to no phase."""
    days = (getattr(record, f"last_day_{ordinal}") for ordinal in TRANSITIONS[action].phases)
    return max((day for day in days if day), default=None)


def standings(programme: Programme, reader: User | None = None) -> list[Standing]:
    """The designated units in the plan's order, then the districts. Five queries.

    The sites a `reader` has stood aside from are not counted, and their lists are marked.
    """
    filings = _filings(programme, reader)
    found = {(filing.level, filing.organisation_id): filing for filing in filings}
    units = [unit.organisation for unit in programme.designated_units.select_related("organisation")]
    districts = [
        district
        for district in Organisation.objects.districts()
        if district.is_active or (Level.DISTRICT, district.pk) in found
    ]
    people = _people(units)
    reminded = _reminded(programme, (one for each in people.values() for one in each))
    due_on = last_day_for(Action.FILE, programme)

    def standing(organisation: Organisation, level: Level) -> Standing:
        filing = found.get((level, organisation.pk))
        own = people[level, organisation.pk]
        return Standing(
            organisation,
            level,
            filing,
            site_count=filing.site_count if filing else 0,
            due_on=due_on,
            people=own,
            is_reminded=any(one.pk in reminded for one in own),
            is_aside=bool(filing and filing.is_aside),
        )

    return [
        *(standing(unit, Level.CITY) for unit in units),
        *(standing(district, Level.DISTRICT) for district in districts),
    ]


class _Tally(TypedDict):
    """What `_filings` tells of each list."""

    site_count: int
    is_aside: bool


_CountedFiling: TypeAlias = "WithAnnotations[Filing, _Tally]"


def _filings(programme: Programme, reader: User | None) -> QuerySet[_CountedFiling]:
    """The programme's lists, each with its `site_count`, and whether it `is_aside`."""
    aside: QuerySet[Any, Any] = reader.recused_sites() if reader else Site.objects.none().values("pk")
    counted = ~Q(sites__stage=Stage.WITHDRAWN) & ~Q(sites__in=aside)
    lists = programme.filings.annotate(
        site_count=Count("sites", filter=counted),
        is_aside=Exists(Site.objects.filter(filing=OuterRef("pk"), pk__in=aside)),
    )
    return cast("QuerySet[_CountedFiling]", lists.select_related("filed_by"))


def _people(units: Iterable[Organisation]) -> dict[tuple[str, int], list[User]]:
    """Who can fill which list: by level and body, as `services.filers` has it for one list."""
    found: dict[tuple[str, int], list[User]] = defaultdict(list)
    users = User.objects.filter(is_active=True).filter(
        Q(role=Role.DISTRICT) | Q(role=Role.LIAISON, organisation__in=units)
    )
    for user in users.select_related("organisation"):
        if body := body_of(user):
            found[body].append(user)
    return found


def _reminded(programme: Programme, people: Iterable[User]) -> set[int]:
    """The keys of those who were reminded of this programme's list today."""
    told = Notification.objects.filter(user__in=people, text=REMINDER)
    day = {"about__on": today().isoformat(), "about__programme": str(programme.pk)}
    return set(told.filter(**day).values_list("user", flat=True))
