"""What may be uploaded: judged by size and by the first bytes, never by the name alone."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PDF = b"%PDF-"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# Office documents are zip or OLE containers: there the name tells which.
CONTAINER_ENDINGS = {
    ZIP: (".docx", ".xlsx", ".wps", ".et", ".odt", ".ofd"),
    OLE: (".doc", ".xls", ".wps", ".et"),
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


def check_document(upload: "File[bytes]") -> None:
    """Raise ValidationError unless it is a PDF, a picture or an office document of a fair size."""
    check_size(upload)
    head = first_bytes(upload)
    if head.startswith((PDF, *PICTURES)):
        return
    endings = next((found for mark, found in CONTAINER_ENDINGS.items() if head.startswith(mark)), ())
    if not (upload.name or "").lower().endswith(endings or ("\0",)):
        raise ValidationError(
            _(
                "This is neither a PDF, a picture (JPEG, PNG) nor an office document; "
                "save it as PDF and upload that."
            )
        )
