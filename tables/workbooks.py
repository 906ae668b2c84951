"""An .xlsx workbook's sheets, and their rows."""

from collections.abc import Container, Iterator
from functools import lru_cache
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse  # parts that declare entities are refused
from zipfile import ZipFile

import defusedxml.ElementTree
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from .rows import MAX_COLUMNS, Fault, Row

_TRUE = ("1", "true")
# A row of every column there is, each with its text, stays below the first; no list has so many sheets.
MAX_HELD = 200_000
MAX_SHEETS = 200
# What a part may consist of: a register of 20,000 rows stays below the first, a sheet's head below the other.
MAX_ELEMENTS = 2_000_000
MAX_HEAD_ELEMENTS = 50_000


def _tag(name: str) -> str:
    return f"{{{SHEET_MAIN_NS}}}{name}"


_ROW, _FORMULA, _VALUE, _IN_PLACE = _tag("row"), _tag("f"), _tag("v"), _tag("is")
_COLUMNS, _MERGED = _tag("col"), _tag("mergeCell")
_STRING, _RUN, _TEXT = _tag("si"), _tag("r"), _tag("t")
# What grows with the file: its children are let go of as they are read.
_HOLDERS = (_tag("sheetData"), _tag("sst"))


class Book:
    """An .xlsx workbook whose container was checked.

    openpyxl tells what the workbook consists of; the rows are read here, in the one pass that also sees
    which of them are hidden and which cells are merged, in a third of the time that openpyxl takes.
    """

    def __init__(self, upload: "File[bytes]") -> None:
        upload.seek(0)
        self._reader = _Reader(upload, read_only=True, keep_links=False)
        self._reader.read()
        book: Any = self._reader.wb
        self.properties: dict[str, object] = {
            found.name: found.value for found in book.custom_doc_props.props
        }

    def close(self) -> None:
        self._reader.archive.close()

    def sheets(self, *, visible: bool = True) -> "list[Sheet]":
        """The visible sheets, or all of them, in order."""
        return [
            Sheet(self._reader, listed.path)
            for listed in self._reader.listed
            if not visible or listed.state == "visible"
        ]


class Sheet:
    """One sheet of a workbook, read in one pass."""

    def __init__(self, reader: "_Reader", path: str) -> None:
        self._archive, self._path = reader.archive, path
        self._strings = reader.shared_strings
        book: Any = reader.wb
        self.epoch = book.epoch
        self._dates, self._durations = book._date_formats, book._timedelta_formats
        self._hidden: set[int] = set()
        self._merged: list[str] = []

    def rows(self, first: int | None = None) -> Iterator[Row]:
        """The rows that hold anything, in the file's order.

        With `first` only those among that many rows at the top, which is cheap however large the sheet is.
        """
        number = seen = 0
        self._hidden, self._merged = set(), []
        most = MAX_HEAD_ELEMENTS if first else MAX_ELEMENTS
        with _opened(self._archive, self._path) as part:
            for element in _elements(part, (_ROW, _COLUMNS, _MERGED), most):
                if element.tag == _ROW:
                    number = int(float(element.get("r", number + 1)))
                    if values := self._values(element):
                        yield Row(number, values, is_hidden=element.get("hidden") in _TRUE)
                    seen += 1
                    if seen == first:
                        return
                elif element.tag == _MERGED:
                    self._merged.append(element.attrib["ref"])
                elif element.get("hidden") in _TRUE:
                    first, last = max(int(element.attrib["min"]), 1), int(element.attrib["max"])
                    self._hidden.update(range(first, min(last, MAX_COLUMNS) + 1))

    def hidden(self, letters: Container[str]) -> Iterator[str]:
        """A complaint about each of these columns that is hidden. For a sheet whose rows were read."""
        for letter in map(get_column_letter, sorted(self._hidden)):
            if letter in letters:
                yield _("Column %(letter)s is hidden; unhide or delete it.") % {"letter": letter}

    def merged(self, *, below: int) -> Iterator[str]:
        """A complaint about each merged range that touches this row or one under it; also afterwards only."""
        for cells in self._merged:
            if (range_boundaries(cells)[3] or 0) >= below:
                yield _("Cells %(range)s are merged; unmerge them and write each cell's own text.") % {
                    "range": cells
                }

    def _values(self, row: Element) -> dict[int, object]:
        values: dict[int, object] = {}
        column = 0
        for cell in row:
            place = cell.get("r")
            column = _column(place.rstrip("0123456789")) if place else column + 1
            if column <= MAX_COLUMNS and (value := self._value(cell)) not in (None, ""):
                values[column] = value
        return values

    def _value(self, cell: Element) -> object:
        if cell.find(_FORMULA) is not None:
            return Fault.FORMULA
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            place = cell.find(_IN_PLACE)
            return None if place is None else _text(place)
        text = cell.findtext(_VALUE)
        return self._typed(text, kind, int(cell.get("s", 0))) if text else None

    def _typed(self, text: str, kind: str, style: int) -> object:
        if kind == "s":
            return self._strings[int(text)]
        if kind == "n":
            return self._number(text, style)
        if kind == "b":
            return bool(int(text))
        if kind == "d":
            return from_ISO8601(text)
        return Fault.ERROR if kind == "e" else text

    def _number(self, text: str, style: int) -> object:
        """A number, or the day that a number with this style is shown as."""
        try:
            number: int | float = int(text)
        except ValueError:
            number = float(text)
        if style not in self._dates:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=style in self._durations)
        except (OverflowError, ValueError):
            return Fault.ERROR


class _Listed:
    """A sheet that the workbook names; openpyxl puts here what it knows of it."""

    def __init__(self, path: str, state: str) -> None:
        self.path, self.state = path, state
        self.defined_names: dict[str, object] = {}


class _Reader(ExcelReader):
    """openpyxl's reader of the parts around the sheets."""

    def read_worksheets(self) -> None:
        """List the sheets; openpyxl would read each to its end, only to learn its size."""
        if len(self.parser.sheets) > MAX_SHEETS:
            raise _overfull()
        book: Any = self.wb
        self.listed = book._sheets = [
            _Listed(place.target, str(sheet.state))
            for sheet, place in self.parser.find_sheets()
            if place.target in self.valid_files and "chartsheet" not in place.Type
        ]

    def read_strings(self) -> None:
        """The texts that are kept once for all cells, read without an object for each."""
        if found := self.package.find(SHARED_STRINGS):
            with _opened(self.archive, found.PartName.removeprefix("/")) as part:
                self.shared_strings = [_text(element) for element in _elements(part, (_STRING,))]


# -- XML ------------------------------------------------------------------------------


def _opened(archive: ZipFile, path: str) -> IO[bytes]:
    """A part to read. One that declares entities of its own is refused before they unfold."""
    with archive.open(path) as part:
        next(defusedxml.ElementTree.iterparse(part, ("start",), forbid_dtd=True))
    return archive.open(path)


def _elements(part: IO[bytes], tags: Container[str], most: int = MAX_ELEMENTS) -> Iterator[Element]:
    """The elements of these tags, each as it ends; afterwards it is forgotten.

    Raises ValidationError when more are held than a list can need: one row, or what stands around the rows;
    and when the part has more than `most` elements, which are small and take their time.
    """
    holder = None
    held = seen = 0
    for event, element in iterparse(part, ("start", "end")):  # noqa: S314  # see _opened
        if event == "start":
            held, seen = held + 1, seen + 1
            if held > MAX_HELD or seen > most:
                raise _overfull()
            if element.tag in _HOLDERS:
                holder = element
        elif element.tag in tags:
            yield element
            if holder is not None:
                holder.clear()
                held = 0


def _overfull() -> ValidationError:
    return ValidationError(
        _("The workbook holds far more than a list; copy the rows into the template and upload that.")
    )


def _text(element: Element) -> str:
    """A text, perhaps of runs in several styles; the reading aids above it do not belong to it."""
    text = "".join([part.findtext(_TEXT, "") for part in (element, *element.findall(_RUN))])
    # An underscore written out, as Excel does it where the text looks like a letter's number.
    return text.replace("x005F_", "")


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return column_index_from_string(letters)
