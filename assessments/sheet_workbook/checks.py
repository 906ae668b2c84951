"""What the workbook itself refuses or points out while it is filled in; the portal judges again."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assessments.enums import ScoreLevel
from assessments.scoring import HUNDREDTH, MAX_FAULTS, plain
from standards.models import Item
from tables.rows import MAX_CELL_LETTERS

_MISSING = PatternFill("solid", bgColor="FFE699")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Cells:
    """Where what stands: the columns' letters, the first and the last row, how many items there are."""

    sheet: Worksheet
    letters: Mapping[str, str]
    first: int
    last: int
    items: int

    def of(self, field: str) -> str:
        letter = self.letters[field]
        return f"{letter}{self.first}:{letter}{self.last}"


def put_checks(cells: Cells, open_items: Mapping[int, Item]) -> None:
    """Drop-downs, limits, and what is missing; `open_items` by row."""
    if not open_items:
        return
    for levels, rows in _grouped(open_items, _levels).items():
        _add(cells, "level", rows if levels else [], _list(levels))
    partly = {row: item for row, item in open_items.items() if not item.deduction}
    for points, rows in _grouped(partly, lambda item: item.points).items():
        _add(cells, "points", rows, _points(points))
    _add(cells, "faults", [row for row, item in open_items.items() if item.deduction], _faults())
    _add(cells, "reason", list(open_items), _reason())
    _point_out_missing_reasons(cells, open_items)
    _count_filled(cells)


def _grouped(items: Mapping[int, Item], key: Callable[[Item], K]) -> dict[K, list[int]]:
    rows: dict[K, list[int]] = defaultdict(list)
    for row, item in items.items():
        rows[key(item)].append(row)
    return rows


def _add(cells: Cells, field: str, rows: list[int], check: DataValidation) -> None:
    if not rows:
        return
    check.allow_blank, check.showErrorMessage = True, True
    for row in rows:
        check.add(f"{cells.letters[field]}{row}")
    cells.sheet.add_data_validation(check)


def _levels(item: Item) -> tuple[str, ...]:
    """What may be chosen; where faults are counted the level follows from them."""
    offered = [] if item.deduction else [ScoreLevel.MET, ScoreLevel.PARTLY, ScoreLevel.UNMET]
    if item.may_be_inapplicable:
        offered.append(ScoreLevel.INAPPLICABLE)
    return tuple(str(level.label) for level in offered)


def _list(levels: tuple[str, ...]) -> DataValidation:
    return DataValidation(type="list", formula1=f'"{",".join(levels)}"', error=_("Choose from the list."))


def _points(maximum: Decimal) -> DataValidation:
    return DataValidation(
        type="decimal",
        operator="between",
        formula1=plain(HUNDREDTH),
        formula2=plain(maximum - HUNDREDTH),
        error=_("Give more than 0 and less than %(max)s points, or choose another level.")
        % {"max": plain(maximum)},
    )


def _faults() -> DataValidation:
    return DataValidation(
        type="whole",
        operator="between",
        formula1="0",
        formula2=str(MAX_FAULTS),
        error=_("Say how many faults were found; 0 where there is none."),
    )


def _reason() -> DataValidation:
    return DataValidation(
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(MAX_CELL_LETTERS),
        error=_("At most %(n)d letters.") % {"n": MAX_CELL_LETTERS},
    )


def _point_out_missing_reasons(cells: Cells, open_items: Mapping[int, Item]) -> None:
    """The empty reason is coloured, and the remark says what is missing."""
    rule = FormulaRule(formula=[_is_missing(cells, cells.first)], fill=_MISSING)
    cells.sheet.conditional_formatting.add(cells.of("reason"), rule)
    for row in open_items:
        remark = cells.sheet[f"{cells.letters['remark']}{row}"]
        words, usual = _quoted(_("reason missing")), _quoted(str(remark.value or ""))
        remark.value = f"=IF({_is_missing(cells, row)},{words},{usual})"
        remark.data_type, remark.number_format, remark.quotePrefix = "f", "General", False


def _is_missing(cells: Cells, row: int) -> str:
    level, reason = f"${cells.letters['level']}{row}", f"${cells.letters['reason']}{row}"
    below = f"AND(LEN({level})>0,{level}<>{_quoted(str(ScoreLevel.MET.label))})"
    if "faults" in cells.letters:
        below = f"OR({below},N(${cells.letters['faults']}{row})>0)"
    return f"AND({below},LEN(TRIM({reason}))=0)"


def _count_filled(cells: Cells) -> None:
    """How far one is, above the reasons."""
    answers = [f"LEN({cells.of(field)})" for field in ("level", "faults") if field in cells.letters]
    count = f"SUMPRODUCT(--(({'+'.join(answers)})>0))"
    before, after = (_("Filled in: %(n)s of %(all)d items") % {"n": "\0", "all": cells.items}).split("\0")
    cells.sheet[f"{cells.letters['reason']}1"] = f"={_quoted(before)}&{count}&{_quoted(after)}"


def _quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'
