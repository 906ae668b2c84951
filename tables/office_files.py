"""Office documents: which one a file is, that it is readable, carries no macros and needs no password."""

import zipfile
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

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
# In the list of a container's parts and their types; "macro" also says that a document is enabled for them.
_MACROS = ("vbaproject", "macro")
_MACRO_FOLDERS = ("Basic/", "Scripts/")
_MAX_LIST_BYTES = 1024**2


def office_type(upload: "File[bytes]", container: str, name: str) -> str:
    """The type of an office document by what is in it; "" of a container that holds something else.

    WPS keeps its files as Word and Excel do: only there the ending chooses between two. Raises
    ValidationError for one that is damaged, locked or carries macros.
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
    """The names of the parts that a zip holds, once it is known to be readable and without macros."""
    try:
        with zipfile.ZipFile(upload) as container:
            parts = container.infolist()
            contents = _list_of_contents(container)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ValidationError(_("The file is damaged: save it again and upload it.")) from error
    if any(part.flag_bits & 1 for part in parts):
        raise _locked()
    if any(word in contents for word in _MACROS) or _holds_macros(parts):
        raise _macros()
    return [part.filename for part in parts]


def _list_of_contents(container: zipfile.ZipFile) -> str:
    """Which parts of which types an Open XML file has; "" of other files."""
    try:
        with container.open("[Content_Types].xml") as part:
            return part.read(_MAX_LIST_BYTES).decode("utf-8", "replace").lower()
    except KeyError:
        return ""


def _holds_macros(parts: Sequence[zipfile.ZipInfo]) -> bool:
    names = [part.filename for part in parts]
    return any(name.startswith(_MACRO_FOLDERS) or name.lower().endswith("vbaproject.bin") for name in names)


def _streams_of(upload: "File[bytes]") -> set[str]:
    """Those streams of an OLE container that tell which document it is; it is not locked, without macros."""
    olds = (kind for kind in chain(*KINDS.values()) if kind.container == OLE)
    marks = chain(*(kind.marks for kind in olds))
    found = _streams_among(upload, (*marks, "_VBA_PROJECT", "EncryptedPackage"))
    if "EncryptedPackage" in found:
        raise _locked()
    if "_VBA_PROJECT" in found:
        raise _macros()
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


def _locked() -> ValidationError:
    return ValidationError(_("The file is protected by a password; remove the password and upload it again."))


def _macros() -> ValidationError:
    return ValidationError(
        _("The file holds macros, which are not taken; save it as PDF or without macros and upload that.")
    )
