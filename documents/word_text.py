"""A paper's HTML read as a tree, and what stands in its lines: words, breaks, styles of characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

from docx.text.paragraph import Paragraph

_VOID = frozenset({"br", "meta", "col"})
_SKIPPED = frozenset({"head", "svg"})
_STYLES = {
    "lead": "楷体字",
    "clause": "楷体字",
    "signer": "楷体字",
    "article": "黑体字",
    "differs": "有异",
    "mongolian": "蒙古文",
}
_SPACE = re.compile(r"[ \t\r\n\f]+")  # of HTML: not the full-width one
_AROUND_A_BREAK = re.compile(r" *\n *")


@dataclass
class Element:
    tag: str
    classes: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict)
    kids: list["Element | str"] = field(default_factory=list)

    @property
    def elements(self) -> list["Element"]:
        return [kid for kid in self.kids if isinstance(kid, Element)]

    def all(self, tag: str) -> Iterator["Element"]:
        """Those of this tag within, in reading order."""
        for kid in self.elements:
            if kid.tag == tag:
                yield kid
            yield from kid.all(tag)


class Piece(NamedTuple):
    """Words of one style of characters; "" is the paragraph's own."""

    text: str
    style: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, frozenset(attributes.get("class", "").split()), attributes)
        self.open[-1].kids.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].kids.append(data)


def read(html: str) -> Element:
    """The body of a page that a template of ours wrote; raises ValueError where its tags do not fit."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return next(reader.open[0].all("body"))


def lines_apart(element: Element, apart: str) -> Iterator[tuple[bool, list[Piece]]]:
    """What an element says, and by itself each span of the class `apart` in it: whether it is one."""
    for is_apart, kids in groupby(
        element.kids, lambda kid: isinstance(kid, Element) and apart in kid.classes
    ):
        if found := pieces(Element(element.tag, kids=list(kids))):
            yield is_apart, found


def pieces(element: Element) -> list[Piece]:
    """The words of one paragraph as HTML shows them: a space for white space, none at the ends of a line."""
    keeps_lines = element.tag == "td"  # as the style sheet has it
    raw = list(_pieces(element, "", keeps_lines=keeps_lines))
    runs = [
        (style, "".join(piece.text for piece in run))
        for style, run in groupby(raw, lambda piece: piece.style)
    ]
    said = _AROUND_A_BREAK.sub("\n", "".join(text for _style, text in runs)).strip(" \n")
    return list(_cut(said, runs))


def text_of(element: Element) -> str:
    return "".join(piece.text for piece in pieces(element))


def put(paragraph: Paragraph, words: list[Piece]) -> None:
    for text, style in words:
        paragraph.add_run(text, style or None)


def _pieces(element: Element, style: str, *, keeps_lines: bool) -> Iterator[Piece]:
    for kid in element.kids:
        if isinstance(kid, str):
            yield Piece(_spaced(kid, keeps_lines=keeps_lines), style)
        elif kid.tag == "br":
            yield Piece("\n", style)
        elif kid.tag not in _SKIPPED:
            own = next((_STYLES[name] for name in sorted(kid.classes) if name in _STYLES), style)
            yield from _pieces(kid, own, keeps_lines=keeps_lines)
            if "mongolian" in kid.classes:
                yield Piece(" ", style)  # between its columns


def _spaced(text: str, *, keeps_lines: bool) -> str:
    if not keeps_lines:
        return _SPACE.sub(" ", text)
    return "\n".join(_SPACE.sub(" ", line) for line in text.split("\n"))


def _cut(said: str, runs: list[tuple[str, str]]) -> Iterator[Piece]:
    """The words parted by style again: the runs hold the same ones, and white space that is not shown."""
    at = 0
    for style, text in runs:
        start = at
        for letter in text:
            if at < len(said) and said[at] == letter:
                at += 1
        if at > start:
            yield Piece(said[start:at], style)
