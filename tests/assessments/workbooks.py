"""A sheet's workbook in a person's hands: filled in, saved by other programs, meddled with."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from assessments.marks import section_marks, standard_items
from assessments.models import Sheet, SheetUpload
from assessments.services import uploads
from assessments.sheet_workbook import Filled, read_filled, read_token
from assessments.sheet_workbook.columns import COLUMNS
from assessments.sheet_workbook.writing import workbook_of

Edit = Callable[[Workbook], None]


def workbook(sheet: Sheet, **options) -> bytes:
    settled = set(sheet.deliberations.values_list("item", flat=True))
    return workbook_of(sheet, section_marks(sheet), **{"settled": settled, "fillable": True, **options})


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letters(page: Worksheet) -> dict[str, str]:
    """The column of each field, by the words of its head."""
    heads = {str(cell.value): cell.column_letter for cell in page[4]}
    return {column.field: heads[str(column.head)] for column in COLUMNS if str(column.head) in heads}


def cell(book: Workbook, code: str, field: str):
    """The cell of an item's field on the first sheet."""
    page = book.worksheets[0]
    at = letters(page)
    row = next(each.row for each in page[at["code"]] if each.value == code)
    return page[f"{at[field]}{row}"]


def edited(content: bytes, rows: dict[str, dict[str, object]], *more: Edit) -> bytes:
    """The workbook with cells written by item code and field, and whatever `more` does to it."""
    book = opened(content)
    for code, values in rows.items():
        for field, value in values.items():
            cell(book, code, field).value = value
    for edit in more:
        edit(book)
    return saved(book)


def upload(content: bytes, name: str = "评分表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read(content: bytes, sheet: Sheet, name: str = "评分表.xlsx") -> Filled:
    file = upload(content, name)
    return read_filled(file, read_token(file), standard_items(sheet))


def take(content: bytes, sheet: Sheet, by: User) -> SheetUpload:
    return uploads.take(sheet=sheet, filled=read(content, sheet), by=by)


def outcomes(made: SheetUpload) -> dict[str, str]:
    return {row.item.code: row.outcome for row in made.rows.select_related("item")}


def by_libreoffice(content: bytes, folder: Path, ending: str = "xlsx") -> bytes:
    """The workbook opened and saved again by LibreOffice."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is not installed"
    source = folder / "in" / "sheet.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", ending, "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / f"sheet.{ending}").read_bytes()
