"""Workbooks: reading them with suspicion, and taking their rows all or none."""

import io
import time
import tracemalloc
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from openpyxl import Workbook, load_workbook

from accounts.enums import OrganisationKind, Role
from sites import services
from sites.enums import FilingState
from sites.list_columns import COLUMNS
from sites.models import Site
from sites.resources import Outcome, take
from sites.template_workbook import template_of
from standards.enums import Kind
from tables.reading import read
from tables.table import Table
from tests import factories
from tests.sites import making
from tests.sites.making import HEADS, row, saved, upload, upload_of, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def by():
    return making.clerk()


@pytest.fixture
def filing(by):
    return making.own_list(by)


@pytest.fixture
def unit(filing):
    return factories.unit(filing.organisation)


def taken(filing, by, rows, heads=HEADS, *, dry_run=False):
    return take(table=read(upload_of(rows, heads), COLUMNS), filing=filing, by=by, dry_run=dry_run)


def refused(file) -> list[str]:
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


# -- rows that are taken ---------------------------------------------------------


def test_dry_run_shows_what_would_happen_and_writes_nothing(filing, by, unit):
    result = taken(filing, by, [row(unit), row(unit, "示例窗口二")], dry_run=True)
    assert [one.outcome for one in result.rows] == [Outcome.NEW, Outcome.NEW]
    assert [one.line.number for one in result.rows] == [2, 3]
    assert not Site.objects.exists()


def test_rows_are_written_with_their_liaison(filing, by, unit):
    result = taken(
        filing,
        by,
        [
            row(
                unit,
                "示例大厅",
                "办事公开",
                Address="示例路1号",
                **{"Why this one": "基础好，窗口新（示例）。"},
            )
        ],
    )
    site = Site.objects.get()
    assert result.is_clean
    assert (site.filing, site.organisation, site.window_name) == (filing, unit, "示例大厅")
    assert (site.kind, site.address, site.level, site.stage) == (
        Kind.SERVICE,
        "示例路1号",
        "district",
        "draft",
    )
    assert site.reason == "基础好，窗口新（示例）。"
    assert [(one.name, one.phone) for one in site.liaisons.all()] == [("示例甲", making.PHONE)]


def test_second_run_of_the_same_workbook_changes_nothing(filing, by, unit):
    taken(filing, by, [row(unit)])
    before = Site.objects.values().get()
    result = taken(filing, by, [row(unit)])
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED]
    assert Site.objects.values().get() == before


def test_changed_row_names_what_changes(filing, by, unit):
    taken(filing, by, [row(unit)])
    result = taken(filing, by, [row(unit, kind="办事公开", liaison="示例乙")])
    changes = {change.head: (change.before, change.after) for change in result.rows[0].changes}
    assert result.rows[0].outcome == Outcome.CHANGED
    assert set(changes) == {"Kind", "Liaison"}
    assert changes["Liaison"] == ("示例甲", "示例乙")
    site = Site.objects.get()
    assert site.kind == Kind.SERVICE
    assert [one.name for one in site.liaisons.all()] == ["示例乙"]


def test_rows_not_in_the_workbook_stay(filing, by, unit):
    making.add_site(filing, by)
    result = taken(filing, by, [row(unit)])
    assert result.kept == 1
    assert filing.sites.count() == 2


def test_optional_column_left_out_keeps_what_is_there(filing, by, unit):
    taken(filing, by, [row(unit, Address="示例路1号")])
    few = ["Unit", "Window", "Kind", "Liaison", "Liaison's telephone"]
    result = taken(filing, by, [[unit.name, "示例大厅", "政务公开", "示例甲", making.PHONE]], few)
    assert result.rows[0].outcome == Outcome.UNCHANGED
    assert Site.objects.get().address == "示例路1号"


@pytest.mark.parametrize("written", ["name", "short_name", "alias", "full_width"])
def test_unit_is_known_by_any_of_its_names(filing, by, unit, written):
    unit.aliases = ["示例（曾用名）"]
    unit.save()
    texts = {
        "name": f"  {unit.name} ",
        "short_name": unit.short_name,
        "alias": "示例(曾用名)",
        "full_width": unit.name.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
    }
    cells = row(unit)
    cells[0] = texts[written]
    assert taken(filing, by, [cells]).is_clean
    assert Site.objects.get().organisation == unit


@pytest.mark.parametrize(
    "word", ["政务公开", " 政务公开　", "government-affairs disclosure", "government_affairs"]
)
def test_kind_is_known_by_the_plans_word_and_the_screens(filing, by, unit, word):
    assert taken(filing, by, [row(unit, kind=word)]).is_clean
    assert Site.objects.get().kind == Kind.GOVERNMENT_AFFAIRS


def test_names_are_kept_in_one_spelling(filing, by, unit):
    taken(filing, by, [row(unit, " 示例大厅 (１楼)", **{"Liaison's telephone": "０４７３－０００００００"})])
    site = Site.objects.get()
    assert site.window_name == "示例大厅（1楼）"
    assert site.liaisons.get().phone == "0473-0000000"


def test_telephone_typed_as_a_number_is_read_whole(filing, by, unit):
    taken(filing, by, [row(unit, **{"Liaison's telephone": 13800000000})])
    assert Site.objects.get().liaisons.get().phone == "13800000000"


def test_head_row_may_stand_under_a_title_and_be_chinese(filing, by, unit):
    book = Workbook()
    sheet = book.active
    sheet.append(["示范点上报表（示例）"])
    sheet.merge_cells("A1:H1")
    sheet.append(["单位名称", "窗口", "类型", "联络员", "联系电话"])
    sheet.append([unit.name, "示例大厅", "政务公开", "示例甲", making.PHONE])
    table = read(upload(saved(book)), COLUMNS)
    assert table.lines[0].number == 3
    assert take(table=table, filing=filing, by=by, dry_run=False).is_clean
    assert Site.objects.get().organisation == unit


def test_table_survives_the_session(filing, unit):
    table = read(upload_of([row(unit)]), COLUMNS)
    assert Table.from_json(table.as_json()) == table


# -- rows that are refused ---------------------------------------------------------


def wrong(filing, by, rows, heads=HEADS):
    """The complaints of a workbook of which nothing was taken."""
    result = taken(filing, by, rows, heads)
    assert not result.is_clean
    assert not Site.objects.filter(filing=filing).exists()
    return [(one.line.number, complaint) for one in result.rows for complaint in one.complaints]


def test_one_wrong_row_takes_nothing(filing, by, unit):
    [(number, complaint)] = wrong(filing, by, [row(unit), row(unit, "示例二", "公开")])
    assert number == 3
    assert (complaint.head, complaint.letter, complaint.value) == ("Kind", "C", "公开")
    assert "government-affairs disclosure" in complaint.text


def test_unit_of_another_district_is_refused(filing, by):
    stranger = factories.unit(factories.district("乌达"))
    [(_number, complaint)] = wrong(filing, by, [row(stranger)])
    assert (complaint.letter, complaint.value) == ("A", stranger.name)
    assert complaint.text == f"{stranger.name} does not belong to this list."


def test_unknown_unit_is_refused(filing, by, unit):
    cells = row(unit)
    cells[0] = "示例没有的局"
    [(_number, complaint)] = wrong(filing, by, [cells])
    assert "示例没有的局" in complaint.text
    assert "add the unit to your district first" in complaint.text
    assert complaint.letter == "A"


def test_unknown_unit_on_a_designated_units_list_is_not_one_to_add():
    by = factories.user(Role.LIAISON, making.designated())
    cells = row(making.designated())
    cells[0] = "示例没有的局"
    [(_number, complaint)] = wrong(making.own_list(by), by, [cells])
    assert "示例没有的局" in complaint.text
    assert "add the unit" not in complaint.text


def test_short_name_of_several_units_is_refused(filing, by):
    one, two = (factories.unit(filing.organisation) for _n in range(2))
    two.short_name = one.short_name
    two.save()
    cells = row(one)
    cells[0] = one.short_name
    [(_number, complaint)] = wrong(filing, by, [cells])
    assert "write the full name" in complaint.text


def test_short_name_shared_across_districts_means_ones_own(filing, by, unit):
    stranger = factories.unit(factories.district("乌达"))
    stranger.short_name = unit.short_name
    stranger.save()
    cells = row(unit)
    cells[0] = unit.short_name
    assert taken(filing, by, [cells]).is_clean


def test_every_wrong_cell_of_a_row_is_named(filing, by, unit):
    cells = row(unit, window="", kind="")
    cells[0] = ""
    found = wrong(filing, by, [cells])
    assert {complaint.letter for _number, complaint in found} == {"A", "B", "C"}


def test_liaison_without_telephone_is_refused(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [row(unit, **{"Liaison's telephone": ""})])
    assert complaint.letter == "H"


def test_row_without_liaison_is_taken_and_told_at_filing(filing, by, unit):
    assert taken(filing, by, [row(unit, liaison="")]).is_clean
    problems = services.filing_problems(filing, services.rows_of(filing))
    assert Site.objects.get() in [problem.site for problem in problems]


def test_duplicates_that_differ_in_width_only_name_both_rows(filing, by, unit):
    rows = [row(unit, "示例大厅A1（一楼）"), row(unit, "示例二"), row(unit, "示例大厅Ａ１(一楼)")]
    [(number, complaint)] = wrong(filing, by, rows)
    assert number == 4
    assert "row 2" in complaint.text


def test_formula_is_refused_by_its_cell(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [row(unit, '="示例"&"大厅"')])
    assert complaint.text == "Cell B2 holds a formula; enter the value itself."
    assert complaint.letter == "B"


def test_cell_that_is_too_long_is_refused(filing, by, unit):
    found = wrong(filing, by, [row(unit, **{"Why this one": "长" * 2001})])
    assert found[0][1].text == "Cell E2 holds more than 2000 letters; shorten it."


def test_name_longer_than_the_record_is_refused(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [row(unit, "窗" * 101)])
    assert complaint.letter == "B"


def test_window_on_another_list_is_refused(filing, by):
    haibowan = making.designated(1)
    other = factories.filing(haibowan)
    unit = factories.unit(filing.organisation)
    liaison = factories.user(Role.LIAISON, haibowan)
    services.save_site(
        filing=other,
        site=Site(organisation=unit, window_name="示例大厅", kind=Kind.SERVICE),
        liaison_name="",
        liaison_phone="",
        by=liaison,
    )
    found = wrong(filing, by, [row(unit)])
    assert found[0][0] == 2


def test_rows_for_a_list_filed_meanwhile_are_refused(by):
    filing, by = making.complete_list()
    stale = making.own_list(by)
    services.file_list(filing=filing, by=by)
    unit = factories.unit(filing.organisation)
    result = take(table=read(upload_of([row(unit)]), COLUMNS), filing=stale, by=by, dry_run=False)
    assert not result.is_clean
    assert filing.sites.count() == 4


# -- files that are refused ----------------------------------------------------------


def test_missing_columns_are_named(unit):
    messages = refused(upload_of([[unit.name, "示例"]], ["Unit", "Window"]))
    assert len(messages) == 3
    assert all(
        any(head in message for message in messages) for head in ("Kind", "Liaison", "Liaison's telephone")
    )


def test_unknown_columns_are_told_and_ignored(filing, by, unit):
    table = read(upload_of([[*row(unit), "无关"]], [*HEADS, "备注"]), COLUMNS)
    assert table.unused == ["备注"]
    assert take(table=table, filing=filing, by=by, dry_run=False).is_clean


def test_column_that_stands_twice_is_named(unit):
    [message] = refused(upload_of([[*row(unit), "再"]], [*HEADS, "Ｗｉｎｄｏｗ"]))
    assert "B" in message
    assert "I" in message


@pytest.mark.parametrize("cells", ["G1:H1", "A1:A2", "A2:A3"])
def test_merged_cells_are_named(unit, cells):
    book = workbook([row(unit), row(unit, "示例二")])
    book.active.merge_cells(cells)
    messages = refused(upload(saved(book)))
    assert f"Cells {cells} are merged; unmerge them and write each cell's own text." in messages


def test_empty_sheet():
    assert refused(upload(saved(Workbook()))) == [
        "The first sheet is empty; fill in the template and upload that."
    ]


def test_sheet_without_head_row(unit):
    [message] = refused(upload_of([["甲", "乙"]], ["丙", "丁"]))
    assert "Unit" in message


def test_sheet_with_heads_only():
    [message] = refused(upload_of([]))
    assert "no row under the head row" in message


def test_too_many_rows_are_refused_at_the_limit(unit):
    [message] = refused(upload_of([row(unit, f"示例{n}") for n in range(1001)]))
    assert "1000" in message


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


def test_zip_bomb_is_refused_before_it_is_unpacked(unit):
    content = saved(workbook([row(unit)]))
    bomb = repacked(content, xl__media__bomb_bin=bytes(300 * 1024**2))
    assert len(bomb) < 1024**2
    tracemalloc.start()
    [message] = refused(upload(bomb))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "MB" in message
    assert peak < 10 * 1024**2


def test_zip_bomb_in_the_sheet_is_refused_before_it_is_unpacked(unit):
    bomb = repacked(
        saved(workbook([row(unit)])), xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * (90 * 1024**2)
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


SHARED_STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


@pytest.mark.parametrize(
    "part", ["xl__workbook_xml", "xl__worksheets__sheet1_xml", "xl__sharedStrings_xml", "xl__styles_xml"]
)
def test_xml_bomb_is_refused(unit, part):
    content = saved(workbook([row(unit)]))
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


def test_zip_behind_a_password(unit):
    content = bytearray(saved(workbook([row(unit)])))
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


def test_damaged_workbook(unit):
    content = saved(workbook([row(unit)]))
    [message] = refused(upload(repacked(content, xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row>")))
    assert "cannot be read" in message


# -- the template --------------------------------------------------------------------


def test_template_comes_back_unchanged(by):
    filing, by = making.complete_list()
    content = template_of(filing, services.selectable_units(filing))
    result = take(table=read(upload(content), COLUMNS), filing=filing, by=by, dry_run=False)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED] * 4
    assert result.kept == 0


def test_template_in_chinese_can_be_read_on_an_english_screen(by):
    filing, by = making.complete_list()
    with translation.override("zh-hans"):
        content = template_of(filing, services.selectable_units(filing))
    result = take(table=read(upload(content), COLUMNS), filing=filing, by=by, dry_run=True)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED] * 4


def test_template_offers_units_and_kinds_and_a_guide(filing):
    own, stranger = factories.unit(filing.organisation), factories.unit(factories.district("乌达"))
    book = load_workbook(io.BytesIO(template_of(filing, services.selectable_units(filing))))
    units = [cell.value for cell in book["Units"]["A"]]
    assert own.name in units
    assert stranger.name not in units
    assert [one.type for one in book["List"].data_validations.dataValidation] == ["list", "list"]
    guide = [cell.value for cell in book["How to fill it in"]["A"]]
    assert "A district puts forward 4 to 6 sites." in guide
    assert [book[name].sheet_state for name in ("Units", "Kinds")] == ["hidden", "hidden"]


def test_template_keeps_text_that_looks_like_a_formula(filing, by, unit):
    site = Site(organisation=unit, window_name="=1+1", kind=Kind.SERVICE, reason="=HYPERLINK(1)")
    services.save_site(filing=filing, site=site, liaison_name="", liaison_phone="", by=by)
    content = template_of(filing, services.selectable_units(filing))
    sheet = load_workbook(io.BytesIO(content))["List"]
    assert [(cell.value, cell.data_type) for cell in (sheet["B2"], sheet["E2"])] == [
        ("=1+1", "s"),
        ("=HYPERLINK(1)", "s"),
    ]
    result = take(table=read(upload(content), COLUMNS), filing=filing, by=by, dry_run=True)
    assert [one.outcome for one in result.rows] == [Outcome.UNCHANGED]


def test_selectable_units_are_of_the_plans_kinds(filing):
    government = factories.unit(filing.organisation, OrganisationKind.OTHER)
    utility = making.utility(filing.organisation)
    units = services.selectable_units(filing)
    assert utility in units
    assert government not in units
    assert filing.state == FilingState.DRAFT
