"""What an uploaded file is, and under which name it is kept.

A file is judged by its size and by what is in it, never by its name; the name it is kept under follows.
"""

import hashlib
import re
import unicodedata
from itertools import chain

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import texts
from .office_files import KINDS, office_type
from .tidy import tidy_prose

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CSV = "text/csv"
ZIP = b"PK\x03\x04"
PDF = b"%PDF-"
# First bytes → type.
TYPES = {
    PDF: "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
}
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypavif")
# First bytes → container of an office document.
CONTAINERS = {ZIP: "zip", OLE: "ole"}
PICTURES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
}
SCANS = ("application/pdf", *PICTURES)
# Type → the endings its files have.
ENDINGS = {
    "application/pdf": (".pdf",),
    **PICTURES,
    **{kind.content_type: (ending,) for ending, kinds in KINDS.items() for kind in kinds},
    CSV: texts.ENDINGS,
}
_KNOWN = tuple(chain(*ENDINGS.values()))
# A name to keep: letters that a record holds, bytes that every disk takes (80 Chinese letters).
MAX_NAME, MAX_NAME_BYTES = 200, 240
# Letters that no name may hold on one system or another.
_NO_LETTERS = re.compile(r'[:*?"<>|]')
# Endings of what a system runs: within a name they make people believe it is that.
_RUNS = (
    r"\.(?=(apk|app|appx|bat|chm|cmd|com|cpl|desktop|dll|exe|gadget|hta|html?|inf|iso|jar|jse?|lnk|ms[cip]|pif"
    r"|ps1|py|reg|scr|settingcontent(-ms)?|sh|svg|url|vb[es]?|ws[fh]?|xhtml|xll)"
)
_RUNS_WITHIN = re.compile(_RUNS + r"\b)", re.ASCII | re.IGNORECASE)
RUNS_AT_END = re.compile(_RUNS + r"$).*", re.ASCII | re.IGNORECASE)
# What Windows takes for a device, whatever follows after a dot.
_DEVICE = re.compile(r"^(?=(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)\s*(\.|$))", re.IGNORECASE)


def first_bytes(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    head: bytes = upload.read(16)
    upload.seek(0)
    return head


def digest_of(file: "File[bytes]") -> str:
    """Its SHA-256 in hex."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def check_size(upload: "File[bytes]") -> None:
    """Raise ValidationError for an empty file or one above the portal's limit."""
    if not upload.size:
        raise ValidationError(_("The file is empty; choose another one."))
    if upload.size > settings.PORTAL_UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("The file is larger than %(n)d MB; make it smaller and upload it again.")
            % {"n": settings.PORTAL_UPLOAD_MAX_BYTES // 1024**2}
        )


def judge(upload: "File[bytes]") -> str:
    """The type of a PDF, a picture or an office document; ValidationError for anything else."""
    check_size(upload)
    head = first_bytes(upload)
    for mark, content_type in TYPES.items():
        if head.startswith(mark):
            return content_type
    if head[4:12] in _HEIC:
        raise ValidationError(
            _(
                "This is a photograph as iPhones keep it (HEIC), which few computers can show; set the "
                "camera to “Most compatible”, or "
                "send the picture to yourself by a chat, and upload that JPEG."
            )
        )
    container = next((found for mark, found in CONTAINERS.items() if head.startswith(mark)), "")
    found = office_type(upload, container, plain_name(upload.name or "")) if container else ""
    if not found:
        raise ValidationError(
            _(
                "This is neither a PDF, a picture (JPEG, PNG, GIF) nor an office document; "
                "save it as PDF and upload that."
            )
        )
    return found


def type_of(name: str) -> str | None:
    """The type of a kept file, which its name tells; None of a name that no upload is kept under."""
    lowered = name.lower()
    return next((found for found, endings in ENDINGS.items() if lowered.endswith(endings)), None)


def begins_as(file: "File[bytes]", content_type: str) -> bool:
    """Whether a file begins as one of this type does; a text does not begin as a page for browsers does."""
    head = first_bytes(file)
    if content_type.partition(";")[0] == CSV:
        return not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", *TYPES, *CONTAINERS))
    marks = [mark for mark, found in TYPES.items() if found == content_type]
    return head.startswith(tuple(marks or CONTAINERS))


def plain_name(name: str) -> str:
    """A name without folders, without what nobody sees, and without letters that some system refuses."""
    name = unicodedata.normalize("NFC", " ".join(tidy_prose(name).split()))
    return _NO_LETTERS.sub("_", re.split(r"[/\\]", name)[-1]).strip(". ")


def clean_name(name: str | None, content_type: str = "") -> str:
    """A file's name to keep and to save it under: plain, not too long, and it ends as its type does.

    Endings that say something else go: a PDF that came as 方案.pdf.bat is 方案.pdf.
    """
    plain, endings = plain_name(name or ""), ENDINGS.get(content_type)
    stem, ending = _parted(plain, endings) if endings else (plain, "")
    stem = _DEVICE.sub("_", _RUNS_WITHIN.sub("_", stem))
    return (_cut(stem, ending) or "unnamed") + ending


def _parted(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """What is left of a name without endings, and the one of `endings` that the file gets."""
    ending = endings[0]
    while True:
        stem, dot, last = name.rstrip(". ").rpartition(".")
        if dot + last.lower() in endings:
            ending = dot + last
        elif not (name.lower().endswith(_KNOWN) or RUNS_AT_END.search(name)):
            return name, ending
        name = stem


def _cut(stem: str, ending: str) -> str:
    """As much of the stem as leaves room for the ending; a letter is taken whole or not at all."""
    room = MAX_NAME_BYTES - len(ending.encode())
    return stem[: MAX_NAME - len(ending)].encode()[:room].decode(errors="ignore")


def refused(name: str, error: ValidationError) -> list[str]:
    """Why one of several files is not taken, in lines that name it."""
    named = plain_name(name)[:MAX_NAME] + pgettext("between a label and its text", ": ")
    return [named + message for message in error.messages]
