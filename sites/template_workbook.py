"""The workbook of a list: to fill in, or to mend what was wrong with one that was uploaded."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import Organisation
from tables.cells import text_cell
from tables.rows import MAX_ROWS
from tables.table import COMPLAINTS, Column, Table

from . import services
from .enums import Level
from .models import Filing
from .site_fields import COLUMNS, SITE_FIELDS, columns_of, texts_of

LAST_ROW = MAX_ROWS + 1
LAST_COLUMN = 16_384
_HEAD = PatternFill("solid", fgColor="E7E6E6")
_WRONG = PatternFill("solid", fgColor="FCE4E4")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_OPEN = Protection(locked=False)


@dataclass(frozen=True)
class _Row:
    """A row by the letters of its columns; one that is wrong is tinted."""

    number: int
    texts: Mapping[str, str]
    is_wrong: bool = False


def template_of(filing: Filing) -> bytes:
    """An .xlsx workbook of the list's rows, with drop-downs and a short guide."""
    columns = columns_of(filing.level)
    letters = {column.field: get_column_letter(at) for at, column in enumerate(columns, start=1)}
    heads = {letters[column.field]: str(column.head) for column in columns}
    rows = [
        _Row(number, {letter: texts[field] for field, letter in letters.items()})
        for number, texts in enumerate(map(texts_of, services.rows_of(filing)), start=2)
    ]
    return _workbook(filing, letters, heads, rows)


def mended_template(filing: Filing, table: Table, complaints: Mapping[int, Sequence[str]]) -> bytes:
    """An uploaded table as a workbook to mend: its columns and rows, and in a last column what is wrong.

    Every row keeps its number, for complaints name cells and other rows by it.
    """
    last = get_column_letter(1 + max(column_index_from_string(letter) for letter in table.heads))
    rows = []
    for line in table.lines:
        told = complaints.get(line.number, ())
        own = {letter: line.cells[field] for field, letter in table.letters.items()}
        rows.append(_Row(line.number, line.others | own | {last: "\n".join(told)}, is_wrong=bool(told)))
    return _workbook(filing, table.letters, table.heads | {last: str(COMPLAINTS.head)}, rows)


# -- the sheets ------------------------------------------------------------------


def _workbook(
    filing: Filing, letters: Mapping[str, str], heads: Mapping[str, str], rows: Iterable[_Row]
) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("List")
    _open_columns(sheet, letters)
    _write_heads(sheet, heads)
    for row in rows:
        _write_row(sheet, row, heads)
    units: Iterable[Organisation] = services.selectable_units(filing)
    choices = _choices(book, _("Units"), [unit.name for unit in units])
    # A district may name a unit that is not on record yet.
    _offer(sheet, letters["organisation"], choices, is_open=filing.level == Level.DISTRICT)
    for field in SITE_FIELDS:
        if field.choices and field.name in letters:
            _offer(sheet, letters[field.name], _choices(book, field.head, field.offers))
    _protect(sheet)
    _lay_out(sheet)
    _write_guide(book.create_sheet(_("How to fill it in"), 1), filing)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _open_columns(sheet: Worksheet, letters: Mapping[str, str]) -> None:
    """Every column is text, so that a telephone keeps its leading zero, and may be written in.

    Those to the right as well: a row is deleted whole or not at all, and only if all of it is open.
    """
    widths = {letters[column.field]: column.width for column in COLUMNS if column.field in letters}
    last = max(column_index_from_string(letter) for letter in widths)
    for at in range(1, last + 1):
        _open_column(sheet, at, at, widths.get(get_column_letter(at), 24))
    _open_column(sheet, last + 1, LAST_COLUMN, 24)


def _open_column(sheet: Worksheet, first: int, last: int, width: int) -> None:
    column = ColumnDimension(sheet, index=get_column_letter(first), min=first, max=last, width=width)
    column.number_format, column.alignment, column.protection = "@", _WRAPPED, _OPEN
    sheet.column_dimensions[get_column_letter(first)] = column


def _write_heads(sheet: Worksheet, heads: Mapping[str, str]) -> None:
    for letter, head in heads.items():
        cell = sheet[f"{letter}1"]
        text_cell(cell, head)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, _WRAPPED


def _write_row(sheet: Worksheet, row: _Row, heads: Iterable[str]) -> None:
    for letter in heads:
        cell = sheet[f"{letter}{row.number}"]
        text_cell(cell, row.texts.get(letter, ""))
        cell.alignment, cell.protection = _WRAPPED, _OPEN
        if row.is_wrong:
            cell.fill = _WRONG


def _protect(sheet: Worksheet) -> None:
    """The head stays; everything else may be written, sorted, laid out, put in and taken out. No password."""
    frame = sheet.protection
    frame.sheet = True
    frame.insertRows = frame.deleteRows = frame.sort = frame.autoFilter = False
    frame.formatCells = frame.formatRows = frame.formatColumns = False


def _lay_out(sheet: Worksheet) -> None:
    """It prints on A4 across, as wide as the page, with its head on every page."""
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _choices(book: Workbook, title: str, texts: list[str]) -> str:
    """Keep what a drop-down offers on a hidden sheet; the formula that points there."""
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden"
    for number, text in enumerate(texts, start=1):
        text_cell(sheet[f"A{number}"], text)
    return f"'{title}'!$A$1:$A${max(len(texts), 1)}"


def _offer(sheet: Worksheet, letter: str, formula: str, *, is_open: bool = False) -> None:
    """A drop-down; an open one only asks back when something else is written."""
    offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    offer.errorStyle = "warning" if is_open else "stop"
    offer.error = _("This is not on the list.") if is_open else _("Choose from the list.")
    sheet.add_data_validation(offer)
    offer.add(f"{letter}2:{letter}{LAST_ROW}")


# -- the guide ---------------------------------------------------------------------


def _write_guide(sheet: Worksheet, filing: Filing) -> None:
    sheet.column_dimensions["A"].width = 100
    for number, text in enumerate(_guide(filing), start=1):
        cell = sheet[f"A{number}"]
        text_cell(cell, text)
        cell.alignment = _WRAPPED


def _guide(filing: Filing) -> list[str]:
    return [
        _("List of %(list)s") % {"list": filing},
        _("One row is one site. Fill in the first sheet, save it as .xlsx and upload it on the list's page."),
        services.quota_words(filing),
        *_guide_to_units(filing),
        _("Keep the head row. These columns must be there: %(heads)s.")
        % {"heads": _needed(columns_of(filing.level))},
        _known_by(filing),
        _("Rows that you leave out stay on the list; take them off on the list's page."),
        _("Dates are written like 2008-01-15 or 2008年1月15日."),
        _("Write plain text: no formulas, no merged cells, no hidden rows, no password."),
        _("The head row is protected without a password; rows can be put in, deleted and sorted."),
        _("Before anything is taken you see a preview with everything that is wrong, row by row."),
    ]


def _known_by(filing: Filing) -> str:
    if filing.level == Level.DISTRICT:
        return _(
            "A site is a department, utility, town or subdistrict of the district; without a name of its own "
            "it bears the unit's. A row is known by its unit and that name: change those two and it counts "
            "as a new row."
        )
    return _("A row is known by its unit and its window: change those two and it counts as a new row.")


def _needed(columns: Iterable[Column]) -> str:
    return _(", ").join(str(column.head) for column in columns if column.required)


def _guide_to_units(filing: Filing) -> list[str]:
    if filing.level == Level.CITY:
        return []
    return [
        _(
            "A unit that the drop-down does not offer is written in full, with its unit type beside it: "
            "then it is put on record with the row."
        )
    ]
