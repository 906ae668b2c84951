"""The workbook a filer fills in: the list as it is, with drop-downs and a short guide."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import Organisation
from standards.enums import Kind

from .enums import Level
from .list_columns import COLUMNS
from .models import Filing, Site
from .services import quota_words

# Empty rows under the list that already have their drop-downs.
ROWS_AHEAD = 50
_AT = {column.field: get_column_letter(at) for at, column in enumerate(COLUMNS, start=1)}


def template_of(filing: Filing, units: Iterable[Organisation]) -> bytes:
    """An .xlsx workbook of the list's rows; `units` are those that may stand on it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("List")
    _write_heads(sheet)
    sites = filing.sites.select_related("organisation").prefetch_related("liaisons")
    for number, site in enumerate(sites, start=2):
        for at, text in enumerate(_texts(site), start=1):
            _write(sheet.cell(number, at), text)
    last = sheet.max_row + ROWS_AHEAD
    _format_as_text(sheet, last)
    _offer(sheet, "organisation", _choices(book, _("Units"), [unit.name for unit in units]), last)
    _offer(sheet, "kind", _choices(book, _("Kinds"), [str(kind.label) for kind in Kind]), last)
    _write_guide(book.create_sheet(_("How to fill it in"), 1), filing)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _texts(site: Site) -> list[str]:
    """A row of the list in the order of COLUMNS."""
    liaison = next(iter(site.liaisons.all()), None)
    of_liaison = {
        "liaison_name": liaison.name if liaison else "",
        "liaison_phone": liaison.phone if liaison else "",
    }
    of_site = {"organisation": str(site.organisation), "kind": str(Kind(site.kind).label)}
    own = of_liaison | of_site
    return [own[column.field] if column.field in own else getattr(site, column.field) for column in COLUMNS]


def _write(cell: Cell | MergedCell, text: str) -> None:
    """Text stays text: what begins with an equals sign must not become a formula on a clerk's machine."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = True


def _write_heads(sheet: Worksheet) -> None:
    for at, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, at, str(column.head))
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.freeze_panes = "A2"


def _format_as_text(sheet: Worksheet, last: int) -> None:
    """So that a telephone keeps its leading zero."""
    for row in sheet.iter_rows(min_row=2, max_row=last, max_col=len(COLUMNS)):
        for cell in row:
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _choices(book: Workbook, title: str, texts: list[str]) -> str:
    """Keep what a drop-down offers on a hidden sheet; the formula that points there."""
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden"
    for number, text in enumerate(texts, start=1):
        _write(sheet.cell(number, 1), text)
    return f"'{title}'!$A$1:$A${max(len(texts), 1)}"


def _offer(sheet: Worksheet, name: str, formula: str, last: int) -> None:
    offer = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    offer.error = _("Choose from the list.")
    sheet.add_data_validation(offer)
    offer.add(f"{_AT[name]}2:{_AT[name]}{last}")


def _write_guide(sheet: Worksheet, filing: Filing) -> None:
    sheet.column_dimensions["A"].width = 100
    for number, text in enumerate(_guide(filing), start=1):
        cell = sheet.cell(number, 1)
        _write(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _guide(filing: Filing) -> list[str]:
    needed = _(", ").join(str(column.head) for column in COLUMNS if column.required)
    return [
        _("List of %(list)s") % {"list": filing},
        _("One row is one site. Fill in the first sheet, save it as .xlsx and upload it on the list's page."),
        quota_words(filing),
        *_guide_to_units(filing),
        _("Keep the head row. These columns must be there: %(heads)s.") % {"heads": needed},
        _("A row is known by its unit and its window: change those two and it counts as a new row."),
        _("Rows that you leave out stay on the list; take them off on the list's page."),
        _("Write plain text: no formulas, no merged cells, no password."),
        _("Before anything is taken you see a preview with everything that is wrong, row by row."),
    ]


def _guide_to_units(filing: Filing) -> list[str]:
    if filing.level == Level.CITY:
        return []
    return [_("A unit that the drop-down does not offer is added first, on the page “Add a site”.")]
