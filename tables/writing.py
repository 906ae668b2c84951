"""Tables that leave the portal: workbooks and CSV files that are safe to open and read back unchanged."""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from csv import writer
from decimal import Decimal
from itertools import chain, islice
from types import MappingProxyType
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from .table import Column
from .texts import guarded, writable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

Head: TypeAlias = Column | str | Promise
# Whatever is no number and no date is written as its text.
Value: TypeAlias = object
Row: TypeAlias = Sequence[Value]

# The last row of a sheet with a drop-down.
LAST_OFFERED = 20_001
# The rows that a column's width is taken from.
_MEASURED = 100
_WIDTHS = (8, 50)
_NO_SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def xlsx(
    heads: Sequence[Head],
    rows: Iterable[Row],
    sheet_title: str,
    offers: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """A workbook of one sheet: texts as texts, never as formulas; numbers and dates as such.

    `offers` are drop-downs, by the columns' places counted from nought.
    """
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(_sheet_title(sheet_title))
    sheet.freeze_panes = "A2"
    rows = iter(rows)
    first = list(islice(rows, _MEASURED))
    for at, head in enumerate(heads):
        width = head.width if isinstance(head, Column) else _width([head, *(row[at] for row in first)])
        sheet.column_dimensions[get_column_letter(at + 1)].width = width  # type: ignore[attr-defined]
    sheet.append([_head_cell(sheet, head) for head in heads])
    # One text cell a column serves every row: a row is written before the next one is filled in.
    texts = [_text_cell(sheet) for _head in heads]
    for row in chain(first, rows):
        sheet.append([_cell(value, cell) for value, cell in zip(row, texts, strict=True)])
    for at, choices in offers.items():
        _offer(sheet, get_column_letter(at + 1), _choices(book, f"{at + 1}", choices))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(heads: Sequence[Head], rows: Iterable[Row]) -> bytes:
    """The same as UTF-8 text that Excel knows by its mark; formulas are disarmed by an apostrophe."""
    out = io.StringIO(newline="")
    lines = writer(out)
    lines.writerow([guarded(writable(_head(head))) for head in heads])
    for row in rows:
        lines.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def export_response(
    request: HttpRequest, name: str, heads: Sequence[Head], rows: Iterable[Row]
) -> HttpResponse:
    """The table as a download, in the format `?format=` asks for: csv, or else xlsx.

    `name` is the file's name without its ending, and the sheet's title.
    """
    if request.GET.get("format") == "csv":
        return download(csv(heads, rows), f"{name}.csv", CSV)
    return download(xlsx(heads, rows, name), f"{name}.xlsx", XLSX)


def download(content: bytes, file_name: str, content_type: str = XLSX) -> HttpResponse:
    """A file to save, under a name that any system can keep."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_NO_FILE_NAME.sub("_", _visible(file_name))
    )
    return response


def text_cell(cell: Cell, text: str) -> None:
    """Make it a cell of this text: neither now nor when somebody edits it does it become a formula."""
    cell.quotePrefix = True
    cell.number_format = "@"
    cell.value = writable(text) or None
    if cell.value:
        cell.data_type = "s"


# -- cells ---------------------------------------------------------------------


def _head(head: Head) -> str:
    return str(head.head if isinstance(head, Column) else head)


def _head_cell(sheet: WriteOnlyWorksheet, head: Head) -> Cell:
    cell = _text_cell(sheet)
    text_cell(cell, _head(head))
    cell.font = Font(bold=True)
    return cell


def _text_cell(sheet: WriteOnlyWorksheet) -> Cell:
    cell = WriteOnlyCell(sheet)
    text_cell(cell, "")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _choices(book: Workbook, title: str, texts: Sequence[str]) -> str:
    """Keep what a drop-down offers on a hidden sheet; the formula that points there."""
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    sheet.sheet_state = "hidden"  # type: ignore[attr-defined]
    cell = _text_cell(sheet)
    for text in texts:
        sheet.append([_cell(text, cell)])
    return f"'{title}'!$A$1:$A${max(len(texts), 1)}"


def _offer(sheet: WriteOnlyWorksheet, letter: str, formula: str) -> None:
    """A drop-down in a column; it asks back when something else is written, for there are other spellings."""
    offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    offer.errorStyle = "warning"
    offer.error = _("This is not on the list.")
    offer.add(f"{letter}2:{letter}{LAST_OFFERED}")
    sheet.data_validations.append(offer)  # type: ignore[attr-defined]


def _cell(value: Value, texts: Cell) -> Value:
    """What is appended to the sheet: a number or a date itself, a text in its cell, nothing for nothing."""
    if value is None or value == "":
        return None
    if _is_number(value) or isinstance(value, datetime.date):
        return _local(value)
    texts.value = writable(str(value))
    texts.data_type = "s"
    return texts


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if _is_number(value):
        return str(value)
    if isinstance(value, datetime.datetime):
        return f"{_local(value):%Y-%m-%d %H:%M:%S}"
    return guarded(writable(str(value)))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _local(value: Value) -> Value:
    """A time as the clock on the wall shows it: workbooks know no time zones."""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    return value


def _width(values: Iterable[Value | Head]) -> int:
    """As wide as the longest of its texts, within reason; a Chinese letter takes two places."""
    widest = max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in str(value or ""))
        for value in values
    )
    return min(max(widest + 2, _WIDTHS[0]), _WIDTHS[1])


# -- names -----------------------------------------------------------------------


def _visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def _sheet_title(title: str) -> str:
    """A title that Excel accepts: at most 31 letters, none of those it keeps for formulas."""
    return _NO_SHEET_TITLE.sub(" ", writable(_visible(title))).strip(" '")[:31].strip(" '") or "1"
