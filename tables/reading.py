"""A table in an uploaded workbook, read with suspicion."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from defusedxml.ElementTree import iterparse
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from .containers import MAX_ROWS, check_container, too_many_rows
from .table import Column, Line, Table
from .tidy import tidy
from .uploads import check_size

MAX_COLUMNS = 64
MAX_CELL_LETTERS = 2000
# The head row stands at the top, perhaps under a title.
HEAD_WITHIN = 10


def read(upload: "File[bytes]", columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> Table:
    """The table in an uploaded workbook: the rows under the head row that knows most of `columns`.

    Raises ValidationError with everything that keeps the file from being
    read; what is wrong with single cells goes with the row.
    """
    check_size(upload)
    check_container(upload)
    try:
        return _read_table(upload, columns, max_rows)
    except ValidationError:
        raise
    except Exception as error:  # the library stumbles in its own ways over damaged or hostile files
        raise ValidationError(
            _(
                "The workbook cannot be read: it is damaged, or holds things a list has no use for. "
                "Open it in Excel or WPS, save it as a new .xlsx workbook and upload that."
            )
        ) from error


# -- the table --------------------------------------------------------------


def _read_table(upload: "File[bytes]", columns: Sequence[Column], max_rows: int) -> Table:
    upload.seek(0)
    book = load_workbook(upload, read_only=True, keep_links=False)
    try:
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        # Row and column numbers are counted; what the file says of its own size is not believed.
        sheet.reset_dimensions()
        top, heads = _find_heads(_filled(sheet.iter_rows(max_col=MAX_COLUMNS)), columns)
        letters, unused, problems = _letters(heads, columns)
        # Before the merged cells, which stand at the very end of a sheet that may be endless.
        lines = _lines(sheet.iter_rows(max_col=MAX_COLUMNS), top, letters, columns, max_rows)
        problems += _merged(upload, sheet._worksheet_path, below=top)  # type: ignore[attr-defined]
    finally:
        book.close()
    if problems:
        raise ValidationError(problems)
    if not lines:
        raise ValidationError(_("There is no row under the head row; fill in at least one and upload again."))
    return Table(letters, lines, unused)


def _filled(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows that hold anything, with their numbers."""
    for number, row in enumerate(rows, start=1):
        if any(cell.value not in (None, "") for cell in row):
            yield number, row


def _find_heads(
    rows: Iterator[tuple[int, Sequence[Any]]], columns: Sequence[Column]
) -> tuple[int, dict[int, str]]:
    """The number of the head row and its texts by column: of the first rows the one that knows most heads."""
    known = set().union(*(column.spellings() for column in columns))
    best: tuple[int, int, dict[int, str]] = (0, 0, {})
    first = 0
    for number, row in rows:
        first = first or number
        if number > HEAD_WITHIN:
            break
        heads = {
            at: tidy(str(cell.value)) for at, cell in enumerate(row, start=1) if cell.value not in (None, "")
        }
        score = sum(head.casefold() in known for head in heads.values())
        if score > best[0]:
            best = (score, number, heads)
    if best[0]:
        return best[1], best[2]
    if not first:
        raise ValidationError(_("The first sheet is empty; fill in the template and upload that."))
    raise ValidationError(
        _("No head row was found in the first %(n)d rows; it holds: %(heads)s.")
        % {"n": HEAD_WITHIN, "heads": _(", ").join(str(column.head) for column in columns)}
    )


def _merged(upload: "File[bytes]", part: str, *, below: int) -> list[str]:
    """A complaint about each merged range of a sheet that touches its head row or a row under it."""
    found = []
    with zipfile.ZipFile(upload) as container, container.open(part.lstrip("/")) as source:
        for _event, element in iterparse(source):
            if element.tag.endswith("}mergeCell"):
                reference = element.get("ref", "")
                if (range_boundaries(reference)[3] or 0) >= below:
                    found.append(
                        _("Cells %(range)s are merged; unmerge them and write each cell's own text.")
                        % {"range": reference}
                    )
            if element.tag.endswith(("}row", "}mergeCell")):
                element.clear()
    return found


def _letters(heads: dict[int, str], columns: Sequence[Column]) -> tuple[dict[str, str], list[str], list[str]]:
    """Which column stands under which letter, the heads nobody asked for, and what is wrong with the rest."""
    letters: dict[str, str] = {}
    unused, problems = [], []
    fields = {spelling: column for column in columns for spelling in column.spellings()}
    for at, head in heads.items():
        column = fields.get(head.casefold())
        if column is None:
            unused.append(head)
        elif column.field in letters:
            problems.append(
                _("Column “%(head)s” stands twice, under %(first)s and %(second)s; delete one of them.")
                % {"head": head, "first": letters[column.field], "second": get_column_letter(at)}
            )
        else:
            letters[column.field] = get_column_letter(at)
    problems += [
        _("Column “%(head)s” is missing; add it, or use the template.") % {"head": column.head}
        for column in columns
        if column.required and column.field not in letters
    ]
    return letters, unused, problems


def _lines(
    rows: Iterable[Sequence[Any]],
    top: int,
    letters: dict[str, str],
    columns: Sequence[Column],
    max_rows: int,
) -> list[Line]:
    prose = {column.field for column in columns if column.is_prose}
    lines: list[Line] = []
    places = {name: column_index_from_string(letter) - 1 for name, letter in letters.items()}
    below = ((number, row) for number, row in _filled(rows) if number > top)
    for count, (number, row) in enumerate(below):
        if count == max_rows:
            raise too_many_rows(max_rows)
        line = _line(number, {name: row[place] for name, place in places.items() if place < len(row)}, prose)
        if any(line.cells.values()) or line.problems:
            lines.append(line)
    return lines


def _line(number: int, row: dict[str, Any], prose: set[str]) -> Line:
    cells, problems = {}, {}
    for name, cell in row.items():
        cells[name], problem = _text(cell, is_prose=name in prose)
        if problem:
            problems[name] = problem
    return Line(number, cells, problems)


def _text(cell: Any, *, is_prose: bool) -> tuple[str, str]:
    """A cell's text, and what is wrong with it ("" for nothing)."""
    place = {"cell": getattr(cell, "coordinate", "")}
    if cell.data_type == "f":
        return "", _("Cell %(cell)s holds a formula; enter the value itself.") % place
    if cell.data_type == "e":
        return "", _("Cell %(cell)s holds an error of the workbook; enter the value itself.") % place
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    if len(text) > MAX_CELL_LETTERS:
        return "", _("Cell %(cell)s holds more than %(n)d letters; shorten it.") % {
            **place,
            "n": MAX_CELL_LETTERS,
        }
    return (text.strip() if is_prose else tidy(text)), ""
