"""What a table is made of: its columns, as the caller wants them, and its rows, as they were read."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from .tidy import tidy


@dataclass(frozen=True)
class Column:
    """A column of the workbook: what it is called, and what a clerk's own table may call it."""

    field: str
    head: str | Promise
    words: tuple[str, ...]
    required: bool = True
    width: int = 24
    # Prose keeps its own punctuation; everything else has one spelling.
    is_prose: bool = False

    def spellings(self) -> set[str]:
        """Every head it is known by, in each of the portal's languages."""
        heads = {self.field, *self.words}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                heads.add(str(self.head))
        return {tidy(head).casefold() for head in heads}


@dataclass(frozen=True)
class Line:
    """One row of the sheet: its number there, its texts, and what is wrong with single cells."""

    number: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What a sheet holds: which column stands under which letter, the rows, the heads not used."""

    letters: dict[str, str]
    lines: list[Line]
    unused: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"letters": self.letters, "lines": [[line.number, line.cells] for line in self.lines]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Table":
        return cls(kept["letters"], [Line(number, cells) for number, cells in kept["lines"]])
