"""What a workbook does, or did, to a list: row by row, with what changes and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Organisation
from tables.table import Line

from .enums import Outcome


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a row: the column (its head and letter), the value there, and the cure."""

    text: str
    head: str = ""
    letter: str = ""
    value: str = ""

    def __str__(self) -> str:
        if not self.head:
            return self.text
        return _("Column %(letter)s “%(head)s”: %(text)s") % {
            "letter": self.letter,
            "head": self.head,
            "text": self.text,
        }


@dataclass(frozen=True)
class Change:
    """One column of a row that reads differently."""

    head: str
    before: str
    after: str


@dataclass(frozen=True)
class TakenRow:
    """What becomes, or became, of one row of the workbook; `new_unit` is put on record with it."""

    line: Line
    outcome: Outcome
    complaints: Sequence[Complaint] = ()
    changes: Sequence[Change] = ()
    new_unit: Organisation | None = None

    @property
    def is_right(self) -> bool:
        return self.outcome != Outcome.WRONG


@dataclass(frozen=True)
class Taken:
    """What the rows of a workbook do to a list."""

    rows: list[TakenRow]
    kept: int = field(default=0)  # rows on the list that the workbook does not mention

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def right(self) -> list[TakenRow]:
        """The rows that can be taken."""
        return [row for row in self.rows if row.is_right]

    @property
    def size(self) -> int:
        """How many rows the list has afterwards."""
        return len(self.right) + self.kept

    @property
    def counts(self) -> list[tuple[Outcome, int]]:
        return [(outcome, self.count(outcome)) for outcome in Outcome]

    @property
    def is_clean(self) -> bool:
        return not self.count(Outcome.WRONG)

    @property
    def changes_nothing(self) -> bool:
        """Every row says what the list says already."""
        return self.count(Outcome.UNCHANGED) == len(self.rows)

    @property
    def complaints(self) -> dict[int, list[str]]:
        """What is wrong, by the rows' numbers."""
        return {
            row.line.number: [str(complaint) for complaint in row.complaints]
            for row in self.rows
            if not row.is_right
        }
