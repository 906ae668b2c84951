"""The workbook itself: what is in it, what may be written, and what is read of it again."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import translation
from openpyxl import Workbook

from assessments.enums import ScoreLevel
from assessments.marks import arranged, standard_items
from assessments.models import NotDue
from assessments.sheet_workbook import Typed
from assessments.sheet_workbook.token import HALLMARK, Token
from assessments.sheet_workbook.writing import workbook_of
from standards.enums import Kind
from tests.assessments import builders, workbooks
from tests.assessments.workbooks import cell, edited, letters, opened, read, saved, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return builders.self_sheet(builders.building())


@pytest.fixture
def items(sheet):
    return standard_items(sheet)


def codes(page):
    return [each.value for each in page[letters(page)["code"]][4:]]


def test_holds_every_item_under_its_section(sheet, items):
    page = opened(workbook(sheet)).worksheets[0]
    sections = list(dict.fromkeys(item.section for item in items))
    expected = []
    for section in sections:
        expected.append(f"{section.name}（{section.points:.0f} 分）")
        expected += [item.code for item in items if item.section == section]
    assert codes(page) == expected
    assert sheet.assessment.site.window_name in page["A1"].value
    assert sheet.assessment.round.title in page["A2"].value
    assert f"v{sheet.assessment.standard.version}" in page["A2"].value


def test_shows_what_is_stored(sheet, items):
    who = builders.liaison(sheet.assessment.site)
    builders.mark(sheet, items[0], who, ScoreLevel.PARTLY, points=items[0].points / 4)
    builders.mark(sheet, items[1], who)
    book = opened(workbook(sheet))
    assert cell(book, items[0].code, "level").value == "部分达标"
    assert cell(book, items[0].code, "points").value == items[0].points / 4
    assert cell(book, items[0].code, "reason").value == "示例原因"
    assert cell(book, items[1].code, "level").value == "达标"
    assert cell(book, items[1].code, "points").value is None


def test_only_the_input_cells_are_open(sheet, items):
    page = opened(workbook(sheet)).worksheets[0]
    at = letters(page)
    assert page.protection.sheet
    open_columns = {each.column_letter for row in page for each in row if not each.protection.locked}
    assert open_columns == {at["level"], at["points"], at["reason"]}
    assert page.freeze_panes == "C5"
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.orientation == "landscape"


def test_to_read_only_nothing_is_open_and_no_hallmark_is_given_out(sheet):
    book = opened(workbook(sheet, fillable=False))
    assert all(each.protection.locked for row in book.worksheets[0] for each in row)
    assert HALLMARK not in book.sheetnames
    with pytest.raises(ValidationError, match="隐藏标识已丢失"):
        read(saved(book), sheet)


def test_levels_are_offered_as_the_item_allows():
    sheet = builders.self_sheet(builders.building(kind=Kind.SERVICE))
    page = opened(workbook(sheet)).worksheets[0]
    level = letters(page)["level"]
    offered = {}
    for check in page.data_validations.dataValidation:
        if check.type == "list":
            offered |= {
                page[f"A{row}"].value: check.formula1
                for each in check.sqref.ranges
                for row in range(each.min_row, each.max_row + 1)
                if each.coord.startswith(level)
            }
    items = standard_items(sheet)
    assert any(item.may_be_inapplicable for item in items)
    for item in items:
        assert ("不适用" in offered[item.code]) == item.may_be_inapplicable


def test_points_lie_below_the_maximum(sheet, items):
    page = opened(workbook(sheet)).worksheets[0]
    limits = {
        page[f"A{row}"].value: (float(check.formula1), float(check.formula2))
        for check in page.data_validations.dataValidation
        if check.type == "decimal"
        for each in check.sqref.ranges
        for row in range(each.min_row, each.max_row + 1)
    }
    assert {code: high for code, (_low, high) in limits.items()} == {
        item.code: pytest.approx(float(item.points) - 0.01) for item in items
    }


def test_where_faults_are_counted_they_are_filled_in(sheet, items):
    assert "faults" not in letters(opened(workbook(sheet)).worksheets[0])
    counted = items[3]
    counted.deduction = counted.points / 2
    book = opened(workbook_of(sheet, arranged(items, {}), fillable=True))
    assert not cell(book, counted.code, "faults").protection.locked
    assert cell(book, counted.code, "points").protection.locked
    assert cell(book, items[0].code, "faults").protection.locked


def test_item_not_due_is_locked_and_says_why(sheet, items):
    NotDue.objects.create(
        round=sheet.assessment.round,
        item=items[0],
        reason="示例未到期",
        decided_by=builders.office(),
        decided_on="2008-03-01",
    )
    book = opened(workbook(sheet))
    assert cell(book, items[0].code, "level").protection.locked
    assert cell(book, items[0].code, "remark").value == "未到期：示例未到期"


def test_a_reason_that_looks_like_a_formula_stays_a_text(sheet, items):
    who = builders.liaison(sheet.assessment.site)
    builders.mark(sheet, items[0], who, ScoreLevel.UNMET, reason="=HYPERLINK(1)")
    reason = cell(opened(workbook(sheet)), items[0].code, "reason")
    assert (reason.value, reason.data_type) == ("=HYPERLINK(1)", "s")


def test_missing_reason_is_pointed_out_by_the_workbook(sheet, items):
    book = opened(workbook(sheet))
    assert "缺理由" in cell(book, items[0].code, "remark").value
    (rule,) = [rule for rules in book.worksheets[0].conditional_formatting for rule in rules.rules]
    assert rule.formula[0].startswith("AND(")


def test_is_read_in_either_language(sheet, items):
    with translation.override("en"):
        content = edited(workbook(sheet), {items[0].code: {"level": "not met", "reason": "示例"}})
    row = next(row for row in read(content, sheet).rows if row.item == items[0])
    assert row.typed == Typed(level="unmet", reason="示例")


def test_hallmark_names_sheet_site_round_standard_and_row_versions(sheet, items):
    who = builders.liaison(sheet.assessment.site)
    builders.mark(sheet, items[2], who)
    token = read(workbook(sheet), sheet).token
    assessment = sheet.assessment
    assert (token.sheet, token.site, token.round, token.standard) == (
        sheet.pk,
        assessment.site_id,
        assessment.round_id,
        assessment.standard_id,
    )
    versions = token.versions_of(items)
    assert versions.pop(items[2].pk) == 1
    assert set(versions.values()) == {0}


def test_hallmark_stands_twice_and_unseen(sheet):
    book = opened(workbook(sheet))
    assert book[HALLMARK].sheet_state == "veryHidden"
    (kept,) = book.custom_doc_props.props
    assert kept.value == book[HALLMARK]["B1"].value
    assert len(kept.value) <= 255


def drop_sheet(book):
    book.security = None
    del book[HALLMARK]


def drop_property(book):
    book.custom_doc_props.props.clear()


@pytest.mark.parametrize("lost", [drop_sheet, drop_property])
def test_either_half_of_the_hallmark_is_enough(sheet, lost):
    assert read(edited(workbook(sheet), {}, lost), sheet).token.sheet == sheet.pk


def test_without_its_hallmark_it_is_refused_with_what_to_do(sheet):
    with pytest.raises(ValidationError, match="请下载本评分表的电子表格"):
        read(edited(workbook(sheet), {}, drop_sheet, drop_property), sheet)


def forge(book):
    """Another site's sheet, signed by nobody."""
    text = book[HALLMARK]["B1"].value
    book[HALLMARK]["B1"].value = ("A" if text[0] != "A" else "B") + text[1:]


def test_changed_hallmark_is_refused_whichever_half_it_is(sheet):
    for more in ([forge], [forge, drop_property]):
        with pytest.raises(ValidationError, match="隐藏标识被改动"):
            read(edited(workbook(sheet), {}, *more), sheet)


def test_two_hallmarks_that_differ_are_refused(sheet):
    other = opened(workbook(builders.self_sheet(builders.building())))[HALLMARK]["B1"].value

    def swap(book):
        book[HALLMARK]["B1"].value = other

    with pytest.raises(ValidationError, match="隐藏标识被改动"):
        read(edited(workbook(sheet), {}, swap), sheet)


def test_signed_for_something_else_is_refused(sheet):
    def swap(book):
        drop_property(book)
        book[HALLMARK]["B1"].value = signing.dumps({"sheet": sheet.pk}, salt="assessments.other")

    with pytest.raises(ValidationError, match="隐藏标识被改动"):
        read(edited(workbook(sheet), {}, swap), sheet)


def as_wps(book):
    """Sheets renamed, shown, put in another order; drop-downs, limits and protection gone."""
    book.security = None
    for number, page in enumerate(book.worksheets, start=1):
        page.title = f"Sheet{number}"
        page.sheet_state = "visible"
        page.protection.sheet = False
        page.data_validations.dataValidation.clear()
        page.conditional_formatting = type(page.conditional_formatting)()
    drop_property(book)
    book.move_sheet(book.worksheets[0], len(book.worksheets))
    book.active = 0


def test_renamed_and_moved_sheets_are_read(sheet, items):
    content = edited(workbook(sheet), {items[0].code: {"level": "达标"}}, as_wps)
    filled = read(content, sheet)
    assert filled.token.sheet == sheet.pk
    assert next(row.typed for row in filled.rows if row.item == items[0]) == Typed(level="met")
    assert filled.notes == []


def move_columns(book):
    page = book.worksheets[0]
    page.delete_cols(3, 2)  # the plan's words and the evidence: nobody needs them at the counter
    page.insert_cols(1)


def test_moved_columns_are_found_by_their_heads(sheet, items):
    content = edited(workbook(sheet), {items[0].code: {"level": "未达标", "reason": "示例"}}, move_columns)
    row = next(row for row in read(content, sheet).rows if row.item == items[0])
    assert row.typed == Typed(level="unmet", reason="示例")


def turn_rows_round(book):
    """As sorting does: the codes come from the last to the first, section names among them."""
    page = book.worksheets[0]
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    for row, values in zip(page.iter_rows(min_row=5), reversed(cells), strict=True):
        for at, value in zip(row, values, strict=True):
            at.value = value


def test_rows_in_another_order_are_found_by_their_codes(sheet, items):
    content = edited(
        workbook(sheet),
        {items[0].code: {"level": "达标"}, items[-1].code: {"level": "部分达标"}},
        turn_rows_round,
    )
    filled = read(content, sheet)
    typed = {row.item: row.typed for row in filled.rows}
    assert [row.item for row in filled.rows] == items[::-1]
    assert (typed[items[0]], typed[items[-1]]) == (Typed("met"), Typed("partly"))
    assert filled.notes == []


def test_without_a_column_to_fill_in_it_is_refused(sheet):
    def drop(book):
        page = book.worksheets[0]
        page.delete_cols(page[f"{letters(page)['points']}1"].column)

    with pytest.raises(ValidationError, match="部分达标得分"):
        read(edited(workbook(sheet), {}, drop), sheet)


def test_saved_by_libreoffice(sheet, items, tmp_path):
    content = edited(
        workbook(sheet),
        {
            items[0].code: {"level": "部分达标", "points": 0.5, "reason": "第一行\n第二行"},
            items[1].code: {"level": "达标"},
        },
    )
    filled = read(workbooks.by_libreoffice(content, tmp_path), sheet)
    typed = {row.item: row.typed for row in filled.rows}
    assert filled.token == read(content, sheet).token
    assert typed[items[0]] == Typed("partly", "0.5", "", "第一行\n第二行")
    assert typed[items[1]] == Typed("met")
    assert [row.item for row in filled.rows] == items
    assert filled.notes == []


def test_opens_in_libreoffice_with_what_it_says(sheet, items, tmp_path):
    lines = workbooks.by_libreoffice(workbook(sheet), tmp_path, "csv").decode().splitlines()
    assert any(line.startswith(items[-1].code) for line in lines)


def test_edits_outside_the_cells_are_noted_and_do_not_count(sheet, items):
    content = edited(
        workbook(sheet),
        {items[0].code: {"text": "改了", "maximum": 99, "level": "达标"}, items[1].code: {"clause": ""}},
    )
    filled = read(content, sheet)
    book = opened(content)
    assert {(note.kind, note.place) for note in filled.notes} == {
        ("changed", cell(book, items[0].code, "text").coordinate),
        ("changed", cell(book, items[0].code, "maximum").coordinate),
        ("changed", cell(book, items[1].code, "clause").coordinate),
    }
    assert next(row.typed for row in filled.rows if row.item == items[0]) == Typed(level="met")


def test_unknown_code_with_an_entry_is_named(sheet, items):
    content = edited(workbook(sheet), {items[0].code: {"level": "达标"}, items[1].code: {"code": "ZW-9.9"}})
    content = edited(content, {items[0].code: {"code": "ZW-9.8"}})
    notes = read(content, sheet).notes
    assert [(note.kind, note.code) for note in notes] == [
        ("unknown", "ZW-9.8"),
        ("missing", items[0].code),
        ("missing", items[1].code),
    ]
    assert "ZW-9.8" in notes[0].words


def test_a_code_that_stands_twice_is_told_by_its_text(sheet, items):
    content = edited(
        workbook(sheet),
        {items[0].code: {"level": "达标"}, items[1].code: {"level": "未达标", "code": items[0].code}},
    )
    (row,) = [row for row in read(content, sheet).rows if row.item == items[0]]
    assert row.typed == Typed(level="met")
    assert row.problems == ()


def test_a_code_that_stands_twice_with_no_text_is_a_problem(sheet, items):
    content = edited(workbook(sheet), {items[0].code: {"text": ""}})
    content = edited(content, {items[1].code: {"text": "", "code": items[0].code}})
    (row,) = [row for row in read(content, sheet).rows if row.item == items[0]]
    assert "多行" in row.problems[0]


@pytest.mark.parametrize("field", ["level", "points", "reason"])
def test_formula_in_an_input_cell_is_a_problem_of_its_row(sheet, items, field):
    values = {"level": "部分达标", "points": 0.5, "reason": "示例", field: "=1/2"}
    content = edited(workbook(sheet), {items[0].code: values})
    row = next(row for row in read(content, sheet).rows if row.item == items[0])
    (problem,) = row.problems
    assert cell(opened(content), items[0].code, field).coordinate in problem


def test_what_is_no_workbook_is_refused(sheet):
    for content, name in ((b"%PDF-1.7", "a.xlsx"), (b"level,reason", "a.csv"), (b"PK\x03\x04", "a.xlsx")):
        with pytest.raises(ValidationError):
            read(content, sheet, name)


def test_zip_bomb_is_refused_before_it_unfolds(sheet):
    bomb = io.BytesIO(workbook(sheet))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/media/bomb.png", b"\0" * 120 * 1024**2)
    with pytest.raises(ValidationError, match="MB"):
        read(bomb.getvalue(), sheet)


def test_workbook_of_another_kind_is_refused(sheet):
    book = Workbook()
    book.active["A1"] = "名单"
    with pytest.raises(ValidationError, match="隐藏标识已丢失"):
        read(saved(book), sheet)


def test_token_of_a_long_standard_stays_short(sheet):
    versions = tuple(n * 7 % 23 for n in range(68))
    assert len(Token("x" * 12, 10**6, 10**5, 10**3, 10**3, versions).signed()) <= 255


@pytest.mark.parametrize(
    ("cells", "typed"),
    [
        ({"level": "达标"}, Typed("met")),
        ({"level": "Partly met", "points": "1.50"}, Typed("partly", "1.5")),
        ({"level": "inapplicable"}, Typed("inapplicable")),
        ({"level": "好"}, Typed("好")),
        ({"points": "1.239"}, Typed(points="1.239")),
        ({"points": "一分"}, Typed(points="一分")),
        ({"points": "1E+400"}, Typed(points="1E+400")),
        ({"reason": " 一\r\n二 "}, Typed(reason="一\n二")),
    ],
)
def test_spellings(cells, typed):
    assert Typed.read(cells) == typed


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed("met", "0.5"), "points"),
        (Typed("unmet", "1", "", "示例"), "points"),
        (Typed("met", faults="1"), "faults"),
    ],
)
def test_contradictions_are_not_guessed_at(typed, field):
    values = {"level": typed.level, "points": Decimal(2 if typed.level == "met" else 0), "faults": None}
    with pytest.raises(ValidationError) as error:
        typed.check_agrees(values)
    assert list(error.value.error_dict) == [field]


def test_points_that_say_the_same_are_no_contradiction():
    Typed("met", "2").check_agrees({"level": "met", "points": Decimal(2), "faults": None})
    Typed("unmet", "0", "", "示例").check_agrees({"level": "unmet", "points": Decimal(0), "faults": None})
