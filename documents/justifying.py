"""Lines that fill the type area: what WeasyPrint's own justification, which widens spaces alone, cannot do.

Chinese has no spaces, so the gaps between its characters are widened, evenly; those within a number or a
Latin word are left as they are unless the others would be wide, and then take half as much. `install` puts
this in the place of a function of WeasyPrint's that is not part of its promise: it was tried with
`TRIED_WITH`, and a test tells when another version is installed.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

TRIED_WITH = "70.0"
# In em. A gap above the second is seen as a hole: such a line stays short, and the log says so.
EASY, WIDEST = 0.1, 0.25

# Full-width characters and spaces; the dashes and dots that are drawn as one are neither these nor those.
_CHINESE = (
    r"[ \u00a0\u2e80-\u2fff\u3001-\u303f\u3105-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff“”‘’]+"
)
_RUNS = re.compile(rf"(?P<chinese>{_CHINESE})|(?P<latin>[!-~]+)")

logger = logging.getLogger(__name__)


def install() -> None:
    """Have WeasyPrint justify so, in this process."""
    inline.justify_line = justify_line


def justify_line(context: Any, line: Any, missing: float) -> None:
    """Widen the gaps of a line that is `missing` so many CSS pixels."""
    texts = list(_texts(line))
    size = min((box.style["font_size"] for box in texts), default=0.0)
    for latin in (0.0, 0.5):
        gaps = sum(_weight(box.text, latin) for box in texts)
        gaps -= sum(_weight(edge, latin) for edge in _edges(texts)) / 2
        each = missing / gaps if gaps > 0 else missing
        if each <= EASY * size:
            break
    if each <= WIDEST * size:
        _widen(line, each, latin, 0.0, texts[0])
    else:
        words = "".join(box.text for box in texts).replace("\u2060", "")
        logger.warning("a line is left %.1f mm short: %s", missing * 25.4 / 96, words)


class _Widened(Layout):  # type: ignore[misc]  # WeasyPrint has no types
    """A line's text with wider gaps. WeasyPrint makes it anew when it draws, by `set_text`."""

    def __init__(self, text: str, each: float, latin: float) -> None:
        self.text, self.each, self.latin = text, each, latin
        self.justification_spacing, self.max_width = 0, None

    def set_text(self, text: str, justify: bool = False) -> None:
        super().set_text(text, justify)
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        own = self.style["letter_spacing"]
        for start, end, weight in _weights(text, self.latin):
            spacing = (0 if own == "normal" else own) + self.each * weight
            attribute = pango.pango_attr_letter_spacing_new(round(spacing * TO_UNITS))
            attribute.start_index, attribute.end_index = (
                len(text[:place].encode()) for place in (start, end)
            )
            pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(self.layout, attributes)


def _widen(box: Any, each: float, latin: float, moved: float, first: Any) -> float:
    """Widen what lies in a box, moving it by `moved`; how far what follows moves."""
    if isinstance(box, boxes.TextBox):
        # Pango puts half a character's spacing before it and half behind, and none at the ends of a text.
        before = each * _weight(box.text[:1], latin) / 2
        wider = each * _weight(box.text, latin) - before
        box.position_x += moved + (0 if box is first else before)
        box.width += wider
        box.pango_layout = _Widened(box.pango_layout.text, each, latin)
        return moved + wider + (0 if box is first else before)
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += moved
        start = moved
        for child in box.children:
            if child.is_in_normal_flow():
                moved = _widen(child, each, latin, moved, first)
        box.width += moved - start
        return moved
    box.translate(moved, 0)
    return moved


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        if box.text:
            yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _edges(texts: list[Any]) -> tuple[str, str]:
    """The characters at a line's ends: beside them, on the outer side, is no gap."""
    return (texts[0].text[0], texts[-1].text[-1]) if texts else ("", "")


def _weights(text: str, latin: float) -> Iterator[tuple[int, int, float]]:
    """Runs of characters from, to, and the part each has in what a line is widened by."""
    for run in _RUNS.finditer(text):
        yield run.start(), run.end(), 1.0 if run["chinese"] else latin


def _weight(text: str, latin: float) -> float:
    return sum((end - start) * weight for start, end, weight in _weights(text, latin))
