"""Workbooks and uploads for the tests of tables, and of every room that reads them."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tables.reading import read
from tables.table import Column, ColumnKind
from tables.writing import XLSX

COLUMNS = (
    Column("unit", "Unit", ("单位", "单位名称")),
    Column("window", "Window", ("窗口",)),
    Column("kind", "Kind", ("类型",)),
    Column("address", "Address", ("地址",), required=False),
    Column("reason", "Why this one", ("理由",), required=False, kind=ColumnKind.PROSE),
    Column("since", "Since", ("日期",), required=False, kind=ColumnKind.DATE),
)
HEADS = [column.head for column in COLUMNS]


def row(window="示例大厅", kind="政务公开", address="", reason="", since=None):
    return ["示例单位", window, kind, address, reason, since]


def workbook(rows, heads=HEADS) -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.append(heads)
    for cells in rows:
        sheet.append(cells)
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "list.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=XLSX)


def upload_of(rows, heads=HEADS) -> SimpleUploadedFile:
    return upload(saved(workbook(rows, heads)))


def text_upload(text: str, encoding: str = "utf-8", name: str = "list.csv") -> SimpleUploadedFile:
    return upload(text.encode(encoding), name)


def refused(file) -> list[str]:
    """The complaints of a file that cannot be read."""
    with pytest.raises(ValidationError) as caught:
        read(file, COLUMNS)
    return caught.value.messages


def repacked(content: bytes, **changes: bytes) -> bytes:
    """The same container with parts replaced or added; `xl__x_xml` stands for xl/x.xml."""
    wanted = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data
        for name, data in changes.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in wanted:
                new.writestr(part.filename, old.read(part.filename))
        for name, data in wanted.items():
            new.writestr(name, data)
    return out.getvalue()
