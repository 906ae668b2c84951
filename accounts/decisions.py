"""Acts that bind and that one person proposes and another one decides on, in whatever room they happen.

A room offers each such act as a `Decision`; `services/motions.py` keeps the two people apart and is alone
to carry one out, so that no page and no task can do it for one person.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from core.offers import Offers

from .enums import Role
from .models.people import User

if TYPE_CHECKING:
    from .models.motions import Motion

# What was typed into the form of the act, as JSON.
Values = Mapping[str, Any]
# What it would do, for who decides: a label and its text.
Fact = tuple[StrOrPromise, StrOrPromise]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One kind of act that needs two people.

    `kind` begins with the name of the record's model. `open_to` are the records of which somebody sees what
    is proposed, by role and recusal; `take` carries it out by the room's own service and raises what that
    raises. `facts` is what the form said, `url` where the record is at the desk, and `called` what it is
    called. `rests_on` is the kind of resolution of the leading group that whoever agrees names, if the act
    needs one. `moved_by` and `decided_by` are roles: who may propose it, and who decides and is told that
    something waits.
    """

    kind: str
    what: StrOrPromise
    open_to: Callable[[User], QuerySet[Any]]
    take: Callable[[Any, Values, User], object]
    facts: Callable[[Any, Values], Iterator[Fact]]
    url: Callable[[Any], str]
    called: Callable[[Any], str] = str
    rests_on: str = ""
    moved_by: tuple[str, ...] = (Role.OFFICE,)
    decided_by: tuple[str, ...] = Role.CITY_WIDE


DECISIONS: Offers[Decision] = Offers()


@dataclass(frozen=True, kw_only=True)
class Companion:
    """What one room does beside every act that two people decide: its papers are drafted and checked first.

    `moved` is told of one that was just proposed, and may hold it (`motions.hold`). `around` surrounds
    carrying it out: what it raises undoes the act. `ended` is told of one that is not carried out. `page` is
    where it is decided instead of on its own page; "" where it is none of this room's.
    """

    moved: Callable[["Motion"], None]
    around: Callable[["Motion", User], AbstractContextManager[object]]
    ended: Callable[["Motion"], None]
    page: Callable[["Motion"], str]


COMPANIONS: Offers[Companion] = Offers()


def decision_of(kind: str) -> Decision:
    """The act of this kind; KeyError where no room offers it."""
    for decision in DECISIONS:
        if decision.kind == kind:
            return decision
    raise KeyError(kind)
