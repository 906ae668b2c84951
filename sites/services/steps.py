"""A step of a whole list: its rows move together, and people are told."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from accounts.models import User
from accounts.services import notify
from sites.enums import Action
from sites.models import Filing, Site
from sites.workflow import perform


def rows_that_move(filing: Filing) -> QuerySet[Site]:
    """The rows a step of the list takes along, ready for `perform`."""
    rows = filing.sites.undetermined().select_related("filing", "programme")
    return rows.prefetch_related("programme__phases")


def move_rows(filing: Filing, action: Action, by: User, note: str | Callable[[Site], str] = "") -> None:
    """Take every row of the list along; those determined before, or taken off it, stay where they are.

    `note` is one for all, or what makes each row's own.
    """
    for site in rows_that_move(filing):
        perform(site=site, action=action, by=by, note=note(site) if callable(note) else note)


def tell(users: Iterable[User], text: str, filing: Filing) -> None:
    url = filing.get_absolute_url()
    notify(users, text=text, about={"list": filing.organisation}, url=url, filing=filing)
