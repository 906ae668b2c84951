"""Documents that are archives (Word, Excel, WPS, ODT, OFD): unpacked piece by piece and counted."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files import File

from core.enums import FileFlag
from tables import refusals
from tables.uploads import OLE, RUNS_AT_END, ZIP

from . import ole, open_document, open_xml

# Of a register of 20,000 rows and of a deck of pictures there is far less.
MAX_PARTS = 5000
MAX_BYTES = 250 * 1024**2
# What is unpacked may be so many times what was sent, once it is more than a few megabytes.
MAX_RATIO, FREE_BYTES = 150, 20 * 1024**2
# A part that is looked into as a whole: no text of a document is as large.
MAX_TEXT_BYTES = 40 * 1024**2
_CHUNK = 256 * 1024
# How programs and archives begin.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"L\0\0\0\x01\x14\x02\0", b"\xca\xfe\xba\xbe", b"ITSF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"{\\rtf")
_TEXTS = (".xml", ".rels", ".vml")
# A part that is a document of its own lies here: a chart's numbers.
_EMBEDDED = re.compile(r"(^|/)(embeddings/|Object \d+)")
_ASTRAY = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\0-\x1f\\]")
_Failures = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def is_archive(file: "File[bytes]") -> bool:
    file.seek(0)
    return zipfile.is_zipfile(file)


def look_into(file: "IO[bytes] | File[bytes]", *, is_within: bool = False) -> frozenset[FileFlag]:
    """What a document holds that is an archive; `is_within` for one that lies in another."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as container:
            _check_list(container)
            return frozenset(_found(container, size, is_within=is_within))
    except ValidationError:
        raise
    except _Failures as error:
        raise refusals.damaged() from error


def _check_list(container: zipfile.ZipFile) -> None:
    """Its list of parts: not too long, none twice, none that would be unpacked elsewhere or is locked."""
    parts = container.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS:
        raise refusals.unpacks_to_too_much()
    if any(part.flag_bits & 1 for part in parts):
        raise refusals.locked()
    lead_astray = any(_ASTRAY.search(name) for name in names)
    begins_late = min((part.header_offset for part in parts), default=0) != 0
    if lead_astray or begins_late or len({name.lower() for name in names}) < len(names):
        raise refusals.damaged()


def _found(container: zipfile.ZipFile, size: int, *, is_within: bool) -> Iterator[FileFlag]:
    """Unpacks each part, however large its list says it is, and looks into it."""
    unpacked = 0
    most = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * size))
    names = container.namelist()
    if open_xml.is_of_this_kind(names):
        open_xml.check_list(container)
    for part in container.infolist():
        if part.is_dir():
            continue
        kept = bytearray()
        with container.open(part) as opened:
            head = chunk = opened.read(_CHUNK)
            is_kept = _is_looked_into(part.filename, head)
            while chunk:
                unpacked += len(chunk)
                if unpacked > most or len(kept) > MAX_TEXT_BYTES:
                    raise refusals.unpacks_to_too_much()
                if is_kept:
                    kept += chunk
                chunk = opened.read(_CHUNK)
        yield from _within(part.filename, head, bytes(kept), is_within=is_within)


def _is_looked_into(name: str, head: bytes) -> bool:
    return name.lower().endswith(_TEXTS) or head.startswith((ZIP, OLE)) or head.lstrip()[:1] == b"<"


def _within(name: str, head: bytes, content: bytes, *, is_within: bool) -> Iterator[FileFlag]:
    if RUNS_AT_END.search(name) or head.startswith(_PROGRAMS):
        raise refusals.runs()
    if head.startswith(_ARCHIVES):
        raise refusals.holds_files()
    if head.startswith(ZIP):
        if is_within or not _EMBEDDED.search(name):
            raise refusals.holds_files()
        yield FileFlag.OBJECTS
        yield from look_into(io.BytesIO(content), is_within=True)
    elif head.startswith(OLE):
        yield FileFlag.OBJECTS
        yield from ole.look_into(io.BytesIO(content))
    elif content:
        yield from open_xml.look_at(name, content)
        yield from open_document.look_at(name, content)
