"""What is hidden in a file of a known type: whatever runs by itself is refused, what leads elsewhere is said.

Each look raises ValidationError with the reason, or gives the flags that are shown wherever the file is.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from core.enums import FileFlag
from tables.uploads import OLE, PICTURES, ZIP, first_bytes

from . import archives, ole

Flags = frozenset[FileFlag]


def look_into(file: "File[bytes]", content_type: str) -> Flags:
    """The flags of a file of this type, of which its first bytes are known to be true."""
    head = first_bytes(file)
    look: Callable[[File[bytes]], Flags]
    if head.startswith(ZIP):
        look = archives.look_into
    elif head.startswith(OLE):
        look = ole.look_into
    elif content_type in PICTURES:
        look = _into_picture
    elif content_type == "application/pdf":
        look = _into_pdf
    else:
        return frozenset()
    try:
        return look(file)
    finally:
        file.seek(0)


def _into_picture(file: "File[bytes]") -> Flags:
    refuse_hidden_archive(file)
    return frozenset()


def _into_pdf(file: "File[bytes]") -> Flags:
    from . import pdf  # noqa: PLC0415  # pypdf takes memory that an upload alone needs

    refuse_hidden_archive(file)
    return pdf.look_into(file)


def refuse_hidden_archive(file: "File[bytes]") -> None:
    """One file that is two: a picture to whoever looks at it, an archive to whoever unpacks it."""
    if archives.is_archive(file):
        raise ValidationError(
            _("Other files are hidden in this one; save it again from the program it was made with.")
        )
