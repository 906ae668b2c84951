"""What the rooms' events have in common: a row of nine columns each, so that one question finds them all."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, QuerySet, TextChoices, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.rules import sees_city
from sites.enums import Action
from sites.models import Site, StageChange


class Chapter(TextChoices):
    """What the chronology can be narrowed to."""

    STEPS = "steps", _("Steps and building")
    PAPERS = "papers", _("Papers")
    ASSESSMENT = "assessment", _("Assessment and acceptance")
    RECTIFICATION = "rectification", _("Rectification")
    PUBLIC = "public", _("Notice, naming and tracking")


class Event(TextChoices):
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


class Row(NamedTuple):
    """An event as the database gives it; what state, title, note and n hold is its source's matter."""

    source: int  # its place among the sources
    key: int
    on: datetime.date
    at: datetime.datetime | None
    who: str | None
    state: str
    title: str
    note: str
    n: int


COLUMNS = tuple(f"row_{name}" for name in Row._fields)


@dataclass(frozen=True)
class Reader:
    """Who reads about which site; of the site what `site_page` adds to it is asked."""

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
class Source:
    """One kind of event: the records a reader may know of, as rows, and how a row is told."""

    chapters: tuple[Chapter, ...]
    rows: Callable[[Site, User], QuerySet[Any, Any]]
    tell: Callable[[Row, Reader], Entry]
    is_step: bool = False


def rows(
    records: QuerySet[Any, Any],
    *,
    on: Combinable | str,
    who: Combinable | str | None = None,
    state: Combinable | str = "",
    together: bool = False,
    at: Combinable | None = None,
    **more: Combinable | int,
) -> QuerySet[Any, Any]:
    """`records` in the columns of a Row, but for its source; `on` and `who` name fields, `state` is a value.

    `together`: those of one day, person and state are one row; `more` and `at` are aggregates then.
    """
    said: dict[str, Any] = {
        "row_on": F(on) if isinstance(on, str) else on,
        "row_who": _text(F(who) if isinstance(who, str) else who or Value(None)),
        "row_state": _text(Value(str(state)) if isinstance(state, str) else state),
    }
    rest: dict[str, Any] = {"key": F("pk"), "title": Value(""), "note": Value(""), "n": Value(1), **more}
    texts = {f"row_{name}": _text(rest.pop(name)) for name in ("title", "note")}
    found: QuerySet[Any, Any] = records.annotate(**said)
    if together:
        found = found.values(*said)
    others = {f"row_{name}": value for name, value in rest.items()}
    time = at or Cast(Value(None), DateTimeField())
    made: QuerySet[Any, Any] = found.annotate(**texts, **others, row_at=time).order_by()
    return made


def told(site: Site, *actions: Action) -> QuerySet[StageChange, Any]:
    """The days of the site's steps: what a record says of the same day is told with the step."""
    return StageChange.objects.filter(site=site, action__in=actions).values("on")


def entry(row: Row, what: StrOrPromise, state: TextChoices, url: str = "", note: str = "") -> Entry:
    """A row put into words."""
    return Entry(row.on, what, row.who or "", str(state.value), state.label, url, note)


def _text(value: Any) -> Cast:
    """One type in every part of the question: PostgreSQL insists."""
    return Cast(value, TextField())
