"""Measuring a paper as it was printed: each row of each block, where it begins and ends.

Reads the PDF alone: the content streams say where each glyph stands, the structure tree which of them are one
paragraph, and where a template broke the line itself.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from .reading import PT_PER_MM, reader

LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0  # mm: the type area (GB/T 9704-2012, 5.2.1)
PAGE_HEIGHT = 297.0

_OPERATIONS = re.compile(
    rb"(?P<save>\bq\n)|(?P<restore>\bQ\n)|(?P<matrix>[-\d. ]+) cm\n|/MCID (?P<mark>\d+)|(?P<end>\bEMC\b)"
    rb"|(?P<text>[-\d. ]+) Tm\n|/(?P<font>\w+) (?P<size>[\d.]+) Tf\n|\[(?P<shown>[^\]]*)\] TJ"
)
_INLINE = frozenset({"/Span", "/Link", "/Lbl", "/Em", "/Strong"})
Mark = tuple[int, int]  # page, and number of the marked content there
Matrix = tuple[float, float, float, float, float, float]


class Glyph(NamedTuple):
    text: str
    left: float  # mm from the sheet's top left corner, like the others
    right: float
    baseline: float
    size: float  # pt
    font: str


class Row(NamedTuple):
    """One line of one block."""

    page: int
    block: str  # the tag: P, H1, TD
    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_full: bool  # the block goes on in a further row that the template did not begin itself
    gap: float  # mm: the widest space between two of its glyphs


class Face(NamedTuple):
    name: str
    widths: dict[int, float]
    default: float
    letters: dict[int, str]


def rows_of(pdf: bytes) -> list[Row]:
    """Every row of every block, in reading order, without what belongs to none: page numbers, rules."""
    document = reader(pdf)
    faces: dict[int, Face] = {}
    glyphs = {
        (number, mark): shown
        for number, page in enumerate(document.pages, start=1)
        for mark, shown in _marked(page, faces).items()
    }
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(document.pages, start=1)}
    return [
        row
        for block, marks in _blocks(document.root_object["/StructTreeRoot"], numbers)
        for row in _rows(block, [glyphs.get(mark, []) if mark else None for mark in marks], marks)
    ]


def _rows(block: str, pieces: list[list[Glyph] | None], marks: list[Mark | None]) -> Iterator[Row]:
    """The block's glyphs row by row: another baseline begins another one; None is the template's break."""
    rows: list[tuple[int, list[Glyph]]] = []
    broken: set[int] = set()
    for piece, mark in zip(pieces, marks, strict=True):
        if piece is None or mark is None:
            broken.add(len(rows) - 1)
            continue
        for glyph in piece:
            if not rows or rows[-1][0] != mark[0] or abs(rows[-1][1][-1].baseline - glyph.baseline) > 1:
                rows.append((mark[0], []))
            rows[-1][1].append(glyph)
    for index, (page, row) in enumerate(rows):
        drawn = [glyph for glyph in row if glyph.text.strip()]
        if drawn:
            yield Row(
                page,
                block,
                "".join(glyph.text for glyph in row),
                drawn[0].left,
                drawn[-1].right,
                drawn[0].baseline,
                max(glyph.size for glyph in drawn),
                index < len(rows) - 1 and index not in broken,
                max((after.left - here.right for here, after in pairwise(row)), default=0.0),
            )


def _blocks(element: Any, pages: dict[int, int], page: int = 0) -> Iterator[tuple[str, list[Mark | None]]]:
    """Each block with the marked content it holds, and None where the template broke a line."""
    element = element.get_object()
    if element.get("/S") in _INLINE:
        return
    page = _page_of(element, pages, page)
    if found := list(_inside(element, pages, page)):
        yield str(element.get("/S"))[1:], found
    for kid in _kids(element):
        if not isinstance(kid, int) and "/MCID" not in kid.get_object():
            yield from _blocks(kid, pages, page)


def _inside(element: Any, pages: dict[int, int], page: int) -> Iterator[Mark | None]:
    for kid in _kids(element):
        if isinstance(kid, int):
            yield page, int(kid)
            continue
        inner = kid.get_object()
        if "/MCID" in inner:
            yield _page_of(inner, pages, page), int(inner["/MCID"])
        elif inner.get("/S") in _INLINE:
            yield from _inside(inner, pages, _page_of(inner, pages, page))
        elif inner.get("/S") == "/NonStruct" and not _holds_text(inner):
            yield None


def _holds_text(element: Any) -> bool:
    return any(
        isinstance(kid, int) or "/MCID" in kid.get_object() or _holds_text(kid.get_object())
        for kid in _kids(element)
    )


def _kids(element: Any) -> list[Any]:
    found = element.get("/K", [])
    return list(found) if isinstance(found, list) else [found]


def _page_of(element: Any, pages: dict[int, int], page: int) -> int:
    return pages[element.raw_get("/Pg").idnum] if "/Pg" in element else page


def _marked(page: Any, faces: dict[int, Face]) -> dict[int, list[Glyph]]:  # noqa: C901  # one case an operation
    """The glyphs of each marked content of a page."""
    fonts = page["/Resources"].get("/Font", {})
    here: dict[bytes, Face] = {}
    for name in fonts:
        key = fonts.raw_get(name).idnum
        if key not in faces:
            faces[key] = _face(fonts[name])
        here[str(name)[1:].encode()] = faces[key]
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    text: Matrix = matrix
    stack: list[Matrix] = []
    found: dict[int, list[Glyph]] = {}
    mark, face, size, at = None, None, 0.0, 0.0
    for operation in _OPERATIONS.finditer(page.get_contents().get_data()):
        if operation["save"]:
            stack.append(matrix)
        elif operation["restore"]:
            matrix = stack.pop()
        elif operation["matrix"]:
            matrix = _times(_numbers(operation["matrix"]), matrix)
        elif operation["mark"]:
            mark = int(operation["mark"])
        elif operation["end"]:
            mark = None
        elif operation["text"]:
            text, at = _times(_numbers(operation["text"]), matrix), 0.0
        elif operation["font"]:
            face, size = here[operation["font"]], float(operation["size"])
        elif mark is not None and face is not None:
            shown, at = _shown(operation["shown"], face, size, text, at)
            found.setdefault(mark, []).extend(shown)
    return found


def _shown(shown: bytes, face: Face, size: float, text: Matrix, at: float) -> tuple[list[Glyph], float]:
    """The glyphs that one operation shows, from `at` in the text's own space on, and where it ends."""
    glyphs = []
    scale = abs(text[0]) or abs(text[1])
    for hexed, moved in re.findall(rb"<([0-9a-fA-F]*)>|([-\d.]+)", shown):
        if moved:
            at -= float(moved) * size / 1000
            continue
        for start in range(0, len(hexed), 4):
            glyph = int(hexed[start : start + 4], 16)
            width = face.widths.get(glyph, face.default) * size / 1000
            left, right = ((text[4] + at * text[0] + shift * text[0]) / PT_PER_MM for shift in (0, width))
            baseline = PAGE_HEIGHT - (text[5] + at * text[1]) / PT_PER_MM
            glyphs.append(Glyph(face.letters.get(glyph, ""), left, right, baseline, size * scale, face.name))
            at += width
    return glyphs, at


def _face(font: Any) -> Face:
    descendant = font["/DescendantFonts"][0].get_object()
    widths: dict[int, float] = {}
    rest = list(descendant.get("/W", []))
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0)
        if isinstance(second, list):
            widths |= {first + index: float(width) for index, width in enumerate(second)}
        else:
            widths |= dict.fromkeys(range(first, int(second) + 1), float(rest.pop(0)))
    letters = {
        int(glyph, 16): bytes.fromhex(character.decode()).decode("utf-16-be")
        for glyph, character in re.findall(rb"<(\w+)> <(\w+)>", font["/ToUnicode"].get_object().get_data())
    }
    return Face(str(font["/BaseFont"])[1:], widths, float(descendant.get("/DW", 1000)), letters)


def _numbers(text: bytes) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in text.split()[-6:])
    return a, b, c, d, e, f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
