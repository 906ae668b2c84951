"""A table out of a workbook or a CSV file: its head, its cells, and what is wrong with them."""

import datetime
import io

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import translation
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tables.reading import MAX_LETTERS, read
from tables.rows import MAX_CELL_LETTERS
from tables.table import COMPLAINTS, Column, ColumnKind, Table
from tests.tables.making import (
    COLUMNS,
    HEADS,
    refused,
    row,
    saved,
    text_upload,
    upload,
    upload_of,
    workbook,
)

pytestmark = pytest.mark.usefixtures("english")


def lines_of(file):
    return read(file, COLUMNS).lines


def problems_of(rows):
    [line] = lines_of(upload_of(rows))
    return line.problems


# -- heads and columns --------------------------------------------------------------


def test_missing_columns_are_named():
    messages = refused(upload_of([["示例单位"]], ["Unit"]))
    assert messages == [
        "Column “Window” is missing; add it, or use the template.",
        "Column “Kind” is missing; add it, or use the template.",
    ]


def test_unknown_columns_are_told_and_kept_beside():
    table = read(upload_of([[*row(), "无关"]], [*HEADS, "备注"]), COLUMNS)
    assert table.unused == ["备注"]
    assert table.lines[0].others == {"G": "无关"}


def test_column_of_complaints_is_passed_over():
    with translation.override("zh-hans"):
        head = str(COMPLAINTS.head)
    table = read(upload_of([[*row(), "B2：名称太长"]], [*HEADS, head]), COLUMNS)
    assert table.unused == []
    assert table.lines[0].others == {}


def test_column_that_stands_twice_is_named():
    [message] = refused(upload_of([[*row(), "再"]], [*HEADS, "Ｗｉｎｄｏｗ"]))
    assert message == "Column “Ｗｉｎｄｏｗ” stands twice, under B and G; delete one of them.".replace(
        "Ｗｉｎｄｏｗ", "Window"
    )


def test_head_row_may_stand_under_a_title_and_be_chinese():
    book = workbook([], ["示范点上报表（示例）"])
    book.active.merge_cells("A1:F1")
    book.active.append(["单位名称", "窗口", "类型"])
    book.active.append(["示例单位", "示例大厅", "政务公开"])
    table = read(upload(saved(book)), COLUMNS)
    assert (table.lines[0].number, table.letters) == (3, {"unit": "A", "window": "B", "kind": "C"})


@pytest.mark.parametrize("cells", ["C1:D1", "A1:A2", "A2:A3"])
def test_merged_cells_are_named(cells):
    book = workbook([row(), row("示例二")])
    book.active.merge_cells(cells)
    messages = refused(upload(saved(book)))
    assert f"Cells {cells} are merged; unmerge them and write each cell's own text." in messages


def test_empty_sheet():
    assert refused(upload(saved(Workbook()))) == [
        "The first sheet is empty; fill in the template and upload that."
    ]


def test_sheet_without_head_row():
    [message] = refused(upload_of([["甲", "乙"]], ["丙", "丁"]))
    assert "Unit" in message


def test_head_row_below_the_tenth_is_not_found():
    book = Workbook()
    for _n in range(10):
        book.active.append(["示例"])
    book.active.append(HEADS)
    book.active.append(row())
    [message] = refused(upload(saved(book)))
    assert "first 10 rows" in message


def test_sheet_with_heads_only():
    [message] = refused(upload_of([]))
    assert "no row under the head row" in message


def test_too_many_rows_are_refused_at_the_limit():
    rows = [row(f"示例{n}") for n in range(1001)]
    assert len(lines_of(upload_of(rows[:1000]))) == 1000
    [message] = refused(upload_of(rows))
    assert "1000" in message
    assert len(read(upload_of(rows), COLUMNS, max_rows=1001).lines) == 1001


def test_one_long_text_in_every_cell_is_refused():
    text = "长" * MAX_CELL_LETTERS
    [message] = refused(upload_of([[text] * 6] * (MAX_LETTERS // MAX_CELL_LETTERS // 6 + 1)))
    assert "far more than a list" in message


def test_table_survives_the_session():
    table = read(upload_of([[*row(since="31/1/2008"), "无关"]], [*HEADS, "备注"]), COLUMNS)
    assert table.lines[0].problems
    assert Table.from_json(table.as_json()) == table


def test_table_of_some_of_its_rows():
    table = read(upload_of([row(), row("示例二"), row("示例三")]), COLUMNS)
    assert [line.number for line in table.only({2, 4}).lines] == [2, 4]


# -- hidden things --------------------------------------------------------------------


def test_hidden_row_is_complained_about_and_its_texts_are_kept():
    book = workbook([row(), row("示例二")])
    book.active.row_dimensions[3].hidden = True
    first, second = lines_of(upload(saved(book)))
    assert first.problems == {}
    assert second.problems == {NON_FIELD_ERRORS: "Row 3 is hidden; unhide or delete it."}
    assert second.cells["window"] == "示例二"


def test_hidden_row_without_texts_is_nothing():
    book = workbook([row()])
    book.active.row_dimensions[5].hidden = True
    assert len(lines_of(upload(saved(book)))) == 1


def test_hidden_column_is_named_when_the_list_reads_it():
    book = workbook([[*row(), "无关"]], [*HEADS, "备注"])
    book.active.column_dimensions["G"].hidden = True
    assert len(lines_of(upload(saved(book)))) == 1
    book.active.column_dimensions["B"].hidden = True
    assert refused(upload(saved(book))) == ["Column B is hidden; unhide or delete it."]


def test_hidden_sheet_is_passed_over():
    book = Workbook()
    book.active.append(["示例"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet()
    sheet.append(HEADS)
    sheet.append(row())
    assert lines_of(upload(saved(book)))[0].cells["window"] == "示例大厅"


# -- cells ----------------------------------------------------------------------------


def test_formula_is_refused_by_its_cell():
    assert problems_of([row('="示例"&"大厅"')]) == {
        "window": "Cell B2 holds a formula; enter the value itself."
    }


def test_error_of_the_workbook_is_refused_by_its_cell():
    assert problems_of([row("#N/A")]) == {
        "window": "Cell B2 holds an error of the workbook; enter the value itself."
    }


@pytest.mark.parametrize("length", [2001, 5000])
def test_cell_that_is_too_long_is_refused_with_both_lengths(length):
    text = f"Cell E2 holds {length} letters; at most 2000 are taken, shorten it."
    assert problems_of([row(reason="长" * length)]) == {"reason": text}


def test_numbers_are_read_whole():
    [line] = lines_of(upload_of([row(13800000000, 2.0, 1.5)]))
    assert [line.cells[name] for name in ("window", "kind", "address")] == ["13800000000", "2", "1.5"]


def test_names_are_read_in_one_spelling_and_prose_in_its_own():
    [line] = lines_of(upload_of([row(" 示例大厅 (１楼)", reason=" 基础好，\n窗口新（示例）。 ")]))
    assert line.cells["window"] == "示例大厅（1楼）"
    assert line.cells["reason"] == "基础好，\n窗口新（示例）。"


def test_carriage_returns_of_a_pasted_text_are_taken_off():
    [line] = lines_of(upload_of([row(reason="一_x000D_\n二")]))
    assert line.cells["reason"] == "一\n二"


def test_day_is_read_from_a_date_a_number_and_a_text():
    day = datetime.date(2008, 1, 15)
    for written in (day, datetime.datetime(2008, 1, 15), 39462, 39462.0, "2008年1月15日", 20080115):  # noqa: DTZ001
        [line] = lines_of(upload_of([row(since=written)]))
        assert (line.cells["since"], line.problems) == ("2008-01-15", {})


def test_day_of_a_workbook_that_counts_from_1904():
    book = workbook([row(since=38000), row("示例二", since=datetime.date(2008, 1, 15))])
    book.epoch = CALENDAR_MAC_1904
    assert [line.cells["since"] for line in lines_of(upload(saved(book)))] == ["2008-01-15", "2008-01-15"]


def test_day_that_is_none_keeps_its_text_and_says_what_to_write():
    [line] = lines_of(upload_of([row(since="15/1/2008")]))
    assert line.cells["since"] == "15/1/2008"
    assert "2008-01-15" in line.problems["since"]


def test_date_in_a_column_of_names_is_the_day_alone():
    [line] = lines_of(upload_of([row(address=datetime.date(2008, 1, 15))]))
    assert line.cells["address"] == "2008-01-15"


# -- text files -------------------------------------------------------------------------

TEXT = "单位,窗口,类型,地址\r\n示例单位,示例大厅,政务公开,示例路1号\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_file_is_read_in_its_encoding_and_by_its_separator(encoding, separator):
    [line] = lines_of(text_upload(TEXT.replace(",", separator), encoding))
    assert line.number == 2
    assert line.cells == {
        "unit": "示例单位",
        "window": "示例大厅",
        "kind": "政务公开",
        "address": "示例路1号",
    }


def test_text_file_keeps_rare_letters():
    for encoding in ("utf-8", "gb18030"):
        [line] = lines_of(text_upload(TEXT.replace("大厅", "𠮷䶮喆"), encoding))
        assert line.cells["window"] == "示例𠮷䶮喆"


def test_text_file_may_hold_line_breaks_in_quotes_and_empty_lines():
    text = '单位,窗口,类型,理由\n\n示例单位,"示例,大厅",政务公开,"一\n二"\n'
    [line] = lines_of(text_upload(text))
    assert (line.number, line.cells["window"], line.cells["reason"]) == (3, "示例,大厅", "一\n二")


def test_text_file_of_both_encodings_names_the_line():
    lines = TEXT.encode().splitlines(keepends=True)
    mixed = lines[0] + lines[1].decode().encode("gbk")
    [message] = refused(upload(mixed, "list.csv"))
    assert message.startswith("Line 2 cannot be read: the file is neither UTF-8 nor GBK throughout.")
    mixed = lines[0].decode().encode("gbk") + lines[1].decode().encode("gbk") + lines[1]
    assert refused(upload(mixed, "list.csv"))[0].startswith("Line 3")


@pytest.mark.parametrize("broken", [b"\xff\xff", b"\0", b"\x81,"])
def test_text_file_that_is_neither_names_the_line(broken):
    [message] = refused(upload(TEXT.encode() + broken, "list.csv"))
    assert message.startswith("Line 3 cannot be read")
    assert "“CSV UTF-8”" in message


def test_text_file_of_another_encoding_is_refused():
    assert refused(text_upload(TEXT, "utf-16"))[0].startswith("Line 1 cannot be read")


def test_text_file_with_an_open_quotation_mark_names_the_line():
    [message] = refused(text_upload(TEXT + '示例单位,"示例二,政务公开\n示例单位,示例三,政务公开\n'))
    assert message.startswith("The quotation marks of line 4 do not match")


def test_text_file_takes_off_the_guard_and_keeps_other_texts_as_they_are():
    rows = ["'=1+1", "=1+1", '="0473"', "'单引号"]
    text = "单位,窗口,类型\n" + "".join(f"示例单位,{window},政务公开\n" for window in rows)
    assert [line.cells["window"] for line in lines_of(text_upload(text))] == [
        "=1+1",
        "=1+1",
        "0473",
        "'单引号",
    ]


def test_text_file_with_a_rounded_number_asks_for_it_anew():
    [line] = lines_of(text_upload("单位,窗口,类型\n示例单位,1.38E+10,政务公开\n"))
    assert line.problems == {
        "window": "Cell B2 holds a number that lost its last digits; "
        "format the column as text and enter it anew."
    }


def test_text_file_of_many_rows_is_refused_at_the_limit():
    text = "单位,窗口,类型\n" + "示例单位,示例大厅,政务公开\n" * 1001
    assert "1000" in refused(text_upload(text))[0]


def test_text_in_a_file_that_is_named_a_workbook_is_refused():
    assert "not an .xlsx workbook" in refused(upload(TEXT.encode()))[0]


def test_workbook_that_is_named_a_text_file_is_read_as_what_it_is():
    content = io.BytesIO(saved(workbook([row()]))).getvalue()
    assert lines_of(upload(content, "list.csv"))[0].cells["window"] == "示例大厅"


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (4732998888, "0473-2998888"),
        (4732998888.0, "0473-2998888"),
        ("473-2998888", "0473-2998888"),
        ("473 2998888", "0473-2998888"),
        (1066668888, "010-66668888"),
        (2166668888, "021-66668888"),
        (57188887777, "0571-88887777"),
        (13800000000, "13800000000"),
        ("0473-2998888", "0473-2998888"),
        ("04732998888", "04732998888"),
        (2998888, "2998888"),
        (12345, "12345"),
        (4008123456, "4008123456"),
        ("0473-2998888转8012", "0473-2998888转8012"),
    ],
)
def test_telephone_typed_as_a_number_regains_its_zero(typed, read_as):
    columns = [Column("name", "姓名"), Column("phone", "电话", kind=ColumnKind.TELEPHONE)]
    table = read(upload_of([["示例", typed]], ["姓名", "电话"]), columns)
    assert table.lines[0].cells["phone"] == read_as
    told = str(typed).removesuffix(".0")
    assert table.mended == ([f"B2 {told} → {read_as}"] if told != read_as else [])
    assert type(table).from_json(table.as_json()) == table
