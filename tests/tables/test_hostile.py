"""Workbooks made to eat memory or time: refused before they do."""

import io
import zipfile
from contextlib import closing

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from sites.site_fields import COLUMNS
from tables import containers, workbooks
from tables.reading import MAX_TOLD, read
from tests.tables.making import upload

pytestmark = pytest.mark.usefixtures("english")
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>'
    "{}</worksheet>"
)


def rebuilt(parts) -> bytes:
    """A small workbook with some of its parts replaced; a function makes the new part of the old."""
    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = parts.get(name, lambda old: old)
            target.writestr(name, part(source.read(name).decode()) if callable(part) else part)
    return out.getvalue()


def refused(content: bytes) -> list[str]:
    with pytest.raises(ValidationError) as told:
        read(upload(content), COLUMNS)
    return told.value.messages


def test_row_of_endless_empty_cells_is_refused():
    sheet = SHEET.format("<row>" + "<c/>" * (workbooks.MAX_HELD + 1) + "</row>", "")

    assert "far more than a list" in refused(rebuilt({"xl/worksheets/sheet1.xml": sheet}))[0]


def test_row_of_every_column_is_read():
    heads = "".join(f'<c t="inlineStr"><is><t>{column.head}</t></is></c>' for column in COLUMNS)
    cells = "<c/>" * 16_384
    sheet = SHEET.format(f"<row>{heads}</row><row>{cells}</row><row>{heads}</row>", "")

    assert len(read(upload(rebuilt({"xl/worksheets/sheet1.xml": sheet})), COLUMNS).lines) == 1


def test_many_names_of_one_sheet_are_refused():
    def many(old: str) -> str:
        start = old.index("<sheet ")
        one = old[start : old.index("/>", start) + 2]
        return old.replace(
            one,
            one
            + "".join(
                one.replace('name="Sheet"', f'name="S{n}"').replace('sheetId="1"', f'sheetId="{n + 2}"')
                for n in range(workbooks.MAX_SHEETS)
            ),
        )

    assert "far more than a list" in refused(rebuilt({"xl/workbook.xml": many}))[0]


def test_endless_empty_rows_are_refused():
    sheet = SHEET.format("<row/>" * (workbooks.MAX_ELEMENTS + 1), "")

    assert "far more than a list" in refused(rebuilt({"xl/worksheets/sheet1.xml": sheet}))[0]


def test_top_of_a_sheet_is_read_without_what_lies_below():
    """As a hallmark and a head are looked for, on many sheets."""
    below = "<row/>" * (workbooks.MAX_ELEMENTS + 1)
    sheet = SHEET.format(f'<row><c t="inlineStr"><is><t>mark</t></is></c></row>{below}', "")
    with closing(workbooks.Book(upload(rebuilt({"xl/worksheets/sheet1.xml": sheet})))) as book:
        (first,) = book.sheets()[0].rows(10)

    assert first.values == {1: "mark"}


def test_what_stands_in_the_way_of_the_top_is_refused():
    before = "<c/>" * (workbooks.MAX_HEAD_ELEMENTS + 1)
    content = rebuilt({"xl/worksheets/sheet1.xml": SHEET.format(f"<row>{before}</row>", "")})
    with closing(workbooks.Book(upload(content))) as book, pytest.raises(ValidationError, match="far more"):
        list(book.sheets()[0].rows(1))


def test_swollen_styles_are_refused():
    def swollen(old: str) -> str:
        return old + " " * containers.MAX_STYLES_BYTES

    assert "far more than a list" in refused(rebuilt({"xl/styles.xml": swollen}))[0]


def test_workbook_merged_all_over_is_told_in_a_few_words():
    heads = "".join(f'<c t="inlineStr"><is><t>{column.head}</t></is></c>' for column in COLUMNS)
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 500))
    sheet = SHEET.format(f"<row>{heads}</row>", f"<mergeCells>{merged}</mergeCells>")

    assert len(refused(rebuilt({"xl/worksheets/sheet1.xml": sheet}))) == MAX_TOLD
