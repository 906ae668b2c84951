"""The desk's left rail: which pages which role has."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User

ENTRIES = {
    "desk:home": (_("To do"), "inbox"),
    "sites:filings": (_("Lists"), "list-check"),
    "desk:sites": (_("Sites"), "geo-alt"),
    "assessments:rounds": (_("Rounds and teams"), "people"),
    "assessments:my_sheets": (_("Score sheets"), "clipboard-check"),
    "assessments:rectifications": (_("Rectification"), "tools"),
    "assessments:acceptances": (_("Acceptance"), "check2-square"),
    "publicity_desk:notices": (_("Public notices"), "megaphone"),
    "publicity_desk:objections": (_("Objections"), "chat-left-text"),
    "publicity_desk:namings": (_("Namings"), "patch-check"),
    "documents:list": (_("Documents"), "file-earmark-text"),
    "sites:programme": (_("Programme"), "calendar3"),
    "desk:trail": (_("Trail"), "shield-check"),
}
_CITY = tuple(name for name in ENTRIES if name not in ("assessments:my_sheets", "desk:trail"))
OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.OFFICE: _CITY,
    Role.LEADING_GROUP: tuple(name for name in _CITY if name != "publicity_desk:objections"),
    Role.DISTRICT: (
        "desk:home",
        "sites:filings",
        "desk:sites",
        "assessments:rectifications",
        "documents:list",
        "sites:programme",
    ),
    Role.INSPECTOR: ("desk:home", "assessments:my_sheets", "desk:sites", "documents:list", "sites:programme"),
    Role.LIAISON: (
        "desk:home",
        "sites:filings",
        "desk:sites",
        "assessments:my_sheets",
        "assessments:rectifications",
        "documents:list",
        "sites:programme",
    ),
    Role.AUDITOR: ("desk:home", "desk:trail"),
}


@dataclass(frozen=True)
class RailEntry:
    label: str
    url: str
    icon: str
    active: bool
    count: int = 0


def rail(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the signed-in person's rail, made only when a page draws it."""
    user = request.user
    if not isinstance(user, User):
        return {}
    return {"rail": SimpleLazyObject(lambda: entries(user, request.path))}


def entries(user: User, path: str) -> list[RailEntry]:
    home = reverse("desk:home")
    found = []
    for name in OF_ROLE.get(user.role, ("desk:home",)):
        label, icon = ENTRIES[name]
        url = reverse(name)
        active = path == url if url == home else path.startswith(url)
        unread = user.notifications.unread().count() if url == home else 0
        found.append(RailEntry(str(label), url, icon, active, unread))
    return found
