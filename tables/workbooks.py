"""The rows of an .xlsx workbook's first visible sheet."""

from collections.abc import Container, Iterator
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

from .rows import MAX_COLUMNS, Fault, Row

_TRUE = ("1", "true")
_FAULTS = {"f": Fault.FORMULA, "e": Fault.ERROR}


class Sheet:
    """One pass over the first visible sheet of a workbook whose container was checked.

    openpyxl's parser of a sheet is asked directly: its read-only sheet does not tell which rows and
    columns are hidden and which cells are merged, and makes up a row for every number left out.
    """

    def __init__(self, upload: "File[bytes]") -> None:
        upload.seek(0)
        self._book = load_workbook(upload, read_only=True, keep_links=False)
        sheet: Any = next(sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible")
        self.epoch = self._book.epoch
        self._source = sheet._get_source()
        self._parser: Any = WorkSheetParser(
            self._source,
            sheet._shared_strings,
            epoch=self.epoch,
            date_formats=self._book._date_formats,  # type: ignore[attr-defined]
            timedelta_formats=self._book._timedelta_formats,  # type: ignore[attr-defined]
        )

    def close(self) -> None:
        self._source.close()
        self._book.close()

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, as they follow each other in the file."""
        for number, cells in self._parser.parse():
            marks = self._parser.row_dimensions.pop(str(number), {})
            values = {
                cell["column"]: _FAULTS.get(cell["data_type"], cell["value"])
                for cell in cells
                if cell["value"] not in (None, "") and cell["column"] <= MAX_COLUMNS
            }
            if values:
                yield Row(number, values, is_hidden=marks.get("hidden") in _TRUE)

    def hidden(self, letters: Container[str]) -> Iterator[str]:
        """A complaint about each of these columns that is hidden. For a sheet whose rows were read."""
        for marks in self._parser.column_dimensions.values():
            first, last = int(marks["min"]), min(int(marks["max"]), MAX_COLUMNS)
            for letter in map(get_column_letter, range(first, last + 1)):
                if marks.get("hidden") in _TRUE and letter in letters:
                    yield _("Column %(letter)s is hidden; unhide or delete it.") % {"letter": letter}

    def merged(self, *, below: int) -> Iterator[str]:
        """A complaint about each merged range that touches this row or one under it; also afterwards only."""
        for cells in self._parser.merged_cells.mergeCell if self._parser.merged_cells else ():
            if (range_boundaries(cells.ref)[3] or 0) >= below:
                yield _("Cells %(range)s are merged; unmerge them and write each cell's own text.") % {
                    "range": cells.ref
                }
