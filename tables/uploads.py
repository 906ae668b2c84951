"""What may be uploaded, and under which name it is kept.

A file is judged by its size and by what is in it, never by its name alone, and its name must agree.
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
from .office_files import KINDS, check_office_file, kind_of, something_else
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
# First bytes → container of an office document; its name says which one, its content proves it.
CONTAINERS = {ZIP: "zip", OLE: "ole"}
_PICTURES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
}
# Type → the endings its files have.
ENDINGS = {
    "application/pdf": (".pdf",),
    **_PICTURES,
    **{kind.content_type: (ending,) for ending, kinds in KINDS.items() for kind in kinds},
    CSV: texts.ENDINGS,
}
# Chats and phones save a picture under any picture's ending.
_OF_PICTURES = tuple(chain(*_PICTURES.values()))
# A name to keep: letters that a record holds, bytes that every disk takes (80 Chinese letters).
MAX_NAME, MAX_NAME_BYTES = 200, 240
# What follows the last dot, if it looks like an ending: the one in "2008.3" or in "一.关于" does not.
_ENDING = re.compile(r"\.(?=\d*[a-z])[a-z\d]{1,20}$", re.ASCII | re.IGNORECASE)
# Letters that no name may hold on one system or another.
_NO_LETTERS = re.compile(r'[:*?"<>|]')
# Endings of what a system runs: within a name they make people believe it is that.
_RUNS = re.compile(
    r"\.(?=(apk|bat|chm|cmd|com|cpl|desktop|dll|exe|hta|inf|jar|jse?|lnk|ms[ci]|pif|ps1|reg|scr|sh|url|vb[es]?"
    r"|ws[fh]?)\b)",
    re.ASCII | re.IGNORECASE,
)


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
    """The type of a PDF, a picture or an office document whose name says the same as its content.

    Raises ValidationError for anything else.
    """
    check_size(upload)
    head, name = first_bytes(upload), plain_name(upload.name or "")
    for mark, content_type in TYPES.items():
        if head.startswith(mark):
            check_ending(name, _OF_PICTURES if content_type in _PICTURES else ENDINGS[content_type])
            return content_type
    container = next((found for mark, found in CONTAINERS.items() if head.startswith(mark)), "")
    kind = kind_of(name, container)
    if kind is None:
        raise ValidationError(
            _(
                "This is neither a PDF, a picture (JPEG, PNG, GIF) nor an office document; "
                "save it as PDF and upload that."
            )
        )
    check_office_file(upload, kind)
    return kind.content_type


def judge_picture(upload: "File[bytes]") -> str:
    """The same where a picture alone is taken."""
    content_type = judge(upload)
    if content_type not in _PICTURES:
        raise ValidationError(_("This is not a picture; choose a JPEG, PNG or GIF."))
    return content_type


def check_ending(name: str, endings: tuple[str, ...]) -> None:
    """Refuse a name that says something else than the content: a PDF as .bat is run by whoever opens it."""
    ending = _ENDING.search(name)
    if ending and ending[0].lower() not in endings:
        raise something_else()


def type_of(name: str) -> str | None:
    """The type of a kept file, which its name tells; None of a name that no upload is kept under."""
    lowered = name.lower()
    return next((found for found, endings in ENDINGS.items() if lowered.endswith(endings)), None)


def plain_name(name: str) -> str:
    """A name without folders, without what nobody sees, and without letters that some system refuses."""
    name = unicodedata.normalize("NFC", " ".join(tidy_prose(name).split()))
    return _NO_LETTERS.sub("_", re.split(r"[/\\]", name)[-1]).strip(". ")


def clean_name(name: str | None, content_type: str = "") -> str:
    """A file's name to keep and to save it under: plain, not too long, and it ends as its type does."""
    name = _RUNS.sub("_", plain_name(name or ""))
    endings = ENDINGS.get(content_type, ("",))
    if not name.lower().endswith(endings):
        stem, dot, ending = name.rpartition(".")
        is_picture = content_type in _PICTURES and dot + ending.lower() in _OF_PICTURES
        name = (stem if is_picture else name) + endings[0]
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return _cut(name, "") or "unnamed"
    return (_cut(stem, f".{ending}") or "unnamed") + f".{ending}"


def _cut(stem: str, ending: str) -> str:
    """As much of the stem as leaves room for the ending; a letter is taken whole or not at all."""
    room = MAX_NAME_BYTES - len(ending.encode())
    return stem[: MAX_NAME - len(ending)].encode()[:room].decode(errors="ignore")


def refused(name: str, error: ValidationError) -> list[str]:
    """Why one of several files is not taken, in lines that name it."""
    named = plain_name(name)[:MAX_NAME] + pgettext("between a label and its text", ": ")
    return [named + message for message in error.messages]
