"""The desk's left rail: which pages which role has."""

from collections.abc import Sized
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User

from .todo import todos

ENTRIES = {
    "desk:home": (_("To do"), "inbox"),
    "sites:filings": (_("Lists"), "list-check"),
    "sites:determinations": (_("Determinations"), "bookmark-check"),
    "desk:sites": (_("Sites"), "geo-alt"),
    "sites:timetables": (_("Timetables"), "calendar-range"),
    "sites:guidance": (_("Guidance and means"), "compass"),
    "assessments:rounds": (_("Rounds and teams"), "people"),
    "assessments:my_sheets": (_("Score sheets"), "clipboard-check"),
    "assessments:rectifications": (_("Rectification"), "tools"),
    "assessments:acceptances": (_("Acceptance"), "check2-square"),
    "publicity_desk:notices": (_("Public notices"), "megaphone"),
    "publicity_desk:objections": (_("Objections"), "chat-left-text"),
    "publicity_desk:namings": (_("Namings"), "patch-check"),
    "documents:list": (_("Documents"), "file-earmark-text"),
    "standards:versions": (_("Standards and rulebook"), "journal-text"),
    "sites:programmes": (_("Programmes"), "calendar3"),
    "people:people": (_("People and organisations"), "person-lines-fill"),
    "sites:imports": (_("Registers"), "database-up"),
    "desk:trail": (_("Trail"), "shield-check"),
}
_CITY = tuple(name for name in ENTRIES if name not in ("assessments:my_sheets", "desk:trail"))
OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.OFFICE: _CITY,
    Role.LEADING_GROUP: tuple(
        name for name in _CITY if name not in ("publicity_desk:objections", "people:people", "sites:imports")
    ),
    Role.DISTRICT: (
        "desk:home",
        "sites:filings",
        "desk:sites",
        "sites:timetables",
        "sites:guidance",
        "assessments:rectifications",
        "documents:list",
        "sites:programmes",
        "people:people",
    ),
    Role.INSPECTOR: (
        "desk:home",
        "assessments:my_sheets",
        "desk:sites",
        "documents:list",
        "sites:programmes",
    ),
    Role.LIAISON: (
        "desk:home",
        "sites:filings",
        "desk:sites",
        "sites:timetables",
        "sites:guidance",
        "assessments:my_sheets",
        "assessments:rectifications",
        "documents:list",
        "sites:programmes",
    ),
    Role.AUDITOR: ("desk:home", "desk:trail"),
}
# An administrator has no role; the first accounts are theirs to give.
NO_ROLE = ("desk:home", "people:people")


@dataclass(frozen=True)
class RailEntry:
    label: str
    url: str
    icon: str
    active: bool
    count: int = 0


def rail(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the signed-in person's rail and to-do list, made when a page draws them."""
    user = getattr(request, "user", None)  # a request refused for its host has none yet
    if not isinstance(user, User):
        return {}
    waiting = SimpleLazyObject(lambda: todos(user))
    return {"todos": waiting, "rail": SimpleLazyObject(lambda: entries(user, request.path, waiting))}


def entries(user: User, path: str, waiting: Sized) -> list[RailEntry]:
    """The rail of this person's role; the count of what waits stands at the to-do list."""
    home = reverse("desk:home")
    found = []
    for name in OF_ROLE.get(user.role, NO_ROLE):
        label, icon = ENTRIES[name]
        url = reverse(name)
        active = path == url if url == home else path.startswith(url)
        count = len(waiting) if url == home and user.role != Role.AUDITOR else 0
        found.append(RailEntry(str(label), url, icon, active, count))
    return found
