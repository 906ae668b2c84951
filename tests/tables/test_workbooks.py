"""The rows of a workbook as each program writes them, beside what openpyxl can write itself."""

import tracemalloc
import zipfile
from io import BytesIO

import pytest
from openpyxl.styles import NamedStyle

from tables.reading import read
from tests.tables.making import COLUMNS, refused, repacked, saved, upload, workbook
from tests.tables.test_containers import SHARED_STRINGS

pytestmark = pytest.mark.usefixtures("english")

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# The second text is of two runs with a reading aid above them.
TEXTS = (
    f'<sst xmlns="{SPACE}"><si><t>示例单位</t></si>'
    "<si><r><t>示例</t></r><r><rPr><b/></rPr><t>大厅</t></r>"
    '<rPh sb="0" eb="2"><t>shili</t></rPh><phoneticPr fontId="1"/></si><si/><si><t>政务公开</t></si></sst>'
)
UNIT, KIND = '<c r="A2" t="s"><v>0</v></c>', '<c r="C2" t="s"><v>3</v></c>'


def file_of(rows: str, head: str = ""):
    """A workbook whose sheet holds these rows under the head row; style 1 shows numbers as days."""
    book = workbook([])
    book.add_named_style(NamedStyle("day", number_format="yyyy-mm-dd"))
    book.active["J1"].style = "day"
    content = saved(book)
    with zipfile.ZipFile(BytesIO(content)) as container:
        types = container.read("[Content_Types].xml").replace(b"</Types>", SHARED_STRINGS)
        sheet = container.read("xl/worksheets/sheet1.xml").decode()
    sheet = sheet.replace("<sheetData>", f"{head}<sheetData>").replace("</sheetData>", f"{rows}</sheetData>")
    return upload(
        repacked(
            content,
            **{"[Content_Types]_xml": types},
            xl__worksheets__sheet1_xml=sheet.encode(),
            xl__sharedStrings_xml=TEXTS.encode(),
        )
    )


def line_of(cell: str):
    [line] = read(file_of(f'<row r="2">{UNIT}{cell}{KIND}</row>'), COLUMNS).lines
    return line


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2" t="s"><v>1</v></c>', "示例大厅"),
        ('<c r="B2" t="s"><v>2</v></c>', ""),
        ('<c r="B2" t="inlineStr"><is><t>示例</t></is></c>', "示例"),
        ('<c r="B2" t="inlineStr"><is><r><t>示</t></r><r><t>例</t></r><rPh><t>s</t></rPh></is></c>', "示例"),
        ('<c r="B2" t="inlineStr"/>', ""),
        ('<c r="B2" t="str"><v>示例</v></c>', "示例"),
        ('<c t="s"><v>1</v></c>', "示例大厅"),
        ('<c r="B2" t="b"><v>1</v></c>', "True"),
        ('<c r="B2"><v>13800000000</v></c>', "13800000000"),
        ('<c r="B2"><v>1.38E10</v></c>', "13800000000"),
        ('<c r="B2" s="1"><v>39462</v></c>', "2008-01-15"),
        ('<c r="B2" t="d"><v>2008-01-15</v></c>', "2008-01-15"),
        ('<c r="B2" s="1"/>', ""),
    ],
)
def test_cell_is_read_as_the_program_shows_it(cell, text):
    line = line_of(cell)
    assert (line.cells["window"], line.problems) == (text, {})
    assert line.cells["kind"] == "政务公开"


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ('<c r="B2" t="str"><f>A1&amp;A2</f><v>示例</v></c>', "formula"),
        ('<c r="B2" t="s"><f t="shared" si="0"/><v>1</v></c>', "formula"),
        ('<c r="B2" t="e"><v>#REF!</v></c>', "error"),
        ('<c r="B2" s="1"><v>99999999999</v></c>', "error"),
    ],
)
def test_cell_that_holds_no_value_of_its_own_is_refused(cell, word):
    assert word in line_of(cell).problems["window"]


@pytest.mark.parametrize("place", ["", ' r="2"', ' r="2.0"'])
def test_row_may_be_numbered_by_its_place_alone(place):
    [line] = read(file_of(f"<row{place}>{UNIT}{KIND}</row>"), COLUMNS).lines
    assert line.number == 2


@pytest.mark.parametrize(
    "cell",
    ['<c r="B2" t="s"><v>99</v></c>', '<c r="ZZZZ2" t="s"><v>1</v></c>', '<c r="B2"><v>twelve</v></c>'],
)
def test_cell_that_no_program_writes_refuses_the_file(cell):
    [message] = refused(file_of(f'<row r="2">{UNIT}{cell}</row>'))
    assert "damaged" in message


def test_hidden_columns_of_any_number_are_asked_for_where_the_list_reads():
    cols = '<cols><col min="-2000000000" max="2000000000" width="9" hidden="1"/></cols>'
    assert len(refused(file_of(f'<row r="2">{UNIT}{KIND}</row>', cols))) == 6


def test_empty_rows_take_no_memory():
    file = file_of(f'<row r="2">{UNIT}{KIND}</row>' + "<row/>" * 300_000)
    tracemalloc.start()
    assert len(read(file, COLUMNS).lines) == 1
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * 1024**2
