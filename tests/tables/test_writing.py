"""Tables that leave the portal: safe to open, and whole."""

import datetime
import io
import zipfile
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from tables import writing
from tables.table import Column

DANGEROUS = ["=1+1", "+8613800000000", "-1", "@SUM(A1)", "\tx", "＝1+1", "#N/A", '=HYPERLINK("http://x")']


def sheet_of(content):
    return load_workbook(io.BytesIO(content)).worksheets[0]


def test_xlsx_keeps_texts_numbers_and_dates_as_what_they_are():
    day, moment = datetime.date(2008, 1, 15), datetime.datetime(2008, 1, 15, 0, 30, tzinfo=datetime.UTC)
    content = writing.xlsx(
        ["名称", "数", "金额", "日期", "时间", "空"],
        [["示例", 3, Decimal("1.50"), day, moment, None]],
        "示例",
    )
    text, number, money, date, time, empty = sheet_of(content)[2]
    assert (text.value, text.data_type, text.number_format) == ("示例", "s", "@")
    assert (number.value, money.value, empty.value) == (3, 1.5, None)
    assert (number.data_type, money.data_type) == ("n", "n")
    assert (date.value.date(), date.is_date) == (day, True)
    assert time.value == datetime.datetime(2008, 1, 15, 8, 30)  # noqa: DTZ001  # a workbook has no zones


@pytest.mark.parametrize("text", DANGEROUS)
def test_xlsx_text_never_becomes_a_formula(text):
    cell = sheet_of(writing.xlsx(["名称"], [[text]], "示例"))["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_xlsx_one_row_leaves_no_trace_in_the_next():
    rows = [["甲", 1], [2, "乙"], [None, "丙"], ["=1", None]]
    sheet = sheet_of(writing.xlsx(["一", "二"], rows, "示例"))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == rows


def test_xlsx_head_is_bold_frozen_and_as_wide_as_its_column():
    columns = [Column("a", gettext_lazy("Unit"), (), width=33), "很长的一个列的名称"]
    sheet = sheet_of(writing.xlsx(columns, [["x", "y"]], "示例"))
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    # One page across is what a workbook means that says nothing of it.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert [int(sheet.column_dimensions[letter].width) for letter in "AB"] == [33, 20]


def test_xlsx_numbers_and_dates_stand_at_the_top_as_texts_do():
    moment = datetime.datetime(2008, 1, 15, 0, 30, tzinfo=datetime.UTC)
    sheet = sheet_of(writing.xlsx(["名称", "数", "日期", "时间"], [["x", 1, moment.date(), moment]], "示例"))
    assert {cell.alignment.vertical for cell in sheet[2]} == {"top"}
    assert int(sheet.column_dimensions["D"].width) == len("2008-01-15 08:30:00") + 2


def test_wide_table_keeps_its_fixed_columns_on_each_printed_page():
    heads = [f"很长的一个列的名称{n}" for n in range(30)]
    part = writing.Part("示例", heads, [["x"] * 30], fixed=2)
    sheet = sheet_of(writing.xlsx_of([part]))
    assert (sheet.freeze_panes, sheet.print_title_cols) == ("C2", "$A:$B")
    assert sheet.page_setup.fitToWidth > 3
    assert sheet.auto_filter.ref == "A1:AD2"


def test_sheets_of_one_title_are_told_apart():
    parts = [writing.Part(title, ["甲"], [[title]]) for title in ("示例A", "示例a", "示例A")]
    book = load_workbook(io.BytesIO(writing.xlsx_of(parts)))
    assert book.sheetnames == ["示例A", "示例a 2", "示例A 3"]


@pytest.mark.parametrize("title", ["", "1", "示例"])
def test_what_a_drop_down_offers_lies_beside_a_sheet_of_any_title(title):
    book = load_workbook(io.BytesIO(writing.xlsx(["甲"], [["一"]], title, {0: ["一", "二"]})))
    shown, offered = book.worksheets
    assert (shown["A2"].value, [cell.value for cell in offered["A"]]) == ("一", ["一", "二"])
    [rule] = shown.data_validations.dataValidation
    assert rule.formula1 == f"'{offered.title}'!$A$1:$A$2"


def test_days_that_no_workbook_knows_are_written_as_text():
    cells = sheet_of(
        writing.xlsx(["甲", "乙"], [[datetime.date(1899, 12, 31), datetime.date(1901, 1, 1)]], "示例")
    )[2]
    assert [cell.value for cell in cells] == ["1899-12-31", datetime.datetime(1901, 1, 1)]  # noqa: DTZ001


def test_more_rows_than_a_sheet_holds_are_refused_and_none_is_lost_unsaid(monkeypatch):
    monkeypatch.setattr("tables.sheets.MOST_ROWS", 3)
    assert sheet_of(writing.xlsx(["甲"], [["一"], ["二"]], "示例")).max_row == 3
    with pytest.raises(ValidationError, match="最多容纳3行；请改用 CSV"):
        writing.xlsx(["甲"], [["一"], ["二"], ["三"]], "示例")


def test_xlsx_drops_what_no_workbook_can_hold():
    content = writing.xlsx(
        ["名称"], [["示\x00例\x0b\ufffe" + chr(0xD800)], ["一\r\n二"]], "a/b[c]:*?" + "长" * 40
    )
    sheet = sheet_of(content)
    assert [sheet["A2"].value, sheet["A3"].value] == ["示例", "一\n二"]
    assert len(sheet.title) <= 31


def test_xlsx_text_longer_than_a_cell_is_cut_and_the_file_opens():
    assert len(sheet_of(writing.xlsx(["名称"], [["长" * 40_000]], "示例"))["A2"].value) == 32_767


def test_xlsx_without_rows_holds_its_head():
    assert [cell.value for cell in sheet_of(writing.xlsx(["甲", "乙"], [], "示例"))[1]] == ["甲", "乙"]


def test_csv_begins_with_its_mark_and_has_dates_and_numbers():
    day, moment = datetime.date(2008, 1, 15), datetime.datetime(2008, 1, 15, 0, 30, tzinfo=datetime.UTC)
    content = writing.csv(["名称", "数", "日期", "时间", "空"], [["示例,一", -3, day, moment, None]])
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines == ["名称,数,日期,时间,空", '"示例,一",-3,2008-01-15,2008-01-15 08:30:00,', ""]


@pytest.mark.parametrize("text", [text for text in DANGEROUS if text != "#N/A"])
def test_csv_text_that_looks_like_a_formula_is_disarmed(text):
    assert writing.guarded(text).startswith("'")
    assert writing.csv(["名称"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize(
    ("asked", "ending", "content_type"),
    [
        ("xlsx", "xlsx", writing.XLSX),
        ("csv", "csv", writing.CSV),
        ("exe", "xlsx", writing.XLSX),
        ("", "xlsx", writing.XLSX),
    ],
)
def test_export_answers_the_format_asked_for(rf, asked, ending, content_type):
    response = writing.export_response(rf.get("/", {"format": asked}), "示范点名单", ["甲"], [["乙"]])
    assert response["Content-Type"] == content_type
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition).endswith(f"示范点名单.{ending}")
    assert zipfile.is_zipfile(io.BytesIO(response.content)) == (ending == "xlsx")


def test_export_name_cannot_leave_its_folder_or_turn_its_letters_round(rf):
    response = writing.export_response(rf.get("/"), '../a\r\n"b\u202ecod', ["甲"], [])
    assert unquote(response["Content-Disposition"]) == 'attachment; filename=".._a___bcod.xlsx"'
