"""Writing a sheet's workbook: the marks that are there, and open cells for the others."""

import io
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from assessments.enums import ScoreLevel
from assessments.marks import SectionMarks
from assessments.models import Score, Sheet
from assessments.scoring import plain
from sites.calendar import today
from standards.models import Item, Section
from tables.cells import text_cell
from tables.hallmark import put_hallmark

from .checks import Cells, put_checks
from .columns import columns_for
from .token import HALLMARK, Token
from .typed import Typed

HEAD_ROW = 4
_GIVEN = PatternFill("solid", fgColor="F2F2F2")
_HEADING = PatternFill("solid", fgColor="DDDDDD")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CENTRED = Alignment(horizontal="center", wrap_text=True, vertical="top")
_LINE = Side(style="thin", color="999999")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_RULED = Border(top=_LINE, bottom=_LINE)
_OPEN = Protection(locked=False)


def workbook_of(
    sheet: Sheet, marks: Sequence[SectionMarks], *, settled: Collection[int] = (), fillable: bool
) -> bytes:
    """An .xlsx workbook of `marks` (every item of the sheet), to fill in or only to read.

    `settled` are the items (by key) whose mark the team agrees on together: shown, not filled in.
    """
    book = Workbook()
    page = _Page(book.worksheets[0], [item for part in marks for item, _score in part.rows])
    page.write(sheet, marks, settled, fillable)
    if fillable:
        _write_guide(book.create_sheet(_("How to fill it in")))
        scores = {item.pk: score for part in marks for item, score in part.rows if score}
        put_hallmark(book, HALLMARK, Token.of(sheet, page.items, scores).signed())
        book.security = WorkbookProtection(lockStructure=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Page:
    """The sheet with the items; a row below the head is a section's name or an item."""

    def __init__(self, sheet: Worksheet, items: list[Item]) -> None:
        self.sheet, self.items = sheet, items
        self.columns = columns_for(items)
        self.letters = {
            column.field: get_column_letter(at) for at, column in enumerate(self.columns, start=1)
        }
        self.open: dict[int, Item] = {}

    def write(
        self, sheet: Sheet, marks: Sequence[SectionMarks], settled: Collection[int], fillable: bool
    ) -> None:
        self.sheet.title = _("Score sheet")
        number = HEAD_ROW
        for part in marks:
            number += 1
            self._write_section(number, part.section)
            for item, score in part.rows:
                number += 1
                is_open = fillable and not item.not_due and item.pk not in settled
                self._write_item(number, item, score, self._remark(item, settled), is_open=is_open)
        self._write_top(sheet, fillable)
        put_checks(Cells(self.sheet, self.letters, HEAD_ROW + 1, number, len(self.items)), self.open)
        self._lay_out()

    def _write_top(self, sheet: Sheet, fillable: bool) -> None:
        """Whose sheet it is, what to do with it, and the head row."""
        for number, text in enumerate(_title(sheet, fillable), start=1):
            text_cell(self.sheet[f"A{number}"], text)
        self.sheet["A1"].font = Font(bold=True, size=14)
        for column in self.columns:
            cell = self.sheet[f"{self.letters[column.field]}{HEAD_ROW}"]
            text_cell(cell, str(column.head))
            cell.font, cell.fill, cell.border = Font(bold=True), _HEADING, _BORDER
            cell.alignment = _alignment(column.field)

    def _write_section(self, number: int, section: Section) -> None:
        for letter in self.letters.values():
            cell = self.sheet[f"{letter}{number}"]
            cell.fill, cell.border = _HEADING, _RULED
        cell = self.sheet[f"A{number}"]
        text_cell(
            cell, _("%(section)s, %(n)s points") % {"section": section.name, "n": plain(section.points)}
        )
        cell.font = Font(bold=True)

    def _write_item(
        self, number: int, item: Item, score: Score | None, remark: str, *, is_open: bool
    ) -> None:
        typed = Typed.of(score)
        values: dict[str, str | Decimal | int] = {
            "code": item.code,
            "text": item.text,
            "clause": item.clause,
            "hint": item.evidence_hint,
            "maximum": item.points,
            "level": typed.level_words,
            "points": Decimal(typed.points) if typed.points else "",
            "faults": int(typed.faults) if typed.faults else "",
            "reason": typed.reason,
            "remark": remark,
        }
        for field, letter in self.letters.items():
            cell, value = self.sheet[f"{letter}{number}"], values[field]
            if isinstance(value, str) and field not in ("points", "faults"):
                text_cell(cell, value)
            else:
                cell.value = value or (0 if value == 0 else None)
            cell.alignment, cell.border = _alignment(field), _BORDER
            if is_open and field in _inputs(item):
                cell.protection = _OPEN
            else:
                cell.fill = _GIVEN
        if is_open:
            self.open[number] = item

    def _remark(self, item: Item, settled: Collection[int]) -> str:
        if item.not_due:
            return _("Not due yet: %(reason)s") % {"reason": item.not_due}
        if item.pk in settled:
            return _("Settled in the deliberation")
        return _("either form is enough") if item.either_or else ""

    def _lay_out(self) -> None:
        """It prints on A4 across, the head on every page; only open cells can be written."""
        for column in self.columns:
            self.sheet.column_dimensions[self.letters[column.field]].width = column.width
        self.sheet.freeze_panes = f"C{HEAD_ROW + 1}"
        self.sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        self.sheet.page_setup.orientation = self.sheet.ORIENTATION_LANDSCAPE
        self.sheet.page_setup.paperSize = int(self.sheet.PAPERSIZE_A4)
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7, footer=0.35)
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.oddFooter.center.text = "&P / &N"  # type: ignore[union-attr]  # always there
        self.sheet.protection.sheet = True
        # Rows grow with what is written into them.
        self.sheet.protection.formatRows = False


def _alignment(field: str) -> Alignment:
    """Words and numbers of a letter or two stand in the middle."""
    return _CENTRED if field in ("maximum", "level", "points", "faults") else _WRAPPED


def _inputs(item: Item) -> Iterable[str]:
    """What is filled in for an item: where faults are counted they give the level."""
    if not item.deduction:
        return ("level", "points", "reason")
    return ("level", "faults", "reason") if item.may_be_inapplicable else ("faults", "reason")


def _title(sheet: Sheet, fillable: bool) -> list[str]:
    assessment = sheet.assessment
    about = {
        "round": assessment.round,
        "standard": assessment.standard,
        "whose": sheet.author or sheet.get_role_display(),
        "day": date_format(today(), "SHORT_DATE_FORMAT"),
    }
    return [
        f"{assessment.site} {assessment.site.organisation}",
        _("%(round)s; %(standard)s; sheet: %(whose)s; as of %(day)s") % about,
        _("Fill in the white cells, save it as .xlsx and upload it on the sheet's page.")
        if fillable
        else _("To be read only; nothing that is written here can be uploaded."),
    ]


def _write_guide(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    sheet.protection.sheet = True
    for number, text in enumerate(_guide(), start=1):
        text_cell(sheet[f"A{number}"], text)
        sheet[f"A{number}"].alignment = _WRAPPED


def _guide() -> list[str]:
    return [
        _("Choose a level for each item: %(levels)s. “Inapplicable” is offered where the plan allows it.")
        % {"levels": _(", ").join(str(level.label) for level in ScoreLevel)},
        _("“Partly met” earns the rulebook's share of the points, or the points you write beside it."),
        _("Where faults are counted write their number, 0 where there is none; the level follows from it."),
        _(
            "Below full marks a reason is needed; where it is missing its cell is coloured and the remark "
            "says so."
        ),
        _("Leave an item empty that you have not looked at: an empty row is not 0."),
        _(
            "Upload the workbook as often as you like; rows that are wrong keep no other row from being "
            "taken."
        ),
        _("Where an item was changed on the page meanwhile you are shown both values, and choose."),
        _(
            "Sheets may be renamed; do not copy the rows into another workbook, which could not be "
            "recognised."
        ),
    ]
