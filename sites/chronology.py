"""How a room offers its events to the chronology of a site: each with its day, person and state.

A new event is an `EventKind` among its room's offers. `desk/chronology.py` asks all kinds in one question.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Q, QuerySet, Subquery, TextChoices
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.deputies import name_with_deputy
from accounts.enums import SecrecyState
from accounts.models import SecrecyReview, User
from accounts.rules import sees_city
from core.http import record_address
from core.offers import Offers
from core.union import Part, UnionOf

from .enums import Action, Stage
from .models import Site, StageChange

# What one person did on one day with the same outcome is one event.
TOGETHER = ("on", "who", "state")


class Chapter(TextChoices):
    """What the chronology can be narrowed to."""

    STEPS = "steps", _("Steps and building")
    PAPERS = "papers", _("Papers")
    ASSESSMENT = "assessment", _("Assessment and acceptance")
    RECTIFICATION = "rectification", _("Rectification")
    PUBLIC = "public", _("Notice, naming and tracking")


class EventState(TextChoices):
    """The state an event is shown with where its record has none of its own."""

    GIVEN = "given", pgettext_lazy("guidance", "given")
    REPLIED = "replied", _("replied")
    DONE = "done", _("done")
    HANDED_OVER = "handed_over", _("handed over")
    FILED = "filed", _("filed")
    SUBMITTED = "submitted", _("submitted")
    SIGNED = "signed", _("signed")
    OPENED_AGAIN = "opened_again", _("opened again")
    ISSUED = "issued", pgettext_lazy("a paper", "issued")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXTENDED = "extended", _("extended")
    PLANNED = "planned", pgettext_lazy("a recheck", "planned")
    RECORDED = "recorded", _("on file")
    LIFTED = "lifted", _("lifted")
    TAKEN_BACK = "taken_back", _("taken back")
    COUNTED = "counted", pgettext_lazy("appraisal", "counted")


class EventRow(NamedTuple):
    """An event as the database gives it; what state, title, note and n hold is its kind's matter."""

    source: int  # the place of its kind among all
    key: int
    on: datetime.date
    at: datetime.datetime | None = None
    who: str | None = None
    state: str = ""
    title: str = ""
    note: str = ""
    n: int = 1


EVENT_ROWS = UnionOf(EventRow)


@dataclass(frozen=True)
class Reader:
    """Who reads about which site."""

    user: User
    site: Site

    @property
    def in_city(self) -> bool:
        return sees_city(self.user)

    def page(self, name: str) -> str:
        """A page of the site itself."""
        return reverse(name, args=[self.site.pk])


@dataclass(frozen=True)
class Entry:
    """One line of the chronology; without `url` there is nothing to open for this reader."""

    on: datetime.date
    what: StrOrPromise
    who: str
    state: str
    word: StrOrPromise
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class EventKind:
    """One kind of event: the records of a site that a reader may know of, and how one is told."""

    chapters: tuple[Chapter, ...]
    events: Callable[[Site, User], Part]
    tell: Callable[[EventRow, Reader], Entry]
    is_step: bool = False


# In the order in which, of one day, what bears no time follows each other.
EVENTS: Offers[EventKind] = Offers()


def events(records: Part, *, on: Combinable | str, key: Combinable | str = "pk", **more: Any) -> Part:
    """`records` as events; `more` are columns of `EventRow`, and what `UnionOf.part` takes besides."""
    return EVENT_ROWS.part(records, on=on, key=key, **more)


def step_days(site: Site, *actions: Action) -> QuerySet[StageChange, Any]:
    """The days of the site's steps: what a record says of the same day is told with the step."""
    return StageChange.objects.filter(site=site, action__in=actions).values("on")


def entry(row: EventRow, what: StrOrPromise, state: TextChoices, url: str = "", note: str = "") -> Entry:
    """An event put into words."""
    return Entry(row.on, what, row.who or "", str(state.value), state.label, url, note)


def secrecy_reviews(user: User, about: Q) -> Part:
    """The secrecy reviews that were given, for `tell_secrecy_review`."""
    given = SecrecyReview.objects.visible_to(user).filter(about, reviewed_on__isnull=False)
    return events(
        given, on="reviewed_on", who="reviewed_by__name", state="state", title="title", note="words", n="pk"
    )


def tell_secrecy_review(row: EventRow, reader: Reader) -> Entry:
    what = gettext("Secrecy review: %(title)s") % {"title": row.title}
    url = record_address("people:secrecy_review", row.n) if reader.in_city else ""
    return entry(row, what, SecrecyState(row.state), url, row.note)


def steps(
    *actions: str,
    chapter: Chapter = Chapter.STEPS,
    spot: Callable[[EventRow, Reader], str],
    about: Callable[[Site, User], Part | None] = lambda _site, _user: None,
    note: Callable[[EventRow], str] = lambda row: row.note,
) -> EventKind:
    """Steps of the workflow's table; they stand in their own chapter as well.

    `spot` is where a step can be read; `about` the key of a record it asks for (of the outer step), as n,
    and 0 where there is none.
    """

    def found(site: Site, user: User) -> Part:
        keys = about(site, user)
        return events(
            site.history.filter(action__in=actions),
            on="on",
            at="at",
            who=name_with_deputy("by", "acted_for"),
            state="to_stage",
            title="action",
            note="note",
            n=0 if keys is None else Coalesce(Subquery(keys[:1]), 0, output_field=BigIntegerField()),
        )

    def tell(row: EventRow, reader: Reader) -> Entry:
        return entry(row, Action(row.title).label, Stage(row.state), spot(row, reader), note(row))

    return EventKind((Chapter.STEPS, chapter), found, tell, is_step=True)
