"""What may be uploaded: judged by size and by the first bytes, never by the name alone."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PDF = b"%PDF-"
# First bytes → type. Office documents are zip or OLE containers: there the name tells which.
TYPES = {
    PDF: "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    ZIP: "application/zip",
    OLE: "application/x-ole-storage",
}
CONTAINER_ENDINGS = {
    "application/zip": (".docx", ".xlsx", ".pptx", ".wps", ".et", ".odt", ".ofd"),
    "application/x-ole-storage": (".doc", ".xls", ".ppt", ".wps", ".et"),
}


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
    content_type = next((found for mark, found in TYPES.items() if head.startswith(mark)), None)
    endings = CONTAINER_ENDINGS.get(content_type or "", ("",))
    if content_type is None or not (upload.name or "").lower().endswith(endings):
        raise ValidationError(
            _(
                "This is neither a PDF, a picture (JPEG, PNG, GIF) nor an office document; "
                "save it as PDF and upload that."
            )
        )
    return content_type


def check_document(upload: "File[bytes]") -> None:
    """A form field's validator: `judge` without its answer."""
    judge(upload)


def check_picture(upload: "File[bytes]") -> None:
    """A form field's validator: a JPEG, PNG or GIF, by its first bytes."""
    if not judge(upload).startswith("image/"):
        raise ValidationError(_("This is not a picture; choose a JPEG, PNG or GIF."))
