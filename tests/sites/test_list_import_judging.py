"""A workbook's rows judged: units and days they bring along, and right rows among wrong ones."""

import datetime

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from sites.enums import Outcome, Stage
from sites.models import Site
from tests import factories
from tests.sites import making
from tests.sites.making import HEADS, judged, row, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def wrong(filing, by, rows, heads=HEADS):
    """The complaints of a workbook of which nothing was taken."""
    result = taken(filing, by, rows, heads)
    assert not result.is_clean
    assert not Site.objects.filter(filing=filing).exists()
    return [(one.line.number, complaint) for one in result.rows for complaint in one.complaints]


# -- units that a row puts on record ---------------------------------------------------

UNIT_HEADS = [*HEADS, "Unit type"]


def unit_row(unit, name, unit_kind, window="示例大厅", **fields):
    cells = row(unit, window, **fields)
    cells[0] = name
    return [*cells, unit_kind]


@pytest.mark.parametrize("kind", ["镇", "town", " 镇　"])
def test_unknown_unit_with_its_type_is_put_on_record(filing, by, unit, kind):
    rows = [unit_row(unit, "示例新镇", kind), unit_row(unit, "示例新镇", "", "示例二")]
    result = judged(filing, by, rows, UNIT_HEADS)
    assert [one.outcome for one in result.rows] == [Outcome.NEW, Outcome.NEW]
    assert [str(one.new_unit or "") for one in result.rows] == ["示例新镇", ""]
    assert not Organisation.objects.filter(name="示例新镇").exists()
    assert taken(filing, by, rows, UNIT_HEADS).is_clean
    made = Organisation.objects.get(name="示例新镇")
    assert (made.kind, made.district) == (OrganisationKind.TOWN, filing.organisation)
    assert filing.sites.filter(organisation=made).count() == 2


def test_unknown_unit_with_an_unknown_type_is_refused_at_the_type(filing, by, unit):
    found = wrong(filing, by, [unit_row(unit, "示例新镇", "公司")], UNIT_HEADS)
    [complaint] = [one for _number, one in found if one.head == "Unit type"]
    assert (complaint.letter, complaint.value) == ("I", "公司")
    assert complaint.text == (
        "Write one of: department, public utility or institution, town, subdistrict office."
    )


def test_type_that_is_not_the_units_own_is_refused(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [unit_row(unit, unit.name, "镇")], UNIT_HEADS)
    assert complaint.letter == "I"
    assert complaint.text == f"“{unit}” is on record as “department”; write that, or leave the cell empty."
    assert taken(filing, by, [unit_row(unit, unit.name, "部门")], UNIT_HEADS).is_clean


def test_designated_unit_puts_no_unit_on_record():
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    rows = [unit_row(making.designated(), "示例新镇", "镇")]
    assert "No unit is called" in str(wrong(filing, by, rows, UNIT_HEADS)[0][1])
    assert not Organisation.objects.filter(name="示例新镇").exists()


def test_same_window_of_a_new_unit_twice_names_both_rows(filing, by, unit):
    rows = [unit_row(unit, "示例新镇", "镇"), unit_row(unit, "示例新镇", "镇")]
    [(number, complaint)] = wrong(filing, by, rows, UNIT_HEADS)
    assert number == 3
    assert "row 2" in complaint.text


def test_row_that_leans_on_a_wrong_one_is_wrong_as_well(filing, by, unit):
    rows = [
        unit_row(unit, "示例新镇", "镇", kind="公开"),
        unit_row(unit, "示例新镇", "", "示例二"),
        unit_row(unit, unit.name, "", "示例三"),
    ]
    result = judged(filing, by, rows, UNIT_HEADS)
    assert [one.outcome for one in result.rows] == [Outcome.WRONG, Outcome.WRONG, Outcome.NEW]
    assert "No unit is called" in result.complaints[3][0]


# -- the liaison's day -------------------------------------------------------------------

SINCE_HEADS = [*HEADS, "Liaison since"]


def test_liaisons_day_is_read_however_it_is_written(filing, by, unit):
    taken(filing, by, [[*row(unit), "二○○八年一月二日"]], SINCE_HEADS)
    assert Site.objects.get().liaisons.get().since == datetime.date(2008, 1, 2)
    result = judged(filing, by, [[*row(unit), datetime.date(2008, 1, 2)]], SINCE_HEADS)
    assert result.rows[0].outcome == Outcome.UNCHANGED


def test_liaisons_day_stays_without_its_column_and_goes_with_an_empty_cell(filing, by, unit):
    taken(filing, by, [[*row(unit), "2008-01-02"]], SINCE_HEADS)
    assert taken(filing, by, [row(unit, Address="示例路2号")]).is_clean
    assert Site.objects.get().liaisons.get().since == datetime.date(2008, 1, 2)
    [one] = taken(filing, by, [[*row(unit, Address="示例路2号"), None]], SINCE_HEADS).rows
    assert [(change.before, change.after) for change in one.changes] == [("2008-01-02", "")]
    assert Site.objects.get().liaisons.get().since is None


def test_day_that_does_not_exist_is_named_with_column_value_and_cure(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [[*row(unit), "2008-02-30"]], SINCE_HEADS)
    assert (complaint.head, complaint.letter, complaint.value) == ("Liaison since", "I", "2008-02-30")
    assert complaint.text == "There is no day 30 of month 2 in 2008; correct the date."


def test_day_of_nobody_is_refused(filing, by, unit):
    [(_number, complaint)] = wrong(filing, by, [[*row(unit, liaison=""), "2008-01-02"]], SINCE_HEADS)
    assert complaint.head == "Liaison"


# -- rows among wrong ones -----------------------------------------------------------------


def test_judging_keeps_the_order_of_the_rows(filing, by, unit):
    rows = [row(unit), row(unit, "示例二", "公开"), row(unit, "示例三")]
    result = judged(filing, by, rows)
    assert [one.line.number for one in result.rows] == [2, 3, 4]
    assert [one.outcome for one in result.rows] == [Outcome.NEW, Outcome.WRONG, Outcome.NEW]
    assert (len(result.right), result.size, list(result.complaints)) == (2, 2, [3])


def test_judging_rows_that_are_all_wrong_ends(filing, by, unit):
    result = judged(filing, by, [row(unit, kind="公开"), row(unit, "示例二", "公开")])
    assert result.right == []
    assert filing.import_batches.count() == 0


def test_row_determined_already_is_not_changed_by_a_workbook(filing, by, unit):
    taken(filing, by, [row(unit)])
    Site.objects.update(stage=Stage.DETERMINED)
    assert judged(filing, by, [row(unit)]).is_clean
    [one] = judged(filing, by, [row(unit, kind="办事公开")]).rows
    assert "only rows that came back can be changed" in one.complaints[0].text


def test_row_taken_off_the_list_is_a_new_one_when_it_comes_again(filing, by, unit):
    taken(filing, by, [row(unit)])
    Site.objects.update(stage=Stage.WITHDRAWN)
    assert [one.outcome for one in taken(filing, by, [row(unit)]).rows] == [Outcome.NEW]


# -- a window is asked of the city's designated units alone -----------------------------------------


def test_row_of_a_district_without_a_name_is_the_unit_itself(filing, by, unit):
    assert taken(filing, by, [row(unit, "")]).is_clean
    assert Site.objects.get(filing=filing).window_name == unit.name
    assert [one.outcome for one in judged(filing, by, [row(unit, "")]).rows] == [Outcome.UNCHANGED]


def test_workbook_of_a_district_may_leave_the_column_out(filing, by, unit):
    few = ["Unit", "Kind", "Liaison", "Liaison's telephone"]
    assert taken(filing, by, [[unit.name, "政务公开", "示例甲", making.PHONE]], few).is_clean
    assert Site.objects.get(filing=filing).window_name == unit.name


def test_row_of_a_designated_unit_without_a_window_is_refused():
    by = factories.user(Role.LIAISON, making.designated())
    own = making.own_list(by)
    found = wrong(own, by, [row(own.organisation, "")])
    assert [complaint.head for _number, complaint in found] == ["Window"]
