"""What a workbook does, or did, to a list: row by row, with what changes and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

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


# What a preview said of each row, by its number: the outcome, and each column with its text before and after.
Previewed: TypeAlias = dict[int, list[Any]]


@dataclass(frozen=True)
class Change:
    """One column of a row that reads differently.

    `previewed` is what stood there when it was previewed, if that was something else.
    """

    head: str
    before: str
    after: str
    previewed: str | None = None


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


def told_by_row(taken: "Taken") -> Previewed:
    """What a preview says, to be held to it when it is confirmed."""
    return {
        row.line.number: [row.outcome.value, [[one.head, one.before, one.after] for one in row.changes]]
        for row in taken.rows
    }


def beside_preview(taken: "Taken", previewed: Previewed) -> "Taken":
    """The same, wrong rows first, with what each changed column held when it was previewed, if otherwise."""
    rows = [_beside(row, previewed.get(row.line.number)) for row in taken.rows]
    return replace(taken, rows=sorted(rows, key=lambda row: row.is_right))


def _beside(row: "TakenRow", told: list[Any] | None) -> "TakenRow":
    if told is None:
        return row
    before = {head: was for head, was, _after in told[1]}
    changes = [
        replace(one, previewed=stood_before(before, one.head, one.before, one.after)) for one in row.changes
    ]
    return replace(row, changes=changes)


def stood_before(previewed: Mapping[str, str], column: str, now: str, wanted: str) -> str | None:
    """What stood in a column that is changed when it was previewed, if that was something else than now.

    `previewed` has the text of each column the preview told of; any other held what the file wants.
    """
    was = previewed.get(column, wanted)
    return None if was == now else was


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
