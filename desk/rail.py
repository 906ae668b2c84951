"""The desk's left rail: the campaign at a glance, which pages which role has, and how much waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.http import page_address
from desk.rules import has_work
from publicity import guide
from sites.calendar import today
from sites.chosen import running_programme
from sites.models import Phase, Programme

from .todo import Work, work_of

# In the order they are drawn, under what they belong to.
GROUPS = (
    (
        _("My work"),
        {
            "desk:home": (_("To do"), "inbox"),
            "desk:missing": (_("Who is missing"), "bell"),
            "people:motions": (_("Proposed for decision"), "person-check"),
            "sites:meetings": (_("Meetings and circulation"), "people"),
            "people:secrecy_reviews": (_("Secrecy reviews"), "shield-lock"),
            "desk:deadlines": (_("Deadlines"), "alarm"),
            "desk:figures": (_("Figures"), "bar-chart"),
        },
    ),
    (
        _("Lists and building"),
        {
            "sites:filings": (_("Lists"), "list-check"),
            "sites:determinations": (_("Determinations"), "bookmark-check"),
            "desk:sites": (_("Sites"), "geo-alt"),
            "sites:timetables": (_("Timetables"), "calendar-range"),
            "sites:guidance": (_("Guidance and means"), "compass"),
            "sites:research_visits": (_("Research visits"), "binoculars"),
            "assessments:own_checks": (_("Self-checks of districts"), "building-check"),
        },
    ),
    (
        _("Inspection and acceptance"),
        {
            "assessments:rounds": (_("Rounds and teams"), "people"),
            "assessments:draws": (_("Draws"), "shuffle"),
            "assessments:my_ties": (_("Ties and recusals"), "person-slash"),
            "assessments:route": (_("Route of the day"), "signpost"),
            "assessments:my_sheets": (_("Score sheets"), "clipboard-check"),
            "assessments:evidence_sites": (_("Evidence"), "images"),
            "assessments:rectifications": (_("Rectification"), "tools"),
            "publicity_desk:appraisals": (_("Public appraisal"), "chat-square-heart"),
            "assessments:acceptances": (_("Acceptance"), "check2-square"),
        },
    ),
    (
        _("Notices and namings"),
        {
            "publicity_desk:notices": (_("Public notices"), "megaphone"),
            "publicity_desk:objections": (_("Objections"), "chat-left-text"),
            "publicity_desk:enquiries": (_("Enquiries"), "inbox"),
            "publicity_desk:questions": (_("Frequent questions"), "question"),
            "publicity_desk:namings": (_("Namings"), "patch-check"),
            "publicity_desk:commendations": (_("Commendations"), "award"),
            "publicity_desk:rechecks": (_("Rechecks"), "arrow-repeat"),
            "publicity_desk:recheck_draws": (_("Draws of rechecks"), "shuffle"),
            "publicity_desk:articles": (_("Experience"), "lightbulb"),
            "publicity_desk:events": (_("Events"), "calendar-event"),
        },
    ),
    (
        _("Records"),
        {
            "documents:list": (_("Documents"), "file-earmark-text"),
            "desk:upward_reports": (_("Reports upward"), "box-arrow-up"),
            "desk:dossiers": (_("Dossiers"), "archive"),
            "standards:versions": (_("Standards and rulebook"), "journal-text"),
            "sites:programmes": (_("Programmes"), "calendar3"),
        },
    ),
    (
        _("Administration"),
        {
            "desk:reminders": (_("Reminders"), "stopwatch"),
            "publicity_desk:search_words": (_("Search words"), "search"),
            "people:people": (_("People and organisations"), "person-lines-fill"),
            "people:messages": (_("Outgoing messages"), "send"),
            "sites:imports": (_("Registers"), "database-up"),
            "desk:trail": (_("Trail"), "shield-check"),
            "desk:system": (_("State of the portal"), "activity"),
        },
    ),
)
# For those who work in the field, who look into what was done, or after the machine.
_OTHERS = (
    "assessments:route",
    "assessments:my_sheets",
    "assessments:draws",
    "publicity_desk:recheck_draws",
    "desk:trail",
    "desk:system",
)
_CITY = tuple(name for _heading, entries in GROUPS for name in entries if name not in _OTHERS)
OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.OFFICE: _CITY,
    Role.LEADING_GROUP: tuple(
        name
        for name in _CITY
        if name not in ("people:people", "people:messages", "sites:imports", "publicity_desk:search_words")
    ),
    Role.DISTRICT: (
        "desk:home",
        "desk:missing",
        "desk:deadlines",
        "sites:filings",
        "desk:sites",
        "desk:figures",
        "sites:timetables",
        "sites:guidance",
        "assessments:own_checks",
        "assessments:evidence_sites",
        "assessments:rectifications",
        "publicity_desk:namings",
        "publicity_desk:rechecks",
        "publicity_desk:enquiries",
        "assessments:my_ties",
        "publicity_desk:articles",
        "publicity_desk:events",
        "documents:list",
        "desk:dossiers",
        "standards:versions",
        "sites:programmes",
        "people:people",
    ),
    Role.INSPECTOR: (
        "desk:home",
        "desk:deadlines",
        "assessments:route",
        "assessments:my_sheets",
        "assessments:my_ties",
        "assessments:evidence_sites",
        "desk:sites",
        "documents:list",
        "standards:versions",
        "sites:programmes",
    ),
    Role.LIAISON: (
        "desk:home",
        "desk:deadlines",
        "sites:filings",
        "desk:sites",
        "sites:timetables",
        "sites:guidance",
        "assessments:my_sheets",
        "assessments:evidence_sites",
        "assessments:rectifications",
        "publicity_desk:enquiries",
        "publicity_desk:articles",
        "publicity_desk:events",
        "documents:list",
        "desk:dossiers",
        "standards:versions",
        "sites:programmes",
    ),
    Role.SYSTEM: ("desk:home", "people:motions", "people:people", "desk:system"),
    Role.SECURITY: ("desk:home", "people:motions", "people:people"),
    Role.AUDITOR: (
        "desk:home",
        "desk:trail",
        "assessments:draws",
        "publicity_desk:recheck_draws",
        "assessments:my_ties",
        "standards:versions",
    ),
}
# An account that has no rights yet.
NO_ROLE = ("desk:home",)
# From so many entries on they stand under headings.
LONG = 10


@dataclass(frozen=True)
class Campaign:
    """The programme that runs, and the phase it is in."""

    programme: Programme | None
    phase: Phase | None


@dataclass(frozen=True)
class RailEntry:
    label: str
    url: str
    icon: str
    active: bool = False
    count: str = ""


@dataclass(frozen=True)
class RailGroup:
    """Entries under one heading; a short rail is one group without."""

    label: str
    entries: list[RailEntry]


def rail(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the signed-in person's rail, work and help, made when a page draws them."""
    user = getattr(request, "user", None)  # a request refused for its host has none yet
    if not isinstance(user, User):
        return {}
    work = work_of(request, user)
    return {
        "campaign": SimpleLazyObject(lambda: _kept("campaign", user, lambda: campaign(request))),
        "work": work,
        "has_work": has_work(user),
        "rail": SimpleLazyObject(lambda: groups(work, request.path)),
        "help_url": SimpleLazyObject(lambda: help_url(user, request.path)),
    }


def campaign(request: HttpRequest) -> Campaign:
    """The one that runs, whatever the page lists."""
    running = running_programme(request)
    return Campaign(running, running.phase_on(today()) if running else None)


def groups(work: Work, path: str) -> list[RailGroup]:
    """The rail of this person's role; the count of what waits stands at the to-do list."""
    user, home = work.user, page_address("desk:home")

    def here(entry: RailEntry) -> RailEntry:
        if entry.url != home:
            return replace(entry, active=True) if path.startswith(entry.url) else entry
        count = _kept(f"todos/{user.pk}", user, lambda: work.count_said) if has_work(user) else ""
        return replace(entry, active=path == home, count=count)

    drawn = _groups_of(user.role, get_language(), get_script_prefix())
    return [RailGroup(group.label, [here(entry) for entry in group.entries]) for group in drawn]


@lru_cache(64)
def _groups_of(role: str, _language: str | None, _prefix: str) -> tuple[RailGroup, ...]:
    """A role's rail as it stands on every page, in the language and below the path that are active."""
    may = OF_ROLE.get(role, NO_ROLE)
    found = [
        RailGroup(
            str(heading),
            [
                RailEntry(str(label), page_address(name), icon)
                for name, (label, icon) in entries.items()
                if name in may
            ],
        )
        for heading, entries in GROUPS
    ]
    if len(may) < LONG:
        return (RailGroup("", [one for group in found for one in group.entries]),)
    return tuple(group for group in found if group.entries)


def help_url(user: User, path: str) -> str:
    """The guide's page of this person's role, at the section of the rail's entry that `path` belongs to."""
    home = page_address("desk:home")
    names = {page_address(name): name for name in OF_ROLE.get(user.role, NO_ROLE)}
    here = max((url for url in names if path.startswith(url)), key=len, default=home)
    page = user.role or guide.NO_ROLE
    return f"{reverse('publicity:help_page', args=[page])}#{names[here].replace(':', '-')}"


def _kept(name: str, reader: User, make: Callable[[], Any]) -> Any:
    """What `make` gives, made anew only after a writing: the reader's `trail_end` (`StaffBackend`) tells.

    Marks leave no entry in the trail: the cache drops what is a minute old.
    """
    now = today(), getattr(reader, "trail_end", None)
    at, value = caches["rail"].get(name, (None, None))
    if at != now:
        value = make()
        caches["rail"].set(name, (now, value))
    return value
