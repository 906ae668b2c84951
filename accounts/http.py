"""Requests whose user is one of ours."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.contrib.messages.storage.cookie import CookieStorage
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix

from .models import User
from .rules import takes_part


def in_portal(address: str) -> str:
    """An address within the portal (/desk/…) as links have it, wherever the portal is put."""
    return f"{get_script_prefix()[:-1]}{address}"


class StaffRequest(HttpRequest):
    """A request behind `login_required`: its user is never anonymous."""

    user: User


class OfCampaign(LoginRequiredMixin, UserPassesTestMixin):
    """A list of the campaign: closed to whoever has no part in it, and not just empty."""

    def test_func(self) -> bool:
        user = self.request.user  # type: ignore[attr-defined]  # it stands before a view, which has one
        return isinstance(user, User) and takes_part(user)


@dataclass(frozen=True)
class Taken:
    """What the trail is told of what was taken out (`accounts.exported`); a sheet to print has no rows."""

    about: Model | type[Model]
    name: str
    rows: int | None
    query: dict[str, list[str]] = field(default_factory=dict)


class WorkersRequest(StaffRequest):
    """The request for a long table as the worker makes it again, in the name of who asked.

    `accounts.exported` writes the table at once, and leaves in `taken` what it otherwise tells the trail.
    What the view tells the reader can be read off `django.contrib.messages`, as ever.
    """

    taken: Taken | None = None

    def __init__(self, address: str, *, user: User, language: str) -> None:
        super().__init__()
        path, query = urlsplit(address)[2:4]
        self.method, self.path, self.path_info = "GET", in_portal(path), path
        self.META = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
        self.GET = QueryDict(query)
        self.user, self.LANGUAGE_CODE = user, language
        told: Any = CookieStorage(self)
        self._messages = told
