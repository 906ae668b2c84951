"""The rows of an import in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sites.cell_parsers import in_words
from sites.enums import Outcome
from sites.models import ImportLine
from sites.taken import Change, Complaint
from tables.table import Column


@dataclass(frozen=True)
class PreviewRow:
    """`cells` are the head and text of every column."""

    number: int
    outcome: Outcome
    cells: Sequence[tuple[str, str]]
    complaints: Sequence[Complaint]
    changes: Sequence[Change]


def row(line: ImportLine, columns: Sequence[Column]) -> PreviewRow:
    """What becomes, or became, of one row."""
    heads = {column.field: str(column.head) for column in columns}
    complaints = [_complaint(line, one, heads.get(one["field"], "")) for one in line.complaints]
    changes = [
        Change(heads[one["field"]], one["before"], one["after"], one.get("previewed")) for one in line.changes
    ]
    cells = [(heads[column.field], line.cells.get(column.field, "")) for column in columns]
    return PreviewRow(line.number, Outcome(line.outcome), cells, complaints, changes)


def _complaint(line: ImportLine, kept: Mapping[str, Any], head: str) -> Complaint:
    text = in_words(kept)
    if head and not kept["letter"]:  # found when the row was taken: where its columns stood is not kept
        return Complaint(_("“%(head)s”: %(text)s") % {"head": head, "text": text})
    return Complaint(text, head, kept["letter"], line.cells.get(kept["field"], ""))


def error_row(line: ImportLine, columns: Sequence[Column]) -> list[str]:
    """The cells of a wrong row as they were uploaded, and what is wrong with them."""
    told = [str(complaint) for complaint in row(line, columns).complaints]
    return [*(line.cells.get(column.field, "") for column in columns), "\n".join(told)]
