"""A figure's table as a page shows it: its cells in the reader's spelling."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.formats import date_format, number_format

from assessments.scoring import plain
from tables.writing import Head, Row

from .figure import Link
from .shown_scores import Share, Word


@dataclass(frozen=True)
class Cell:
    """`tone` is the band a share lies in, by which its ground is shaded; `state` gives a word its icon."""

    head: Head
    text: str
    url: str = ""
    is_number: bool = False
    tone: str = ""
    state: str = ""


@dataclass(frozen=True)
class Table:
    """Heads and lines; a column that holds a number is one of numbers, whatever is missing in it."""

    heads: Sequence[Cell]
    lines: Sequence[Sequence[Cell]]


def table(heads: Sequence[Head], rows: Sequence[Row]) -> Table:
    lines = [[_cell(head, value) for head, value in zip(heads, row, strict=True)] for row in rows]
    numbers = [any(line[place].is_number for line in lines) for place in range(len(heads))]
    return Table(
        [Cell(head, str(head), is_number=is_number) for head, is_number in zip(heads, numbers, strict=True)],
        [
            [replace(cell, is_number=is_number) for cell, is_number in zip(line, numbers, strict=True)]
            for line in lines
        ],
    )


def _cell(head: Head, value: object) -> Cell:
    if value is None:
        return Cell(head, "–")
    if isinstance(value, int | float | Decimal):
        text = plain(value) if isinstance(value, Decimal) else number_format(value)
        return Cell(head, text, is_number=True, tone=value.tone if isinstance(value, Share) else "")
    if isinstance(value, datetime.date):
        return Cell(head, date_format(value, "SHORT_DATE_FORMAT"))
    url = value.url if isinstance(value, Link) else ""
    return Cell(head, str(value), url=url, state=value.state if isinstance(value, Word) else "")
