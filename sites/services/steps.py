"""A step of a whole list: its rows move together, and people are told."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from accounts.services import notify
from sites.enums import Action, Stage
from sites.models import Filing
from sites.workflow import perform


def move_rows(filing: Filing, action: Action, by: User, note: str = "") -> None:
    """Take every row of the list along; those determined before, or taken off it, stay where they are."""
    sites = filing.sites.on_list().exclude(stage__in=Stage.LISTED)
    for site in sites.select_related("filing", "programme").prefetch_related("programme__phases"):
        perform(site=site, action=action, by=by, note=note)


def tell(users: Iterable[User], text: str, filing: Filing) -> None:
    notify(
        users, text=text, about={"list": filing.organisation}, url=reverse("sites:filing", args=[filing.pk])
    )
