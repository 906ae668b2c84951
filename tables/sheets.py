"""How a workbook is written; `tables.writing` hands on to it when one is made.

openpyxl is loaded with it: 8 MB that most processes of the portal never need.
"""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from math import ceil
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from .table import Column
from .texts import writable
from .writing import Head, Part, Row, Value, csv_cell, head_text, is_number, local, visible

# The last row of a sheet with a drop-down.
LAST_OFFERED = 20_001
# The rows that a column's width is taken from.
_MEASURED = 100
_WIDTHS = (8, 50)
# So many letters beside each other are still read on a sheet of A4 across; a wider table takes more sheets.
_ACROSS = 180
_AT_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(wrap_text=True, vertical="top")
_HEAD_FILL = PatternFill("solid", fgColor="F2F2F2")
_NO_SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")


class _Cells(NamedTuple):
    """The cells of a column, by what is written into them."""

    text: Cell
    number: Cell
    day: Cell
    time: Cell


def one_sheet(
    heads: Sequence[Head],
    rows: Iterable[Row],
    sheet_title: str,
    offers: Mapping[int, Sequence[str]],
) -> bytes:
    """The workbook of `writing.xlsx`."""
    book = Workbook(write_only=True)
    sheet = _write(book, Part(sheet_title, heads, rows))
    for at, choices in offers.items():
        _offer(sheet, get_column_letter(at + 1), _choices(book, f"{at + 1}", choices))
    return _saved(book)


def several_sheets(parts: Iterable[Part]) -> bytes:
    """The workbook of `writing.xlsx_of`; no more than a row is held at a time."""
    book = Workbook(write_only=True)
    for part in parts:
        _write(book, part)
    return _saved(book)


def _write(book: Workbook, part: Part) -> WriteOnlyWorksheet:
    sheet: WriteOnlyWorksheet = book.create_sheet(_sheet_title(part.title))
    rows = iter(part.rows)
    first = list(islice(rows, _MEASURED))
    _lay_out(sheet, part, [_width(head, [row[at] for row in first]) for at, head in enumerate(part.heads)])
    sheet.append([_head_cell(sheet, head) for head in part.heads])
    # The cells of a column serve every row: a row is written before the next one is filled in.
    cells = [_cells(sheet) for _head in part.heads]
    last = 1
    for row in chain(first, rows):
        last += 1
        sheet.append([_cell(value, each) for value, each in zip(row, cells, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(part.heads))}{last}"  # type: ignore[attr-defined]  # not in the stubs
    return sheet


def _lay_out(sheet: Any, part: Part, widths: Sequence[int]) -> None:
    """Heads and fixed columns stay in sight; on paper it lies across, its pages numbered."""
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = f"{get_column_letter(part.fixed + 1)}2"
    sheet.print_title_rows = "1:1"
    if part.fixed:
        sheet.print_title_cols = f"A:{get_column_letter(part.fixed)}"
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.paperSize = int(Worksheet.PAPERSIZE_A4)
    again = sum(widths[: part.fixed])
    sheet.page_setup.fitToWidth = ceil((sum(widths) - again) / max(_ACROSS - again, 1)) or 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&P / &N"


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_cell(cell: Cell, text: str) -> None:
    """Make it a cell of this text: neither now nor when somebody edits it does it become a formula."""
    cell.quotePrefix = True
    cell.number_format = "@"
    cell.value = writable(text) or None
    if cell.value:
        cell.data_type = "s"


# -- cells ---------------------------------------------------------------------


def _head_cell(sheet: WriteOnlyWorksheet, head: Head) -> Cell:
    cell = _text_cell(sheet)
    text_cell(cell, head_text(head))
    cell.font, cell.fill = Font(bold=True), _HEAD_FILL
    return cell


def _cells(sheet: WriteOnlyWorksheet) -> _Cells:
    number, day, time = (WriteOnlyCell(sheet) for _kind in range(3))
    number.alignment = day.alignment = time.alignment = _AT_TOP
    day.number_format, time.number_format = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
    return _Cells(_text_cell(sheet), number, day, time)


def _text_cell(sheet: WriteOnlyWorksheet) -> Cell:
    cell = WriteOnlyCell(sheet)
    text_cell(cell, "")
    cell.alignment = _WRAPPED
    return cell


def _choices(book: Workbook, title: str, texts: Sequence[str]) -> str:
    """Keep what a drop-down offers on a hidden sheet; the formula that points there."""
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    sheet.sheet_state = "hidden"  # type: ignore[attr-defined]  # nor this
    cells = _cells(sheet)
    for text in texts:
        sheet.append([_cell(text, cells)])
    return f"'{title}'!$A$1:$A${max(len(texts), 1)}"


def _offer(sheet: WriteOnlyWorksheet, letter: str, formula: str) -> None:
    """A drop-down in a column; it asks back when something else is written, for there are other spellings."""
    offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    offer.errorStyle = "warning"
    offer.error = _("This is not on the list.")
    offer.add(f"{letter}2:{letter}{LAST_OFFERED}")
    sheet.data_validations.append(offer)  # type: ignore[attr-defined]  # nor these


def _cell(value: Value, cells: _Cells) -> Cell | None:
    """The cell to append to the sheet, with its value; nothing for nothing."""
    if value is None or value == "":
        return None
    if is_number(value):
        cells.number.value = value  # type: ignore[assignment]  # the stubs know what is read
        return cells.number
    if isinstance(value, datetime.date):
        day = cells.time if isinstance(value, datetime.datetime) else cells.day
        day.value = local(value)  # type: ignore[assignment]  # as above
        return day
    cells.text.value = writable(str(value))
    cells.text.data_type = "s"
    return cells.text


def _width(head: Head, values: Iterable[Value]) -> int:
    """As was asked for, or as wide as the longest text, within reason; a Chinese letter takes two places."""
    if isinstance(head, Column):
        return head.width
    widest = max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
        for text in (str(head), *map(csv_cell, values))
    )
    return min(max(widest + 2, _WIDTHS[0]), _WIDTHS[1])


def _sheet_title(title: str) -> str:
    """A title that Excel accepts: at most 31 letters, none of those it keeps for formulas."""
    return _NO_SHEET_TITLE.sub(" ", writable(visible(title))).strip(" '")[:31].strip(" '") or "1"
