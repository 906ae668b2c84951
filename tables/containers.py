"""Is it an .xlsx workbook of a list's size, or a CSV file? Asked before anything is unpacked."""

import zipfile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .office_files import XLSX
from .rows import MAX_ROWS
from .texts import check_text
from .uploads import CSV, OLE, PDF, ZIP, check_size, first_bytes

# A list of a thousand rows unpacks to about one megabyte. Pictures somebody pasted in may be as large as a
# sheet, no larger: what lies among them can be named as the sheet.
MAX_PART_BYTES = 20 * 1024**2
MAX_TOTAL_BYTES = 100 * 1024**2
# What openpyxl reads whole, as a tree many times its size: the list of contents, relations, properties; and
# the styles, which grow large in a workbook that was copied together over years.
MAX_FRAME_BYTES = 1024**2
MAX_STYLES_BYTES = 5 * 1024**2
# How a page, a program, a script and a text of Word's begin; none of them is a list.
_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"
_NO_TABLE = (b"<", b"MZ", b"#!", b"{\\rtf", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")
LARGE = ("xl/worksheets/sheet", "xl/sharedStrings", "xl/media/")


def judge_workbook(upload: "File[bytes]", max_rows: int = MAX_ROWS) -> str:
    """The type of an .xlsx workbook of a list's size; ValidationError for anything else."""
    check_size(upload)
    check_container(upload, max_rows)
    return XLSX


def judge_table(upload: "File[bytes]", max_rows: int = MAX_ROWS) -> str:
    """The same, or the type of a CSV file: a text that is neither a page for browsers nor a program."""
    if first_bytes(upload).startswith((ZIP, OLE, PDF)):
        return judge_workbook(upload, max_rows)
    check_size(upload)
    if first_bytes(upload).lstrip(_BEFORE_TEXT).startswith(_NO_TABLE):
        raise _not_a_workbook()
    check_text(upload)
    return CSV


def check_container(upload: "File[bytes]", max_rows: int) -> None:
    """Refuse what is no .xlsx workbook, or one too large for `max_rows`, before anything is unpacked."""
    head = first_bytes(upload)
    if head.startswith(OLE):
        raise ValidationError(_say_ole(upload))
    if head.startswith(PDF):
        raise ValidationError(_("This is a PDF, not a workbook; fill in the .xlsx template and upload that."))
    if not head.startswith(ZIP):
        raise _not_a_workbook()
    try:
        with zipfile.ZipFile(upload) as container:
            parts = {part.filename: part.file_size for part in container.infolist()}
            encrypted = any(part.flag_bits & 1 for part in container.infolist())
    except zipfile.BadZipFile as error:
        raise ValidationError(
            _("The workbook is damaged: it ends too early. Save it again and upload it.")
        ) from error
    _check_parts(parts, max_rows, encrypted=encrypted)


def _say_ole(upload: "File[bytes]") -> str:
    """An OLE container is a workbook behind a password, or one of the old format."""
    locked = any("EncryptedPackage".encode("utf-16-le") in chunk for chunk in upload.chunks())
    upload.seek(0)
    if locked:
        return _("The workbook is protected by a password; remove the password and upload it again.")
    return _("This is a workbook of the old .xls format; open it and save it as .xlsx.")


def _check_parts(parts: dict[str, int], max_rows: int, *, encrypted: bool) -> None:
    """The sizes are those the container declares; more than that is never unpacked."""
    if encrypted:
        raise ValidationError(
            _("The workbook is protected by a password; remove the password and upload it again.")
        )
    if "xl/workbook.xml" not in parts:
        raise _not_a_workbook()
    if sum(parts.values()) > MAX_TOTAL_BYTES:
        raise ValidationError(
            _(
                "Unpacked, the workbook would take %(size)d MB: no list is that large. "
                "Copy the rows into the template and upload that."
            )
            % {"size": sum(parts.values()) // 1024**2}
        )
    for name, size in parts.items():
        if size > _limit(name):
            raise too_many_rows(max_rows)


def _limit(name: str) -> int:
    if name.startswith(LARGE):
        return MAX_PART_BYTES
    return MAX_STYLES_BYTES if name.startswith("xl/styles") else MAX_FRAME_BYTES


def too_many_rows(limit: int) -> ValidationError:
    return ValidationError(
        _(
            "The workbook holds far more than a list: at most %(n)d rows are taken. "
            "Delete what does not belong to it."
        )
        % {"n": limit}
    )


def _not_a_workbook() -> ValidationError:
    return ValidationError(
        _(
            "This is not an .xlsx workbook, whatever its name says; "
            "open it in Excel or WPS and save it as .xlsx."
        )
    )
