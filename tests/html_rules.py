"""What the HTML standard asks of a page, as far as ours once failed it (the Nu checker told it all)."""

import re
from html.parser import HTMLParser

# A day, a month, a time of day, or a moment with at most milliseconds and its zone.
_DATETIME = re.compile(
    r"\d{4}-\d\d(-\d\d)?|\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?"
)
_WITH_PLACEHOLDER = {"email", "number", "password", "search", "tel", "text", "url"}
_OF_WORDS = {"span", "p", "a", "strong", "em", "label", "h1", "h2", "h3", "h4", "button", "small", "dt"}
_BLOCKS = {"form", "div", "p", "ul", "ol", "dl", "table", "section", "fieldset", "details", "figure"}
_VOID = {"input", "img", "br", "hr", "meta", "link", "source", "col", "wbr", "area", "base", "path"}


class _Checked(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.mixed: list[set[str]] = []
        self.time: dict[str, str] | None = None
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and "placeholder" in given and given.get("type", "text") not in _WITH_PLACEHOLDER:
            self._fault(f"placeholder on a field of type {given['type']}")
        if tag in _BLOCKS and self.open and self.open[-1] in _OF_WORDS - {"a"}:
            self._fault(f"{tag} in {self.open[-1]}")
        if self.open and self.open[-1] == "dl":
            self.mixed[-1].add("div" if tag == "div" else "dt")
        if tag == "dl":
            self.mixed.append(set())
        if tag == "time":
            self.time, self.words = given, ""
        if tag not in _VOID:
            self.open.append(tag)

    def handle_data(self, data: str) -> None:
        if self.time is not None:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "time" and self.time is not None:
            said = self.time.get("datetime", self.words.strip())
            if not _DATETIME.fullmatch(said):
                self._fault(f"time of {said!r}")
            self.time = None
        if tag == "dl" and len(self.mixed.pop()) > 1:
            self._fault("groups of a dl with a div and without one")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def _fault(self, what: str) -> None:
        self.faults.append(f"{what}, line {self.getpos()[0]}")


def faults(html: str) -> list[str]:
    """What is wrong in a page, each with its line."""
    return _Checked(html).faults
