"""Reading a sheet's workbook that came back, by what is in it: its sheets may be renamed and moved."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.signing import BadSignature
from django.utils.translation import gettext as _

from assessments.scoring import plain
from standards.models import Item
from tables.table import Line, Table
from tables.tidy import tidy

from .columns import GIVEN, INPUTS, columns_for
from .token import HALLMARK, Token
from .typed import Typed

# Of rows that belong to no item nobody reads more.
MAX_TOLD = 20


class Note(NamedTuple):
    """Something beside the marks that is not as it was given out; `place` is a cell or a row."""

    kind: str
    place: str
    code: str

    @property
    def words(self) -> str:
        told = {
            "changed": _("Cell %(place)s (%(code)s) was changed; what the standard says counts."),
            "unknown": _("Row %(place)s: “%(code)s” is no item of this sheet; its entry was not taken."),
            "missing": _("Item %(code)s does not stand in the workbook any more; its mark stays as it is."),
        }
        return told[self.kind] % {"place": self.place, "code": self.code}


@dataclass(frozen=True)
class FilledRow:
    """An item as the workbook has it; `problems` are what is wrong with its cells, each naming one."""

    number: int
    item: Item
    typed: Typed
    problems: tuple[str, ...]
    letters: Mapping[str, str]

    def place(self, field: str) -> str:
        """The cell of a field; the row where there is none."""
        return f"{self.letters[field]}{self.number}" if field in self.letters else str(self.number)


@dataclass(frozen=True)
class Filled:
    """A workbook that came back; `versions` are the marks' row versions, by item, when it was given out."""

    name: str
    sha256: str
    token: Token
    versions: dict[int, int]
    rows: list[FilledRow]
    notes: list[Note]


def read_token(upload: "File[bytes]") -> Token:
    """What the workbook was given out as; ValidationError where that is lost or was changed."""
    from tables.hallmark import found_hallmarks  # noqa: PLC0415  # openpyxl is loaded where a workbook is read

    found = found_hallmarks(upload, HALLMARK)
    if not found:
        raise ValidationError(
            _(
                "This workbook cannot be recognised: its hidden mark is missing. It was saved in another "
                "format, or its rows were copied into a new workbook. Download this sheet's workbook, copy "
                "the white cells into it and upload that; your own file stays as it is."
            )
        )
    try:
        (token,) = (Token.read(text) for text in found)
    except (BadSignature, ValueError, TypeError, KeyError) as error:
        raise ValidationError(
            _(
                "The workbook's hidden mark was changed, so nobody can tell which sheet it belongs to. "
                "Download this sheet's workbook, copy the white cells into it and upload that; your own file "
                "stays as it is."
            )
        ) from error
    return token


def read_filled(upload: "File[bytes]", token: Token, items: Sequence[Item]) -> Filled:
    """The rows of a workbook by the items of its sheet; ValidationError where it cannot be read as one."""
    from tables.reading import read  # noqa: PLC0415  # as above

    table = read(upload, columns_for(items), any_sheet=True)
    by_code = {tidy(item.code).casefold(): item for item in items}
    lines: dict[Item, list[Line]] = defaultdict(list)
    notes = []
    for line in table.lines:
        if item := by_code.get(line.cells["code"].casefold()):
            lines[item].append(line)
        elif any(line.cells.get(field) for field in INPUTS):
            notes.append(Note("unknown", str(line.number), line.cells["code"]))
    rows = [_row(item, found, table) for item, found in lines.items()]
    notes = [*notes[:MAX_TOLD], *_changed(rows, table)]
    notes += [Note("missing", "", item.code) for item in items if item not in lines]
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    return Filled(upload.name or "", digest, token, token.versions_of(items), rows, notes)


def _row(item: Item, lines: list[Line], table: Table) -> FilledRow:
    """The item's row; of several with its code the one that also has its text."""
    own = [line for line in lines if _given(line, "text") == tidy(item.text)]
    line = own[0] if len(own) == 1 else lines[0]
    problems = [line.problems[field] for field in INPUTS if field in line.problems]
    if len(lines) > 1 and len(own) != 1:
        rows = _(", ").join(str(each.number) for each in lines)
        problems.append(_("%(code)s stands in several rows (%(rows)s).") % {"code": item.code, "rows": rows})
    return FilledRow(line.number, item, Typed.read(line.cells), tuple(problems), table.letters)


def _changed(rows: Sequence[FilledRow], table: Table) -> list[Note]:
    """The cells beside the input that say something else than the standard."""
    lines = {line.number: line for line in table.lines}
    return [
        Note("changed", row.place(field), row.item.code)
        for row in rows
        for field in GIVEN
        if field in table.letters and _given(lines[row.number], field) != _should_be(row.item, field)
    ]


def _given(line: Line, field: str) -> str:
    return line.cells.get(field, "")


def _should_be(item: Item, field: str) -> str:
    if field == "maximum":
        return plain(item.points)
    return tidy({"text": item.text, "clause": item.clause, "hint": item.evidence_hint}[field])
