"""Reading a PDF back: its words, the lines of a page in millimetres, its tags, its pixels."""

import io
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader

PT_PER_MM = 72 / 25.4


class Line(NamedTuple):
    left: float  # mm from the sheet's left edge, like the others from its top left corner
    top: float
    right: float
    bottom: float
    text: str


def run(*command: str, data: bytes = b"") -> str:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def page_count(pdf: bytes) -> int:
    return len(reader(pdf).pages)


def text_of(pdf: bytes, page: int | None = None) -> str:
    """The words in reading order, the grid's line breaks taken out."""
    pages = ("-f", str(page), "-l", str(page)) if page else ()
    return re.sub(r"\s+", "", run("pdftotext", *pages, "-", "-", data=pdf))


def lines_of(pdf: bytes, page: int) -> list[Line]:
    """The lines of a page from the top."""
    return _boxes(pdf, page, "line")


def words_of(pdf: bytes, page: int) -> list[Line]:
    """The same, each run of characters by itself: the cells of a table are apart."""
    return _boxes(pdf, page, "word")


def _boxes(pdf: bytes, page: int, name: str) -> list[Line]:
    xml = run("pdftotext", "-bbox-layout", "-f", str(page), "-l", str(page), "-", "-", data=pdf)
    boxes = []
    for box in ET.fromstring(xml).iter():  # noqa: S314  # our own tool's
        if box.tag.endswith("}" + name):
            left, top, right, bottom = (
                float(box.attrib[side]) / PT_PER_MM for side in ("xMin", "yMin", "xMax", "yMax")
            )
            boxes.append(Line(left, top, right, bottom, re.sub(r"\s+", "", "".join(box.itertext()))))
    return sorted(boxes, key=lambda box: (box.top, box.left))


def tags_of(pdf: bytes) -> Iterator[dict[str, Any]]:
    """Every element of the structure tree, in reading order."""
    waiting: list[Any] = [reader(pdf).root_object["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop(0).get_object()
        yield element
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        waiting[:0] = [kid for kid in kids if isinstance(kid.get_object(), dict)]


def drawn_characters(pdf: bytes) -> set[str]:
    """The characters for which an embedded font has an outline (a missing one is only in the text layer)."""
    drawn = set()
    resources: Any = reader(pdf).pages[0]["/Resources"]
    fonts = resources["/Font"].get_object()
    for font in (reference.get_object() for reference in fonts.values()):
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        program = descriptor.get("/FontFile3") or descriptor["/FontFile2"]
        embedded = TTFont(io.BytesIO(program.get_object().get_data()))
        glyphs, order = embedded.getGlyphSet(), embedded.getGlyphOrder()
        for glyph, character in re.findall(rb"<(\w+)> <(\w+)>", font["/ToUnicode"].get_object().get_data()):
            pen = BoundsPen(glyphs)
            if int(glyph, 16) < len(order):
                glyphs[order[int(glyph, 16)]].draw(pen)
            if pen.bounds:
                drawn |= set(bytes.fromhex(character.decode()).decode("utf-16-be"))
    return drawn


def pixels(pdf: bytes, page: int, folder: Path, dpi: int = 300) -> Image.Image:
    (folder / "paper.pdf").write_bytes(pdf)
    target = folder / f"page{page}"
    options = ("-r", str(dpi), "-png", "-singlefile", "-f", str(page), "-l", str(page))
    run("pdftoppm", *options, str(folder / "paper.pdf"), str(target))
    return Image.open(f"{target}.png").convert("RGB")


def modules_at(
    image: Image.Image, count: int, *, left: float, top: float, size: float, dpi: int
) -> list[list[bool]]:
    """The dark and light squares of a QR code with so many to a side that stands there; in mm."""
    step, pixels_per_mm = size / count, dpi / 25.4

    def is_dark(x: int, y: int) -> bool:
        at = int((left + (x + 0.5) * step) * pixels_per_mm), int((top + (y + 0.5) * step) * pixels_per_mm)
        return sum(image.getpixel(at)) < 380  # type: ignore[arg-type]  # three colours

    return [[is_dark(x, y) for x in range(count)] for y in range(count)]
