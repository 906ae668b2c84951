"""How a room offers its open dates: to the list of deadlines, and to the reminders.

A new kind is a `DeadlineKind` among its room's offers and, if people are to be reminded of it, a
`ReminderRule` by a migration. `desk/deadlines` asks all kinds in one question.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.db.models import CharField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django_stubs_ext import StrOrPromise

from accounts.models import Organisation, User
from core.offers import Offers
from core.union import Part, UnionOf

from .enums import Action, Rung, Stage
from .models import Filing, Site
from .models.sites import SiteQuerySet, district_of, sees_site

Record = TypeVar("Record", bound=Model)

# How a date was counted that is the last day of a phase: said with the phase itself.
PHASE = "phase"
# The rungs of a kind of which everybody over those who act is told; and where the city alone looks after it,
# or the office acts itself.
ALL_RUNGS = tuple(Rung)
WITHOUT_DISTRICT = (Rung.AHEAD, Rung.LATE, Rung.OFFICE, Rung.LEADING_GROUP)
OFFICE_ACTS = (Rung.AHEAD, Rung.LATE, Rung.LEADING_GROUP)


class OpenDate(NamedTuple):
    """One open date as the database gives it.

    `key` names the record among its kind. `how` is how the date was counted as it stands on record, or a
    word: PHASE, or one of its kind's `how`. `spot` is the key of what its page is about, where that is not
    the record. Of one day and kind they stand by `number`.
    """

    kind: str
    key: str
    due_on: datetime.date
    about: str
    whose: str
    site: int | None
    filing: int | None
    district_key: int | None
    district: str | None
    text: str = ""
    n: int = 1
    how: str = ""
    spot: int | None = None
    number: int = 0


@dataclass(frozen=True)
class Moved:
    """One time a date was moved: by whom, when, and from where to where with the reason."""

    by: User
    on: datetime.date
    text: str


def _never_moved(_dates: Sequence[OpenDate]) -> Mapping[OpenDate, Sequence[Moved]]:
    return {}


@dataclass(frozen=True, kw_only=True)
class DeadlineKind:
    """One kind of date that people are reminded of.

    `parts` are its open dates of the programme of that key, the running one, as far as a reader may know of
    them; without a reader, which is how reminders are sent, all of them. Beside these it is given the last
    day of its `phase_step`, where it has one. `what` is to be done, in the reader's language; `page` is
    where a person of a role acts upon it, or else sees how it stands.

    `rungs` are those who are told. Who acts is said of a date by `acting`; without that it is whoever
    speaks for its site, or for its list. `phase_step` is the step of the plan whose phases give the last day,
    where that is how a date is counted; `how` has the words for other ways that do not stand on record;
    `moved` says which dates were moved otherwise than with their phase, and how.

    Steps that are tied to a phase and answer such a date are in `keeps_open`, each with the last day that was
    given for it at a site: until then they can be taken though their phase is over (`open_until`).

    A kind that is `for_the_city` is told to nobody else; of a date `for_the_unbarred` nobody learns who could
    not judge its site (`assessments.eligibility`).
    """

    key: str
    label: StrOrPromise
    parts: Callable[[int | None, User | None, datetime.date | None], Iterable[Part]]
    what: Callable[[OpenDate], str]
    page: Callable[[OpenDate, str], str]
    rungs: tuple[Rung, ...]
    acting: Callable[[OpenDate], Iterable[User]] | None = None
    phase_step: Action | None = None
    how: Mapping[str, StrOrPromise] = field(default_factory=dict)
    moved: Callable[[Sequence[OpenDate]], Mapping[OpenDate, Sequence[Moved]]] = _never_moved
    for_the_city: bool = False
    for_the_unbarred: bool = False
    keeps_open: Mapping[Action, Callable[[Site], datetime.date | None]] = field(default_factory=dict)


# In the order in which a campaign comes to them.
DEADLINES: Offers[DeadlineKind] = Offers()
OPEN_DATES = UnionOf(OpenDate)


def open_until(site: Site, action: Action) -> datetime.date | None:
    """The last day that was given at this site for what the step answers; None where none was."""
    asked = (kind.keeps_open[action] for kind in DEADLINES if action in kind.keeps_open)
    return max((day for until in asked if (day := until(site))), default=None)


# -- parts ----------------------------------------------------------------------------------------------


def open_dates(
    records: Part,
    kind: str,
    *,
    name: str | Combinable,
    whose: str | Combinable,
    district: str | Combinable,
    **columns: Any,
) -> Part:
    """`records` as open dates of a kind, about what is called `name`, of `whose`; names are paths of
    fields, or expressions.

    At least `due_on` and `key` stand among the `columns` (of `OpenDate`).
    """
    district_name = Organisation.objects.filter(pk=OuterRef("row_district_key")).values("short_name")
    return OPEN_DATES.part(
        records,
        kind=Value(kind),
        about=name,
        whose=whose,
        district_key=district,
        district=Subquery(district_name, output_field=CharField()),
        **{"key": "pk", "number": "pk", "site": None, "filing": None, **columns},
    )


def of_site(records: Part, kind: str, path: str = "", **columns: Any) -> Part:
    """The open dates of records that are about the site at `path`."""
    return open_dates(
        records,
        kind,
        name=f"{path}window_name",
        whose=f"{path}organisation__name",
        site=f"{path}pk",
        district=district_of(site=path),
        **columns,
    )


def of_district(records: Part, kind: str, path: str = "", **columns: Any) -> Part:
    """The open dates of a district's own records; its list at `path` stands for it."""
    name, district = f"{path}organisation__name", f"{path}organisation"
    return open_dates(records, kind, name=name, whose=name, filing=f"{path}pk", district=district, **columns)


OFF_LIST = (Stage.WITHDRAWN, Stage.REVOKED)


def dated_sites(reader: User | None) -> SiteQuerySet:
    """Those whose dates this person may know; nothing falls due of one that was taken off its list."""
    seen = Site.objects.visible_to(reader) if reader else Site.objects.all()
    return seen.exclude(stage__in=OFF_LIST)


def dated(records: QuerySet[Record], reader: User | None, site: str) -> QuerySet[Record]:
    """Those about a site at this path whose dates this person may know."""
    seen = records.filter(sees_site(reader, site)) if reader else records
    return seen.exclude(**{f"{site}stage__in": OFF_LIST})


def dated_filings(reader: User | None) -> QuerySet[Filing]:
    return Filing.objects.visible_to(reader) if reader else Filing.objects.all()
