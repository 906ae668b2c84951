"""A hallmark: a text that a workbook carries unseen, to be known by when it comes back.

It stands twice, on a sheet that no menu shows and among the document's properties: other programs drop or
rename the one or the other.
"""

from itertools import chain
from typing import Any

from django.core.files import File
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from .cells import text_cell
from .reading import opened
from .uploads import ZIP, first_bytes
from .workbooks import Sheet

# Longer texts in a property are cut off by some programs.
LONGEST_PROPERTY = 255


def put_hallmark(book: Workbook, name: str, text: str) -> None:
    """Mark a workbook, once all its other sheets are there."""
    sheet = book.create_sheet(name)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    text_cell(sheet["A1"], name)
    text_cell(sheet["B1"], text)
    if len(text) <= LONGEST_PROPERTY:
        properties: Any = book.custom_doc_props  # type: ignore[attr-defined]  # not in the stubs
        properties.append(StringProperty(name=name, value=text))


def found_hallmarks(upload: "File[bytes]", name: str) -> set[str]:
    """The different texts under this name: none where it was lost, several where somebody meddled.

    Raises ValidationError where the file is a workbook that cannot be read.
    """
    if not first_bytes(upload).startswith(ZIP):
        return set()
    with opened(upload) as book:
        kept = book.properties.get(name)
        found = chain((kept,), (_on(sheet, name) for sheet in book.sheets(visible=False)))
        return {str(text) for text in found if text}


def _on(sheet: Sheet, name: str) -> object:
    """The hallmark on a sheet, if its first cell says that there is one."""
    first = next(sheet.rows(1), None)
    if first is None or first.values.get(1) != name:
        return None
    return first.values.get(2)
