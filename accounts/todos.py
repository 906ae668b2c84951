"""How a room offers what waits for a person, apart from the next steps of the sites, to the to-do list.

A new kind of thing to do is a `TodoKind` of a `TodoSource` among its room's offers. `desk/todo` asks
all that are offered to a person in one question.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from core.http import record_address
from core.offers import Offers
from core.union import Part, UnionOf

from .models import User


class TodoRow(NamedTuple):
    """Something to do as the database gives it; `key` is that of the record whose page it leads to.

    `acting_for` names whom the reader stands in for where it waits for them.
    """

    source: int  # the place of its source among those that were asked
    kind: str
    key: int
    about: str = ""
    detail: str = ""
    acting_for: str = ""
    since: datetime.date | None = None
    due: datetime.date | None = None


TODO_ROWS = UnionOf(TodoRow)


@dataclass(frozen=True)
class Asked:
    """For whom it is asked what waits, and the last day that is due soon."""

    user: User
    soon_until: Callable[[], datetime.date]


def about_and_detail(row: TodoRow) -> str:
    colon = pgettext("between a label and its text", ": ")
    return f"{row.about}{colon}{row.detail}" if row.detail else row.about


def page(name: str, fragment: str = "") -> Callable[[TodoRow], str]:
    """The page of this name of the record."""
    return lambda row: record_address(name, row.key) + fragment


@dataclass(frozen=True)
class TodoKind:
    """What is to be done, where, and what it is said to be about."""

    what: StrOrPromise
    url: Callable[[TodoRow], str]
    about: Callable[[TodoRow], str] = about_and_detail


@dataclass(frozen=True, kw_only=True)
class TodoSource:
    """What waits for whom it is `offered_to`: records as far as the room shows them to the person.

    Each row's `kind` is one of the `kinds`. `programme` is the path from these records to the programme
    they are of; None: of none. When another programme takes over, they wait on, unless the office closes
    what `may_close` names (`sites.enums.Leftover`). `in_all` counts by kind what waits in a programme for
    whomever, where the rows of the office's own list would not tell.
    """

    offered_to: Callable[[User], bool]
    rows: Callable[[Asked], Part]
    kinds: Mapping[str, TodoKind]
    programme: str | None
    may_close: str = ""
    in_all: Callable[[int], Mapping[str, int]] | None = None


# What comes later says more where two lead to the same spot.
TODOS: Offers[TodoSource] = Offers()
