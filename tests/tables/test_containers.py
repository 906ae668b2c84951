"""Files that are no workbook of a list's size: refused by their container, in little time and memory."""

import io
import time
import tracemalloc
import zipfile

import pytest

from tests.tables.making import refused, repacked, row, saved, upload, workbook

pytestmark = pytest.mark.usefixtures("english")


SHARED_STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def long_workbook(cells: list[str]) -> bytes:
    """A workbook of 200,000 rows, its sheet written as Excel writes it: texts in place, row after row."""
    texts = "".join(
        f'<c r="{chr(65 + at)}%d" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(cells)
    )
    one = f'<row r="%d">{texts}</row>'
    rows = "".join(one % ((n,) * (len(cells) + 1)) for n in range(2, 200_002))
    with zipfile.ZipFile(io.BytesIO(saved(workbook([])))) as container:
        sheet = container.read("xl/worksheets/sheet1.xml").replace(
            b"</sheetData>", rows.encode() + b"</sheetData>"
        )
    return repacked(saved(workbook([])), xl__worksheets__sheet1_xml=sheet)


@pytest.mark.parametrize("cells", [["示例单位", "示例大厅", "政务公开", "示例路", "示例"], ["1"]])
def test_200_000_rows_are_refused_quickly_and_in_little_memory(cells):
    file = upload(long_workbook(cells))
    tracemalloc.start()
    started = time.monotonic()
    [message] = refused(file)
    took, (_now, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "1000" in message
    assert took < 5
    assert peak < 20 * 1024**2


def test_zip_bomb_is_refused_before_it_is_unpacked():
    content = saved(workbook([row()]))
    bomb = repacked(content, xl__media__bomb_bin=bytes(300 * 1024**2))
    assert len(bomb) < 1024**2
    tracemalloc.start()
    [message] = refused(upload(bomb))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "MB" in message
    assert peak < 10 * 1024**2


def test_sheet_among_the_pictures_may_be_no_larger_than_elsewhere():
    bomb = repacked(saved(workbook([row()])), xl__media__sheet1_xml=b"<row/>" * (4 * 1024**2))
    [message] = refused(upload(bomb))
    assert "1000" in message


def test_one_long_text_in_every_cell_costs_no_time():
    """A workbook keeps a text once, however many cells show it."""
    cells = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{at}{n}" t="s"><v>0</v></c>' for at in "ABCDE") + "</row>"
        for n in range(2, 502)
    )
    content = saved(workbook([]))
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        types = container.read("[Content_Types].xml").replace(b"</Types>", SHARED_STRINGS)
        sheet = container.read("xl/worksheets/sheet1.xml")
    text = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%b</t></si></sst>'
    file = repacked(
        content,
        **{"[Content_Types]_xml": types},
        xl__worksheets__sheet1_xml=sheet.replace(b"</sheetData>", cells.encode() + b"</sheetData>"),
        xl__sharedStrings_xml=text % (b"a b" * 5_000_000),
    )
    started = time.monotonic()
    [message] = refused(upload(file))
    assert "1000" in message
    assert time.monotonic() - started < 5


def test_blank_lines_of_a_text_file_are_no_list():
    [message] = refused(upload("单位,窗口,类型\n".encode() + b"\n" * 6_000_000, "list.csv"))
    assert "1000" in message


def test_zip_bomb_in_the_sheet_is_refused_before_it_is_unpacked():
    bomb = repacked(
        saved(workbook([row()])), xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * (90 * 1024**2)
    )
    [message] = refused(upload(bomb))
    assert "1000" in message


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n + 1, *([n] * 8)) for n in range(97, 110)
    )
    + b"]>"
)


@pytest.mark.parametrize(
    "part", ["xl__workbook_xml", "xl__worksheets__sheet1_xml", "xl__sharedStrings_xml", "xl__styles_xml"]
)
def test_xml_bomb_is_refused(part):
    content = saved(workbook([row()]))
    name = part.replace("__", "/").replace("_xml", ".xml")
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        parts = container.namelist()
        old = container.read(name) if name in parts else b"<sst><si><t>x</t></si></sst>"
        types = container.read("[Content_Types].xml")
    root_end = old.index(b">", old.index(b"?>") + 2 if old.startswith(b"<?") else 0) + 1
    body = old[old.index(b"?>") + 2 : root_end] if old.startswith(b"<?") else old[:root_end]
    if name not in parts:
        content = repacked(content, **{"[Content_Types]_xml": types.replace(b"</Types>", SHARED_STRINGS)})
    bomb = repacked(content, **{part: LAUGHS + body + b"&m;" + old[root_end:]})
    started = time.monotonic()
    messages = refused(upload(bomb))
    assert len(messages) == 1
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7\n1 0 obj\n", "PDF"),
        ("单位,窗口\n示例,示例\n".encode(), ".xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), ".xlsx"),
        (b"PK\x03\x04" + bytes(64), "damaged"),
    ],
)
def test_another_format_renamed_is_named(content, word):
    [message] = refused(upload(content))
    assert word in message


def test_another_zip_renamed_is_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr("word/document.xml", "<x/>")
    [message] = refused(upload(out.getvalue()))
    assert "not an .xlsx workbook" in message


def ole(stream: str) -> bytes:
    """A compound file of one sector with a directory entry of this name, as Office writes them."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + len(stream).to_bytes(2, "little") + bytes(62)
    return head + entry.ljust(512, b"\0")


def test_workbook_behind_a_password():
    [message] = refused(upload(ole("EncryptedPackage")))
    assert "remove the password" in message


def test_zip_behind_a_password():
    content = bytearray(saved(workbook([row()])))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    [message] = refused(upload(bytes(content)))
    assert "remove the password" in message


def test_workbook_of_the_old_format():
    [message] = refused(upload(ole("Workbook")))
    assert ".xls" in message
    assert "password" not in message


def test_empty_file():
    [message] = refused(upload(b""))
    assert "empty" in message


def test_file_above_the_limit():
    [message] = refused(upload(b"PK\x03\x04" + bytes(20 * 1024**2)))
    assert "20 MB" in message


def test_damaged_workbook():
    content = saved(workbook([row()]))
    [message] = refused(upload(repacked(content, xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row>")))
    assert "cannot be read" in message
