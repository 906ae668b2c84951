"""Office documents: whether they are what their name says, carry no macros and need no password."""

import zipfile
from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

ZIPPED, OLE = "zip", "ole"


class Kind(NamedTuple):
    """What a file with some ending must be: its container, a mark found in it, the type it is sent as.

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


def kind_of(name: str, container: str) -> Kind | None:
    """What a file of this name should be, given its container; None where the two do not go together."""
    ending = next((ending for ending in KINDS if name.lower().endswith(ending)), "")
    return next((kind for kind in KINDS.get(ending, ()) if kind.container == container), None)


def check_office_file(upload: "File[bytes]", kind: Kind) -> None:
    """Raise ValidationError unless the container holds what its name claims, readable and without macros."""
    check = _check_zip if kind.container == ZIPPED else _check_ole
    check(upload, kind)
    upload.seek(0)


def _check_zip(upload: "File[bytes]", kind: Kind) -> None:
    try:
        with zipfile.ZipFile(upload) as container:
            parts = container.infolist()
            contents = _list_of_contents(container)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ValidationError(_("The file is damaged: save it again and upload it.")) from error
    if any(part.flag_bits & 1 for part in parts):
        raise _locked()
    if not any(part.filename.startswith(kind.marks) for part in parts):
        raise something_else()
    if any(word in contents for word in _MACROS) or _holds_macros(parts):
        raise _macros()


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


def _check_ole(upload: "File[bytes]", kind: Kind) -> None:
    names = (*kind.marks, "_VBA_PROJECT", "EncryptedPackage")
    found = _streams_among(upload, names)
    if "EncryptedPackage" in found:
        raise _locked()
    if "_VBA_PROJECT" in found:
        raise _macros()
    if kind.marks and found.isdisjoint(kind.marks):
        raise something_else()


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


def something_else() -> ValidationError:
    return ValidationError(
        _("The file is not what its ending says; open it, save it again in its own format and upload that.")
    )


def _locked() -> ValidationError:
    return ValidationError(_("The file is protected by a password; remove the password and upload it again."))


def _macros() -> ValidationError:
    return ValidationError(
        _("The file holds macros, which are not taken; save it as PDF or without macros and upload that.")
    )
