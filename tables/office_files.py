"""Office documents: which one a file is, that it is readable and needs no password."""

import zipfile
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from django.core.files import File

from .refusals import damaged, locked

ZIPPED, OLE = "zip", "ole"


class Kind(NamedTuple):
    """What makes a file one of a kind: its container, a mark found in it; and the type it is sent as.

    The mark is the beginning of a part's name in a zip, a stream's name in an OLE container.
    """

    container: str
    marks: tuple[str, ...]
    content_type: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
XLSX = f"{_OPEN_XML}.spreadsheetml.sheet"
KINDS: dict[str, tuple[Kind, ...]] = {
    ".docx": (Kind(ZIPPED, ("word/",), f"{_OPEN_XML}.wordprocessingml.document"),),
    ".xlsx": (Kind(ZIPPED, ("xl/",), XLSX),),
    ".pptx": (Kind(ZIPPED, ("ppt/",), f"{_OPEN_XML}.presentationml.presentation"),),
    ".odt": (Kind(ZIPPED, ("content.xml",), "application/vnd.oasis.opendocument.text"),),
    ".ofd": (Kind(ZIPPED, ("OFD.xml",), "application/ofd"),),
    ".doc": (Kind(OLE, ("WordDocument",), "application/msword"),),
    ".xls": (Kind(OLE, ("Workbook", "Book"), "application/vnd.ms-excel"),),
    ".ppt": (Kind(OLE, ("PowerPoint Document",), "application/vnd.ms-powerpoint"),),
    # WPS writes both, and names its streams in more than one way.
    ".wps": (
        Kind(ZIPPED, ("word/",), "application/vnd.wps-office.wps"),
        Kind(OLE, (), "application/vnd.wps-office.wps"),
    ),
    ".et": (
        Kind(ZIPPED, ("xl/",), "application/vnd.wps-office.et"),
        Kind(OLE, (), "application/vnd.wps-office.et"),
    ),
}


def office_type(upload: "File[bytes]", container: str, name: str) -> str:
    """The type of an office document by what is in it; "" of a container that holds something else.

    WPS keeps its files as Word and Excel do: only there the ending chooses between two. Raises
    ValidationError for one that is damaged or locked.
    """
    if container == ZIPPED:
        parts = _parts_of(upload)
        fitting = _fitting(container, lambda marks: any(part.startswith(marks) for part in parts))
    else:
        found = _streams_of(upload)
        # WPS names its streams in more ways than one: such a file its ending alone tells.
        fitting = _fitting(container, lambda marks: not marks or not found.isdisjoint(marks))
    upload.seek(0)
    called = next((ending for ending in fitting if name.lower().endswith(ending)), "")
    usual = next((ending for ending in fitting if fitting[ending].marks), "")
    chosen = fitting.get(called or usual)
    return chosen.content_type if chosen else ""


def _fitting(container: str, fits: Callable[[tuple[str, ...]], bool]) -> dict[str, Kind]:
    return {
        ending: kind
        for ending, kinds in KINDS.items()
        for kind in kinds
        if kind.container == container and fits(kind.marks)
    }


def _parts_of(upload: "File[bytes]") -> list[str]:
    """The names of the parts that a zip holds."""
    try:
        with zipfile.ZipFile(upload) as container:
            parts = container.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged() from error
    if any(part.flag_bits & 1 for part in parts):
        raise locked()
    return [part.filename for part in parts]


def _streams_of(upload: "File[bytes]") -> set[str]:
    """Those streams of an OLE container that tell which document it is."""
    olds = (kind for kind in chain(*KINDS.values()) if kind.container == OLE)
    marks = chain(*(kind.marks for kind in olds))
    found = _streams_among(upload, (*marks, "EncryptedPackage"))
    if "EncryptedPackage" in found:
        raise locked()
    return found


def _streams_among(upload: "File[bytes]", names: Sequence[str]) -> set[str]:
    """Those of `names` that an OLE container's directory holds; read piece by piece, pieces overlap."""
    wanted = {name: name.encode("utf-16-le") for name in names}
    found: set[str] = set()
    tail = b""
    upload.seek(0)
    for chunk in upload.chunks():
        piece = tail + chunk
        found.update(name for name, written in wanted.items() if written in piece)
        tail = piece[-64:]
    return found
