"""What a table is made of: its columns, as the caller wants them, and its rows, as they were read."""

import enum
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .tidy import tidy


class ColumnKind(enum.Enum):
    """How a column's texts are spelled."""

    NAME = enum.auto()  # in one spelling
    PROSE = enum.auto()  # with its own punctuation and line breaks
    DATE = enum.auto()  # as 2008-01-15, whichever way it was written
    TELEPHONE = enum.auto()  # with the 0 of its area code


@dataclass(frozen=True)
class Column:
    """A column of the workbook: what it is called, and what a clerk's own table may call it."""

    field: str
    head: str | Promise
    words: tuple[str, ...] = ()
    required: bool = True
    width: int = 24
    kind: ColumnKind = ColumnKind.NAME

    def spellings(self) -> set[str]:
        """Every head it is known by, in each of the portal's languages."""
        heads = {self.field, *self.words}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                heads.add(str(self.head))
        return {tidy(head).casefold() for head in heads}


# The column in which a workbook comes back with what is wrong; nobody reads it in again.
COMPLAINTS = Column("complaints", gettext_lazy("What is wrong"), width=60)


@dataclass(frozen=True)
class Line:
    """One row of the sheet: its number there, its texts, and what is wrong with single cells.

    What is wrong with the row as a whole stands under NON_FIELD_ERRORS; `others` are the texts of
    columns that nobody asked for, by their letters.
    """

    number: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What a sheet holds: which column stands under which letter, the rows, and every letter's head.

    `mended` says which texts were put right while it was read, and how.
    """

    letters: dict[str, str]
    lines: list[Line]
    heads: dict[str, str] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)

    @property
    def unused(self) -> list[str]:
        """The heads that nobody asked for."""
        return [head for letter, head in self.heads.items() if letter not in self.letters.values()]

    def only(self, numbers: set[int]) -> Self:
        """The same table with the rows of these numbers."""
        return replace(self, lines=[line for line in self.lines if line.number in numbers])

    def as_json(self) -> dict[str, Any]:
        lines = [[line.number, line.cells, line.problems, line.others] for line in self.lines]
        return {"letters": self.letters, "lines": lines, "heads": self.heads, "mended": self.mended}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        return cls(kept["letters"], [Line(*line) for line in kept["lines"]], kept["heads"], kept["mended"])
