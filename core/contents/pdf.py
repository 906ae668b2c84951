"""PDF: scripts, programs, files within, forms that run; all that a reader comes to is walked through."""

import re
import time
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from core.enums import FileFlag
from tables import refusals

from . import addresses

# So many objects, and so many seconds, no paper takes.
MAX_OBJECTS = 300_000
PATIENCE = 15.0
# A name may be written with the numbers of its letters: /J#61vaScript.
_LETTER = re.compile(rb"#([0-9A-Fa-f]{2})")
# Long enough never to stand among a picture's points by chance.
_RUNS = re.compile(rb"/(JavaScript|Launch|RichMedia\w*|ImportData|GoToE)(?![A-Za-z])")
_HOLDS = re.compile(rb"/EmbeddedFiles?(?![A-Za-z])")
_ACTIONS_THAT_RUN = {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/RichMediaExecute", "/Rendition"}
_ACTIONS_ELSEWHERE = {"/URI", "/GoToR", "/SubmitForm"}
_PARTS_THAT_RUN = {"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}


def look_into(file: "File[bytes]") -> frozenset[FileFlag]:
    """Raises ValidationError where it is no PDF that can be read through, or one with something that runs."""
    file.seek(0)
    content = file.read()
    said = _LETTER.sub(lambda found: bytes([int(found[1], 16)]), content)
    if _RUNS.search(said):
        raise refusals.runs()
    if _HOLDS.search(said):
        raise refusals.holds_files()
    file.seek(0)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise refusals.locked()
        return frozenset(_looked_through(reader))
    except ValidationError:
        raise
    except Exception as error:  # what a broken or hostile file makes of the parser is in no list
        raise refusals.damaged() from error


def _looked_through(reader: PdfReader) -> Iterator[FileFlag]:
    has_page = False
    for one in walked(reader.trailer["/Root"]):
        has_page = has_page or _plain(one, "/Type") == "/Page"
        yield from _looked_at(one)
    if not has_page:
        raise refusals.damaged()


def walked(root: Any) -> Iterator[DictionaryObject]:
    """Whatever a reader comes to from the root on, each once; ValidationError where that takes too long."""
    until, seen = time.monotonic() + PATIENCE, set[tuple[int, int]]()
    left: list[Any] = [root]
    for _count in range(MAX_OBJECTS):
        if not left:
            break
        one = left.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = _held(one)
        if isinstance(one, DictionaryObject):
            yield one
            left += [value for value in one.values() if _leads_on(value)]
        elif isinstance(one, ArrayObject):
            left += [value for value in one if _leads_on(value)]
        if time.monotonic() > until:
            raise refusals.unpacks_to_too_much()
    else:
        raise refusals.unpacks_to_too_much()


def _leads_on(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _held(reference: IndirectObject) -> Any:
    """What a reference leads to; papers have some that lead nowhere."""
    try:
        return reference.get_object()
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001  # as above: a reader finds nothing there either
        return None


def _looked_at(one: DictionaryObject) -> Iterator[FileFlag]:
    action = _plain(one, "/S")
    if "/JS" in one or "/XFA" in one or action in _ACTIONS_THAT_RUN:
        raise refusals.runs()
    if _plain(one, "/Subtype") in _PARTS_THAT_RUN and "/Rect" in one:
        raise refusals.runs()
    if (
        _plain(one, "/Subtype") == "/FileAttachment"
        or _plain(one, "/Type") == "/EmbeddedFile"
        or "/EF" in one
    ):
        raise refusals.holds_files()
    for opening in ("/OpenAction", "/AA"):
        if any(_plain(each, "/S") in _ACTIONS_ELSEWHERE for each in _actions(one, opening)):
            raise refusals.asks_elsewhere()
    if action in _ACTIONS_ELSEWHERE:
        if not addresses.is_harmless(str(_plain(one, "/URI") or "")):
            raise refusals.runs()
        yield FileFlag.LINKS


def _plain(one: Any, key: str) -> Any:
    try:
        return one[key] if isinstance(one, DictionaryObject) and key in one else None
    except Exception:  # noqa: BLE001  # a reference that leads nowhere
        return None


def _actions(one: DictionaryObject, key: str) -> list[Any]:
    """What is done by itself: one action, or of /AA one for each occasion."""
    held = _plain(one, key)
    if not isinstance(held, DictionaryObject):
        return []
    return [held, *(_plain(held, each) for each in held)]
