"""What a figure is: its definition, what was counted for it, and the measures of what is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.enums import Role
from accounts.models import User
from tables.writing import Head, Row

from .scope import FigureFilter, Scope

# One rem in the units of a drawing: its text grows with the reader's, and with large type.
REM = 16


def share(part: float, whole: float) -> str:
    """`part` of `whole` as a length in a drawing that is as wide as its page; nothing of nothing."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


@dataclass(frozen=True)
class Link:
    """A cell of the table that leads somewhere; in an export its text."""

    text: str
    url: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The size of an SVG in its own units, of which 16 are a rem."""

    width: int
    height: int

    @property
    def rem(self) -> str:
        return f"{self.width / REM:.2f}rem"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was counted: the table, what is drawn of it, and the few numbers that sum it up.

    `drawing` is what the figure's own template reads; None where there is nothing to draw: then there are no
    rows either. `left_out`: how many rows are too many for the picture and stand in the table alone.
    """

    heads: Sequence[Head]
    rows: Sequence[Row]
    drawing: Any = None
    numbers: Sequence[tuple[str | Promise, object]] = ()
    left_out: int = 0


def recused(reader: User) -> list[int]:
    """The keys of the sites this person has stood aside from; asked of few (`StaffBackend`)."""
    if not getattr(reader, "stands_aside", True):
        return []
    return sorted(reader.recused_sites().values_list("site", flat=True))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One dashboard: what it shows, who sees it, how it is counted.

    `empty` says what will fill it. `shut` tells what is kept from a reader beside what the role does: readers
    of one role for whom it tells the same may share what was counted.
    """

    key: str
    title: Promise
    lead: Promise
    empty: Promise
    count: Callable[[Scope], Counted]
    roles: tuple[str, ...] = (*Role.CITY_WIDE, Role.DISTRICT)
    filter: type[FigureFilter] = FigureFilter
    shut: Callable[[User], Sequence[object]] = recused

    def is_for(self, reader: User) -> bool:
        """Whether the reader's role has it."""
        return reader.role in self.roles

    @property
    def template(self) -> str:
        return f"desk/figures/_{self.key}.html"
