"""What may be uploaded: judged by size and by what is in it, never by the name alone."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .office_files import check_office_file, kind_of
from .tidy import tidy_prose

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
}
MAX_NAME = 200


def first_bytes(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    head: bytes = upload.read(16)
    upload.seek(0)
    return head


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
    container = next((found for mark, found in CONTAINERS.items() if head.startswith(mark)), "")
    kind = kind_of(upload.name or "", container)
    if kind is None:
        raise ValidationError(
            _(
                "This is neither a PDF, a picture (JPEG, PNG, GIF) nor an office document; "
                "save it as PDF and upload that."
            )
        )
    check_office_file(upload, kind)
    return kind.content_type


def clean_name(name: str, content_type: str = "") -> str:
    """A file's name to keep and to save it under: no folders, nothing invisible, at most 200 characters.

    Its ending fits its type: a PDF that came as .bat must not be run by whoever downloads it.
    """
    name = unicodedata.normalize("NFC", " ".join(tidy_prose(name).split()))
    name = re.split(r"[/\\]", name)[-1].strip(". ")
    endings = ENDINGS.get(content_type, ("",))
    if not name.lower().endswith(endings):
        name += endings[0]
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_NAME] or "unnamed"
    return f"{stem[: MAX_NAME - len(ending) - 1] or 'unnamed'}.{ending}"


def check_document(upload: "File[bytes]") -> None:
    """A form field's validator: `judge` without its answer."""
    judge(upload)


def check_picture(upload: "File[bytes]") -> None:
    """A form field's validator: a JPEG, PNG or GIF, by its first bytes."""
    if not judge(upload).startswith("image/"):
        raise ValidationError(_("This is not a picture; choose a JPEG, PNG or GIF."))
