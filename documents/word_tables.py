"""The tables of a paper in its Word copy."""

import re

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table, _Cell, _Row

from .word_styles import AREA, TABLE
from .word_text import Element, lines_apart, put

# What the style sheet gives by class or place, in mm.
_WIDTHS = {"few": 14.0, "level": 18.0, "day": 18.0, "name": 20.0}
_HEADS = {"facts": 24.0, "opinions": 32.0}
_HEIGHTS = {"signatures": 12.0, "opinions": 20.0, "facts": 6.0}
_LARGE = frozenset({"list", "scores", "facts"})
_GIVEN = re.compile(r"width:\s*([\d.]+)mm")
_TWIPS = 1440 / 25.4  # in a mm
_NARROWEST = 400


def add_table(document: Document, element: Element) -> None:
    """The table at the document's end; its head is repeated on each page, no row is cut across two."""
    rows = list(element.all("tr"))
    widths = _column_widths(element, rows)
    table = document.add_table(rows=len(rows), cols=len(widths), style=TABLE)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = round(width * 635)  # EMU of a twip
    heads = {id(row) for head in element.all("thead") for row in head.all("tr")}
    for number, row in enumerate(rows):
        _set_row(table.rows[number], element, is_head=id(row) in heads)
        _fill(table, number, row, element, is_first_head=number == 0 and id(row) in heads)


def _set_row(row: _Row, table: Element, *, is_head: bool) -> None:
    told = row._tr.get_or_add_trPr()
    told.append(OxmlElement("w:cantSplit"))
    height = next((high for name, high in _HEIGHTS.items() if name in table.classes), 0.0)
    if height:
        row.height = Mm(height)
    if is_head:
        told.append(OxmlElement("w:tblHeader"))


def _fill(table: Table, number: int, row: Element, element: Element, *, is_first_head: bool) -> None:
    cells, at = table.rows[number].cells, 0
    for cell in row.elements:
        span = _span(cell)
        place = cells[at].merge(cells[at + span - 1]) if span > 1 else cells[at]
        _middle(place)
        left = is_first_head and "group" in element.classes
        _say(place, cell, _style(element, cell, is_left=left))
        at += span


def _say(place: _Cell, cell: Element, style: str) -> None:
    paragraphs = list(lines_apart(cell, "stamp"))
    paragraph = place.paragraphs[0]
    paragraph.style = style
    for number, (is_stamp, words) in enumerate(paragraphs):
        if number:
            paragraph = place.add_paragraph(style=style)
        if is_stamp:
            paragraph.style = style[:2] + "签章"
        put(paragraph, words)


def _style(table: Element, cell: Element, *, is_left: bool) -> str:
    large = bool(_LARGE & table.classes)
    if cell.tag == "th":
        name = "名单表头" if large else "表头"
        return f"{name}左齐" if is_left else name
    return ("名单" if large else "表格") + ("居中" if "c" in cell.classes else "文字")


def _middle(place: _Cell) -> None:
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    place._tc.get_or_add_tcPr().append(align)


def _span(cell: Element) -> int:
    return int(cell.attributes.get("colspan", "1"))


def _column_widths(table: Element, rows: list[Element]) -> list[int]:
    """In twips: those that the template gives, and for the others what is left, in equal parts."""
    count = max(sum(_span(cell) for cell in row.elements) for row in rows)
    given: dict[int, float] = {}
    for line in [list(table.all("col")), *(row.elements for row in rows)]:
        at = 0
        for cell in line:
            if _span(cell) == 1 and (width := _width(table, cell, at)):
                given.setdefault(at, width)
            at += _span(cell)
    rest = AREA - sum(width * _TWIPS for width in given.values())
    each = max(_NARROWEST, rest / max(1, count - len(given)))
    widths = [given[at] * _TWIPS if at in given else each for at in range(count)]
    return [round(width * AREA / sum(widths)) for width in widths]


def _width(table: Element, cell: Element, at: int) -> float:
    if found := _GIVEN.search(cell.attributes.get("style", "")):
        return float(found[1])
    if cell.tag == "th" and "scores" in table.classes and at == 0:
        return 60.0
    by_table = [width for name, width in _HEADS.items() if name in table.classes and cell.tag == "th"]
    return next(iter(by_table), 0.0) or next((_WIDTHS[name] for name in cell.classes if name in _WIDTHS), 0.0)
