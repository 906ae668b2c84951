"""Workbooks: reading them with suspicion, and taking their rows all or none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from sites import services
from sites.enums import Outcome
from sites.models import Site
from standards.enums import Kind
from tests import factories
from tests.sites import making
from tests.sites.making import HEADS, judged, row, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# -- rows that are taken ---------------------------------------------------------


def test_dry_run_shows_what_would_happen_and_writes_nothing(filing, by, unit):
    result = judged(filing, by, [row(unit), row(unit, "示例窗口二")])
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
    assert "write its unit type beside it" in complaint.text
    assert complaint.letter == "A"


def test_unknown_unit_on_a_designated_units_list_is_not_one_to_add():
    by = factories.user(Role.LIAISON, making.designated())
    cells = row(making.designated())
    cells[0] = "示例没有的局"
    [(_number, complaint)] = wrong(making.own_list(by), by, [cells])
    assert "示例没有的局" in complaint.text
    assert "unit type" not in complaint.text


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
    cells = row(unit, window="", kind="", **{"Liaison's telephone": ""})
    cells[0] = ""
    found = wrong(filing, by, [cells])
    assert {complaint.letter for _number, complaint in found} == {"A", "C", "H"}


def test_designated_unit_s_row_is_asked_for_its_window_too():
    by = factories.user(Role.LIAISON, making.designated())
    cells = row(making.designated(), window="", kind="", **{"Liaison's telephone": ""})
    cells[0] = ""
    found = wrong(making.own_list(by), by, [cells])
    assert {complaint.letter for _number, complaint in found} == {"A", "B", "C", "H"}


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
    assert found[0][1].text == "Cell E2 holds 2001 letters; at most 2000 are taken, shorten it."


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
    making.file(filing, by)
    unit = factories.unit(filing.organisation)
    result = taken(stale, by, [row(unit)])
    assert not result.is_clean
    assert filing.sites.count() == 4


def test_rows_that_change_nothing_cost_no_queries_of_their_own(filing, by, unit):
    rows = [row(unit, f"示例{n}") for n in range(12)]
    assert taken(filing, by, rows).is_clean

    def queries(count):
        with CaptureQueriesContext(connection) as asked:
            assert judged(filing, by, rows[:count]).changes_nothing
        return len(asked)

    assert queries(3) == queries(12)
