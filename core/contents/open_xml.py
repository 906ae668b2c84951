"""Open XML (Word, Excel, PowerPoint and what WPS saves like them): links, fields that run, remote parts."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from core.enums import FileFlag
from tables import refusals

from . import addresses

LIST = "[Content_Types].xml"
_MAX_LIST_BYTES = 1024**2
_MAIN = re.compile(
    r"(wordprocessingml\.(document|template)|spreadsheetml\.(sheet|template)|presentationml\."
    r"(presentation|slideshow|template))\.main\+xml"
)
# In the list of contents: what makes a document one that runs something.
_RUNS = ("vbaproject", "macro", "activex", "oleobject.dll")
# Relations that bring a document or a program in from where they lead to.
_FETCHED = {"attachedtemplate", "oleobject", "frame", "subdocument", "control", "afchunk", "package"}
# Fields that run a program.
_DDE = re.compile(r"(?<![A-Za-z])DDE(AUTO)?(?![A-Za-z])", re.IGNORECASE)
_FETCHING = re.compile(r"\bINCLUDE(TEXT|PICTURE)\s+\"?(https?:|ftp:|\\\\|//)", re.IGNORECASE)


def is_of_this_kind(names: Sequence[str]) -> bool:
    return any(name.startswith(("word/", "xl/", "ppt/")) for name in names)


def check_list(container: zipfile.ZipFile) -> None:
    """Its list of contents names a document, and nothing that runs."""
    try:
        with container.open(LIST) as part:
            listed = part.read(_MAX_LIST_BYTES).replace(b"\0", b"").decode("utf-8", "replace").lower()
    except KeyError as error:
        raise refusals.damaged() from error
    names = (name.lower() for name in container.namelist())
    if any(word in listed for word in _RUNS) or any(name.endswith("vbaproject.bin") for name in names):
        raise refusals.macros()
    if not _MAIN.search(listed):
        raise refusals.damaged()


def look_at(name: str, content: bytes) -> Iterator[FileFlag]:
    """What one part says; a text in UTF-16 is read as one in UTF-8."""
    plain = content.replace(b"\0", b"")
    try:
        if name.lower().endswith(".rels"):
            yield from _relations(content)
        elif b"instrText" in plain or b"fldSimple" in plain:
            yield from _fields(content)
    except (ParseError, DefusedXmlException) as error:
        raise refusals.damaged() from error
    if b"ddeLink" in plain:
        raise refusals.runs()


def _relations(content: bytes) -> Iterator[FileFlag]:
    for _event, element in iterparse(io.BytesIO(content), forbid_dtd=True):
        if element.get("TargetMode", "").strip().lower() == "external":
            kind = element.get("Type", "").rpartition("/")[2].lower()
            yield from _led(kind, element.get("Target", ""))


def _led(kind: str, target: str) -> Iterator[FileFlag]:
    if not addresses.is_harmless(target):
        raise refusals.runs()
    if kind in _FETCHED:
        # A template on the writer's own disk is there for nobody else, and asked for by nobody.
        if kind != "attachedtemplate" or addresses.is_away(target):
            raise refusals.asks_elsewhere()
    elif kind == "hyperlink":
        yield FileFlag.LINKS
    else:
        yield FileFlag.FETCHES


def _fields(content: bytes) -> Iterator[FileFlag]:
    """What the fields of a text do; a field's words may be cut into pieces."""
    words: list[str] = []
    for _event, element in iterparse(io.BytesIO(content), forbid_dtd=True):
        kind = element.tag.rpartition("}")[2]
        if kind == "instrText":
            words.append(element.text or "")
        elif kind == "fldChar":
            words.append("\n")
        elif kind == "fldSimple":
            words += ["\n", *(text for key, text in element.items() if key.endswith("instr")), "\n"]
        element.clear() if kind in ("p", "tbl") else None
    said = "".join(words)
    if _DDE.search(said):
        raise refusals.runs()
    if _FETCHING.search(said):
        yield FileFlag.FETCHES
