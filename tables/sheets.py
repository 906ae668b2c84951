"""How a workbook is written; `tables.writing` hands on to it when one is made.

XlsxWriter holds no more than a row at a time. It is loaded with this module: most processes of the portal
never need it.
"""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from math import ceil

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .table import Column
from .texts import writable
from .writing import Head, Part, Row, Value, csv_cell, head_text, is_number, local, visible

# A sheet has no more rows, its head among them.
MOST_ROWS = 1_048_576
# Programs disagree on earlier days, or know none: they are written as text.
FIRST_YEAR = 1901
# The last row of a sheet with a drop-down.
LAST_OFFERED = 20_001
# The rows that a column's width is taken from.
_MEASURED = 100
_WIDTHS = (8, 50)
# So many letters beside each other are still read on a sheet of A4 across; a wider table takes more sheets.
_ACROSS = 180
_A4 = 9
_NO_SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")


def one_sheet(
    heads: Sequence[Head],
    rows: Iterable[Row],
    sheet_title: str,
    offers: Mapping[int, Sequence[str]],
) -> bytes:
    """The workbook of `writing.xlsx`."""
    book = _Book()
    sheet = book.write(Part(sheet_title, heads, rows))
    for at, choices in offers.items():
        book.offer(sheet, at, choices)
    return book.saved()


def several_sheets(parts: Iterable[Part]) -> bytes:
    """The workbook of `writing.xlsx_of`; no more than a row is held at a time."""
    book = _Book()
    for part in parts:
        book.write(part)
    return book.saved()


class _Book:
    """A workbook, written from its first row to its last, and how its cells look."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._book = Workbook(self._out, {"constant_memory": True})
        # What is text stays text: neither now nor when somebody edits it does it become a formula.
        text = {"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"}
        self._head = self._book.add_format({**text, "bold": True, "bg_color": "#F2F2F2"})
        self._text = self._book.add_format(text)
        self._number = self._book.add_format({"valign": "top"})
        self._day = self._book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self._time = self._book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})

    def write(self, part: Part) -> Worksheet:
        sheet = self._book.add_worksheet(self._free_title(part.title))
        rows = iter(part.rows)
        first = list(islice(rows, _MEASURED))
        widths = [_width(head, [row[at] for row in first]) for at, head in enumerate(part.heads)]
        _lay_out(sheet, widths, part.fixed)
        for column, head in enumerate(part.heads):
            sheet.write_string(0, column, writable(head_text(head)), self._head)
        last = 0
        for last, row in enumerate(chain(first, rows), start=1):
            if last == MOST_ROWS:
                raise ValidationError(
                    _("A workbook's sheet holds %(n)d rows at most; take it as CSV, or only a part of it.")
                    % {"n": MOST_ROWS}
                )
            for column, (value, _of) in enumerate(zip(row, part.heads, strict=True)):
                self._put(sheet, last, column, value)
        sheet.autofilter(0, 0, last, len(part.heads) - 1)
        return sheet

    def offer(self, sheet: Worksheet, column: int, choices: Sequence[str]) -> None:
        """A drop-down; it asks back when something else is written, for there are other spellings."""
        kept = self._book.add_worksheet(self._free_title(f"{column + 1}"))
        kept.hide()
        for row, text in enumerate(choices):
            kept.write_string(row, 0, writable(text), self._text)
        asked = {
            "validate": "list",
            "source": f"='{kept.name}'!$A$1:$A${max(len(choices), 1)}",
            "error_type": "warning",
            "error_message": _("This is not on the list."),
        }
        sheet.data_validation(1, column, LAST_OFFERED - 1, column, asked)

    def saved(self) -> bytes:
        self._book.close()
        return self._out.getvalue()

    def _put(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        """Nothing for nothing; a text is cut where a cell ends."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, writable(value), self._text)
        elif is_number(value):
            sheet.write_number(row, column, value, self._number)
        elif not isinstance(value, datetime.date) or value.year < FIRST_YEAR:
            sheet.write_string(row, column, writable(str(value)), self._text)
        elif isinstance(value, datetime.datetime):
            sheet.write_datetime(row, column, local(value), self._time)
        else:
            sheet.write_datetime(row, column, value, self._day)

    def _free_title(self, title: str) -> str:
        """A title that Excel accepts: at most 31 letters, none of those it keeps for formulas, each once."""
        base = _NO_SHEET_TITLE.sub(" ", writable(visible(title))).strip(" '")[:31].strip(" '") or "1"
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        others = (f"{base[:27]} {n}" for n in range(2, 1000))
        return next(one for one in chain([base], others) if one.lower() not in taken)


def _lay_out(sheet: Worksheet, widths: Sequence[int], fixed: int) -> None:
    """Heads and fixed columns stay in sight; on paper it lies across, its pages numbered."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, fixed)
    sheet.repeat_rows(0)
    if fixed:
        sheet.repeat_columns(0, fixed - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    again = sum(widths[:fixed])
    sheet.fit_to_pages(ceil((sum(widths) - again) / max(_ACROSS - again, 1)) or 1, 0)
    sheet.set_footer("&C&P / &N")


def _width(head: Head, values: Iterable[Value]) -> int:
    """As was asked for, or as wide as the longest text, within reason; a Chinese letter takes two places."""
    if isinstance(head, Column):
        return head.width
    widest = max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
        for text in (str(head), *map(csv_cell, values))
    )
    return min(max(widest + 2, _WIDTHS[0]), _WIDTHS[1])
