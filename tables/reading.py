"""A table in an uploaded workbook or CSV file, read with suspicion."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from . import texts
from .containers import check_container, too_many_rows
from .dates import parse_date
from .rows import MAX_CELL_LETTERS, MAX_ROWS, Fault, Row
from .table import COMPLAINTS, Column, ColumnKind, Line, Table
from .telephones import with_area_code
from .tidy import tidy, tidy_prose
from .uploads import OLE, PDF, ZIP, check_size, first_bytes
from .workbooks import Book, Sheet

# A workbook holds no more in one cell; longer texts are refused before time is spent on their spelling.
LONGEST = 32_767
# All cells together: one text that is written once and stands in every cell must not fill the memory.
MAX_LETTERS = 5_000_000
# Of a workbook merged all over nobody reads more.
MAX_TOLD = 20
# The head row stands at the top, perhaps under a title.
HEAD_WITHIN = 10
# How many sheets are searched for the one with the table's head.
LOOKED_AT = 20
# Numbers in a column of dates that are the day numbers of a workbook: 1927 to 2173.
_SERIALS = range(10_000, 100_000)


def read(
    upload: "File[bytes]", columns: Sequence[Column], *, max_rows: int = MAX_ROWS, any_sheet: bool = False
) -> Table:
    """The table in an .xlsx workbook or a CSV file: the rows under the head row that knows most of `columns`.

    Of a workbook the first visible sheet is read; with `any_sheet` the one whose head knows most, wherever
    it stands and whatever it is called. Raises ValidationError with everything that keeps the file from
    being read; what is wrong with single cells goes with the row.
    """
    check_size(upload)
    if _is_text(upload):
        return _read_text(upload, columns, max_rows)
    with opened(upload, max_rows) as book:
        sheets = book.sheets()
        sheet = max(sheets[:LOOKED_AT], key=lambda one: _known(one, columns)) if any_sheet else sheets[0]
        return _read_sheet(sheet, columns, max_rows)


@contextmanager
def opened(upload: "File[bytes]", max_rows: int = MAX_ROWS) -> Iterator[Book]:
    """The workbook, open for reading; ValidationError where it cannot be read, also within the block."""
    check_size(upload)
    check_container(upload, max_rows)
    try:
        with closing(Book(upload)) as book:
            yield book
    except ValidationError:
        raise
    except Exception as error:  # the library stumbles in its own ways over damaged or hostile files
        raise ValidationError(
            _(
                "The workbook cannot be read: it is damaged, or holds things a list has no use for. "
                "Open it in Excel or WPS, save it as a new .xlsx workbook and upload that."
            )
        ) from error


# -- the two kinds of file ------------------------------------------------------


def _is_text(upload: "File[bytes]") -> bool:
    named = (upload.name or "").lower().endswith(texts.ENDINGS)
    return named and not first_bytes(upload).startswith((ZIP, OLE, PDF))


def _read_text(upload: "File[bytes]", columns: Sequence[Column], max_rows: int) -> Table:
    upload.seek(0)
    text = texts.decoded(upload.read())
    if len(text) > MAX_LETTERS:  # blank lines, too, take their time
        raise too_many_rows(max_rows)
    tops = {separator: _top(texts.rows(text, separator, is_strict=False)) for separator in texts.SEPARATORS}
    separator = max(tops, key=lambda one: _head(tops[one], columns).known)
    table, problems, _head_row = _table(texts.rows(text, separator), columns, max_rows, WINDOWS_EPOCH)
    return _checked(table, problems)


def _read_sheet(sheet: Sheet, columns: Sequence[Column], max_rows: int) -> Table:
    table, problems, head_row = _table(sheet.rows(), columns, max_rows, sheet.epoch)
    problems += [*sheet.hidden(table.letters.values()), *islice(sheet.merged(below=head_row), MAX_TOLD)]
    return _checked(table, problems)


def _known(sheet: Sheet, columns: Sequence[Column]) -> int:
    """How many of the columns a sheet's head names."""
    return _head(sheet.rows(HEAD_WITHIN), columns).known


def _checked(table: Table, problems: list[str]) -> Table:
    if problems:
        raise ValidationError(problems)
    if not table.lines:
        raise ValidationError(_("There is no row under the head row; fill in at least one and upload again."))
    return table


# -- the table --------------------------------------------------------------------


@dataclass(frozen=True)
class _Head:
    """A row that may be the head: its texts by column, and how many of them are known."""

    number: int
    texts: dict[int, str]
    known: int


def _table(
    rows: Iterator[Row], columns: Sequence[Column], max_rows: int, epoch: datetime.datetime
) -> tuple[Table, list[str], int]:
    """The table, what is wrong with its columns, and the number of its head row."""
    top = _top(rows)
    head = _head(top, columns)
    if not top:
        raise ValidationError(_("The first sheet is empty; fill in the template and upload that."))
    if not head.known:
        raise ValidationError(
            _("No head row was found in the first %(n)d rows; it holds: %(heads)s.")
            % {"n": HEAD_WITHIN, "heads": _(", ").join(str(column.head) for column in columns)}
        )
    found, problems = _found(head.texts, columns)
    below = (row for row in chain(top, rows) if row.number > head.number)
    reader = _Lines(head, found, epoch)
    lines = reader.read(below, max_rows)
    letters = {column.field: get_column_letter(at) for at, column in found.items()}
    heads = {get_column_letter(at): text for at, text in head.texts.items()}
    return Table(letters, lines, heads, reader.mended[:MAX_TOLD]), problems, head.number


def _top(rows: Iterator[Row]) -> list[Row]:
    """The rows among which the head is, taken off the iterator; it may give one that lies below."""
    top: list[Row] = []
    for row in rows:
        top.append(row)
        if row.number >= HEAD_WITHIN:
            break
    return top


def _head(rows: Iterable[Row], columns: Sequence[Column]) -> _Head:
    """Of the first rows the one that knows most heads."""
    known = set().union(*(column.spellings() for column in columns))
    best = _Head(0, {}, 0)
    for row in rows:
        plain = ((at, _plain(value)[:MAX_CELL_LETTERS]) for at, value in row.values.items())
        heads = {at: head for at, text in plain if (head := tidy(text))}
        score = sum(head.casefold() in known for head in heads.values())
        if score > best.known and row.number <= HEAD_WITHIN:
            best = _Head(row.number, heads, score)
    own = COMPLAINTS.spellings()
    return _Head(
        best.number, {at: head for at, head in best.texts.items() if head.casefold() not in own}, best.known
    )


def _found(heads: dict[int, str], columns: Sequence[Column]) -> tuple[dict[int, Column], list[str]]:
    """Which column stands where, and what is wrong with the columns."""
    found: dict[int, Column] = {}
    places: dict[str, str] = {}
    problems = []
    by_spelling = {spelling: column for column in columns for spelling in column.spellings()}
    for at, head in heads.items():
        column = by_spelling.get(head.casefold())
        if column and column.field in places:
            problems.append(
                _("Column “%(head)s” stands twice, under %(first)s and %(second)s; delete one of them.")
                % {"head": head, "first": places[column.field], "second": get_column_letter(at)}
            )
        elif column:
            found[at] = column
            places[column.field] = get_column_letter(at)
    problems += [
        _("Column “%(head)s” is missing; add it, or use the template.") % {"head": column.head}
        for column in columns
        if column.required and column.field not in places
    ]
    return found, problems


# -- its rows ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lines:
    """Reads the rows under a head row."""

    head: _Head
    columns: dict[int, Column]
    epoch: datetime.datetime
    mended: list[str] = field(default_factory=list)

    def read(self, rows: Iterable[Row], max_rows: int) -> list[Line]:
        lines: list[Line] = []
        letters = 0
        for count, row in enumerate(rows):
            line = self._line(row)
            letters += sum(map(len, line.cells.values())) + sum(map(len, line.others.values()))
            if count == max_rows or letters > MAX_LETTERS:
                raise too_many_rows(max_rows)
            if any(line.cells.values()) or line.problems:
                lines.append(line)
        return lines

    def _line(self, row: Row) -> Line:
        cells, problems, others = {}, {}, {}
        for at, column in self.columns.items():
            cells[column.field], problem = self._cell(row, at, column.kind)
            if problem:
                problems[column.field] = problem
        for at in self.head.texts.keys() - self.columns.keys():
            if text := _plain(row.values.get(at))[:MAX_CELL_LETTERS]:
                others[get_column_letter(at)] = text
        if row.is_hidden and (any(cells.values()) or problems):
            problems[NON_FIELD_ERRORS] = _("Row %(n)d is hidden; unhide or delete it.") % {"n": row.number}
        return Line(row.number, cells, problems, others)

    def _cell(self, row: Row, at: int, kind: ColumnKind) -> tuple[str, str]:
        """A cell's text, and what is wrong with it ("" for nothing)."""
        value = row.values.get(at)
        if isinstance(value, Fault):
            return "", _fault(value) % {"cell": _name(row, at)}
        if kind is ColumnKind.DATE and isinstance(value, int | float) and value in _SERIALS:
            value = from_excel(value, self.epoch)
        text = _plain(value)
        if len(text) <= LONGEST:
            text = tidy_prose(text) if kind is ColumnKind.PROSE else tidy(text)
        if len(text) > MAX_CELL_LETTERS:
            told = _("Cell %(cell)s holds %(length)d letters; at most %(n)d are taken, shorten it.")
            # One letter too many is kept: written out and read again, it is still refused.
            about = {"cell": _name(row, at), "length": len(text), "n": MAX_CELL_LETTERS}
            return text[: MAX_CELL_LETTERS + 1], told % about
        if kind is ColumnKind.TELEPHONE and (whole := with_area_code(text)) != text:
            self.mended.append(f"{_name(row, at)} {text} → {whole}")
            return whole, ""
        return _date(text) if kind is ColumnKind.DATE and text else (text, "")


def _name(row: Row, at: int) -> str:
    return f"{get_column_letter(at)}{row.number}"


def _fault(fault: Fault) -> str:
    return {
        Fault.FORMULA: _("Cell %(cell)s holds a formula; enter the value itself."),
        Fault.ERROR: _("Cell %(cell)s holds an error of the workbook; enter the value itself."),
        Fault.ROUNDED: _(
            "Cell %(cell)s holds a number that lost its last digits; format the column as text "
            "and enter it anew."
        ),
    }[fault]


def _plain(value: object) -> str:
    """A value as text: whole numbers without a point, days without a time."""
    if value is None or isinstance(value, Fault):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time.min:
        return value.date().isoformat()
    text = str(value)
    # A carriage return, as Excel writes it into a text.
    return text if len(text) > LONGEST else text.replace("_x000D_", "")


def _date(text: str) -> tuple[str, str]:
    try:
        return parse_date(text).isoformat(), ""
    except ValueError as error:
        return text, str(error)
