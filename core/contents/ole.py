"""Documents of the old formats (.doc, .xls, .ppt, WPS): macros, programs within, links that run."""

import re
from typing import IO

from django.core.files import File

from core.enums import FileFlag
from tables import refusals

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MACROS = [name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA\0", "Macros\0")]
# A program, or any file, that lies in the document to be opened from there; a control.
_PROGRAMS = [name.encode("utf-16-le") for name in ("\1Ole10Native", "\3OCXNAME", "\3OCXDATA")]
_DDE = re.compile(rb"(?<![A-Za-z])D\0?D\0?E\0?(A\0?U\0?T\0?O)[\0 ]", re.IGNORECASE)
# In a workbook: a sheet (BOUNDSHEET) that is one of macros of Excel 4.
_MACRO_SHEET = re.compile(rb"\x85\0[\x08-\x50]\0.{4}[\0-\x02]\x01", re.DOTALL)


def look_into(file: "IO[bytes] | File[bytes]") -> frozenset[FileFlag]:
    """Nothing in it leads elsewhere that would be told; what runs is refused."""
    file.seek(0)
    content = file.read()
    if _LOCKED in content:
        raise refusals.locked()
    if any(name in content for name in _MACROS) or _has_macro_sheet(content):
        raise refusals.macros()
    if any(name in content for name in _PROGRAMS):
        raise refusals.holds_files()
    if _DDE.search(content):
        raise refusals.runs()
    return frozenset()


def _has_macro_sheet(content: bytes) -> bool:
    is_workbook = any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0"))
    return is_workbook and bool(_MACRO_SHEET.search(content))
