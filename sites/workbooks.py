"""The workbook of a list: its columns, and what comes back in them, read with suspicion."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import iterparse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from .containers import MAX_ROWS, check_container, too_many_rows
from .tidy import tidy
from .uploads import check_size

MAX_COLUMNS = 64
MAX_CELL_LETTERS = 2000
# The head row stands at the top, perhaps under a title.
HEAD_WITHIN = 10


@dataclass(frozen=True)
class Column:
    """A column of the workbook: what it is called, and what a clerk's own table may call it."""

    field: str
    head: str | Promise
    words: tuple[str, ...]
    required: bool = True
    width: int = 24

    def spellings(self) -> set[str]:
        """Every head it is known by, in each of the portal's languages."""
        heads = {self.field, *self.words}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                heads.add(str(self.head))
        return {tidy(head).casefold() for head in heads}


COLUMNS = (
    Column("organisation", gettext_lazy("Unit"), ("单位", "单位名称", "示范点单位")),
    Column("window_name", gettext_lazy("Window"), ("窗口", "窗口单位", "窗口名称"), width=30),
    Column("kind", gettext_lazy("Kind"), ("类型", "公开类型"), width=14),
    Column("address", gettext_lazy("Address"), ("地址",), required=False, width=30),
    Column("reason", gettext_lazy("Why this one"), ("理由", "推荐理由"), required=False, width=44),
    Column("working_body", gettext_lazy("Working body"), ("工作机构",), required=False),
    Column("liaison_name", gettext_lazy("Liaison"), ("联络员", "联络员姓名"), width=14),
    Column(
        "liaison_phone",
        gettext_lazy("Liaison's telephone"),
        ("电话", "联系电话", "联络电话", "联络员电话"),
        width=20,
    ),
)
HEADS = {column.field: column.head for column in COLUMNS}
# Prose keeps its own punctuation; everything else has one spelling.
PROSE = ("reason",)


@dataclass(frozen=True)
class Line:
    """One row of the sheet: its number there, its texts, and what is wrong with single cells."""

    number: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What a sheet holds: which column stands under which letter, the rows, the heads not used."""

    letters: dict[str, str]
    lines: list[Line]
    unused: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"letters": self.letters, "lines": [[line.number, line.cells] for line in self.lines]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Table":
        return cls(kept["letters"], [Line(number, cells) for number, cells in kept["lines"]])


def read(upload: "File[bytes]") -> Table:
    """The table in an uploaded workbook.

    Raises ValidationError with everything that keeps the file from being
    read; what is wrong with single cells goes with the row.
    """
    check_size(upload)
    check_container(upload)
    try:
        return _read_table(upload)
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


def _read_table(upload: "File[bytes]") -> Table:
    upload.seek(0)
    book = load_workbook(upload, read_only=True, keep_links=False)
    try:
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        # Row and column numbers are counted; what the file says of its own size is not believed.
        sheet.reset_dimensions()
        top, heads = _find_heads(_filled(sheet.iter_rows(max_col=MAX_COLUMNS)))
        letters, unused, problems = _letters(heads)
        # Before the merged cells, which stand at the very end of a sheet that may be endless.
        lines = _lines(sheet.iter_rows(max_col=MAX_COLUMNS), top, letters)
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


def _find_heads(rows: Iterator[tuple[int, Sequence[Any]]]) -> tuple[int, dict[int, str]]:
    """The number of the head row and its texts by column: of the first rows the one that knows most heads."""
    known = set().union(*(column.spellings() for column in COLUMNS))
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
        % {"n": HEAD_WITHIN, "heads": _(", ").join(str(column.head) for column in COLUMNS)}
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


def _letters(heads: dict[int, str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Which column stands under which letter, the heads nobody asked for, and what is wrong with the rest."""
    letters: dict[str, str] = {}
    unused, problems = [], []
    fields = {spelling: column for column in COLUMNS for spelling in column.spellings()}
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
        for column in COLUMNS
        if column.required and column.field not in letters
    ]
    return letters, unused, problems


def _lines(rows: Iterable[Sequence[Any]], top: int, letters: dict[str, str]) -> list[Line]:
    lines: list[Line] = []
    places = {name: column_index_from_string(letter) - 1 for name, letter in letters.items()}
    below = ((number, row) for number, row in _filled(rows) if number > top)
    for count, (number, row) in enumerate(below):
        if count == MAX_ROWS:
            raise too_many_rows()
        line = _line(number, {name: row[place] for name, place in places.items() if place < len(row)})
        if any(line.cells.values()) or line.problems:
            lines.append(line)
    return lines


def _line(number: int, row: dict[str, Any]) -> Line:
    cells, problems = {}, {}
    for name, cell in row.items():
        cells[name], problem = _text(name, cell)
        if problem:
            problems[name] = problem
    return Line(number, cells, problems)


def _text(name: str, cell: Any) -> tuple[str, str]:
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
    return (text.strip() if name in PROSE else tidy(text)), ""
