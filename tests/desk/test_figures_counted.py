"""What the figures count, against campaigns made by hand."""

import datetime
from decimal import Decimal

import pytest

from accounts.enums import OrganisationKind, Role
from assessments.enums import RoundKind
from assessments.services import sheets
from desk.figures.appraisal import APPRAISAL
from desk.figures.bar_chart import Bar, bar_chart
from desk.figures.figure import share
from desk.figures.funnel import FUNNEL, MOST_DRAWN
from desk.figures.objections import OBJECTIONS
from desk.figures.teams import TEAMS
from desk.figures.timeline import TIMELINE, Steps, drawing
from publicity.enums import AppraisalState, ObjectionState
from publicity.services import appraisals
from sites.calendar import pinned
from sites.enums import Action, Level, Stage
from sites.models import Extension, StageChange
from standards.enums import Kind
from standards.models import Item
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

from .figures_cast import counted, stand_aside, table

pytestmark = pytest.mark.django_db


# -- the funnel -----------------------------------------------------------------


def campaign() -> None:
    """Nine sites, of which four have left the road and one its list."""
    factories.site(Stage.DRAFT)
    factories.site(Stage.RETURNED, level=Level.DISTRICT)
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    factories.site(Stage.RECTIFIED, level=Level.DISTRICT, of=factories.district("乌达"), kind=Kind.SERVICE)
    factories.site(Stage.NOT_ACCEPTED)
    factories.site(Stage.NAMED, kind=Kind.SERVICE)
    factories.site(Stage.NAMED)
    factories.site(Stage.WARNED)
    factories.site(Stage.REVOKED)
    factories.site(Stage.WITHDRAWN)


def test_funnel_counts_who_stands_where_and_who_has_come_so_far():
    campaign()
    rows = table(counted(FUNNEL))
    # So far and here, of all sites.
    assert rows["已上报"][:2] == [7, 0]
    assert rows["建设中"][:2] == [7, 1]
    assert rows["已自评"][:2] == [6, 0]
    assert rows["整改完成"][:2] == [6, 1]
    assert rows["通过验收"][:2] == [4, 0]
    assert rows["已命名"][:2] == [4, 2]
    # Beside the road.
    assert [rows[name][:2] for name in ("草稿", "已退回", "未通过验收", "已警告", "已撤销命名")] == [
        [None, 1]
    ] * 5
    assert rows["合计"][:2] == [None, 9]


def test_funnel_by_district_level_and_kind():
    campaign()
    found = counted(FUNNEL)
    assert [bars.name for bars in found.drawing.groups] == ["市直单位", "海勃湾区", "乌达区"]
    assert table(found)["合计"] == [None, 9, None, 6, None, 2, None, 1]
    found = counted(FUNNEL, by="level")
    assert table(found)["合计"] == [None, 9, None, 6, None, 3]
    found = counted(FUNNEL, by="kind")
    assert table(found)["合计"] == [None, 9, None, 7, None, 2]


def test_city_site_in_a_district_counts_for_the_district_as_the_filter_has_it():
    local = factories.unit(factories.district("乌达"))
    factories.site(Stage.BUILDING, organisation=local)
    factories.site(Stage.BUILDING)
    found = counted(FUNNEL)
    assert [bars.name for bars in found.drawing.groups] == ["市直单位", "乌达区"]
    assert counted(FUNNEL, district=factories.district("乌达").pk).numbers[0][1] == 1


def test_funnel_of_a_district_compares_kinds():
    own = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    factories.site(Stage.BUILDING, level=Level.DISTRICT, kind=Kind.SERVICE)
    reader = factories.user(Role.DISTRICT, factories.district_office(own.filing.organisation))
    assert len(counted(FUNNEL, reader).drawing.groups) == 2


def test_funnel_draws_the_longest_bar_as_wide_as_the_page():
    campaign()
    whole = counted(FUNNEL).drawing.whole
    assert whole.bars[0].ground == "100.00%"
    assert whole.bars[-1].ground == share(4, 7)
    assert whole.bars[-1].filled == share(2, 7)
    assert "已警告 1" in whole.below


def test_many_districts_are_counted_and_not_all_drawn():
    for _ in range(MOST_DRAWN + 2):
        of = factories.unit(kind=OrganisationKind.DISTRICT_GOVERNMENT)
        factories.site(Stage.BUILDING, level=Level.DISTRICT, of=of)
    found = counted(FUNNEL)
    assert len(found.drawing.groups) == MOST_DRAWN
    assert found.left_out == 2
    assert len(found.heads) == 1 + 2 * (1 + MOST_DRAWN + 2)


# -- the timeline ------------------------------------------------------------------


def took(site, action: str, on: str) -> None:
    StageChange.objects.create(
        site=site, action=action, from_stage=Stage.DRAFT, to_stage=Stage.FILED, by=builders.office(), on=on
    )


def test_timeline_sets_steps_beside_the_plan():
    site, other = factories.site(Stage.BUILDING), factories.site(Stage.BUILDING)
    took(site, Action.FILE, "2008-01-08")
    took(other, Action.FILE, "2008-02-05")
    took(site, Action.AGREE_PLAN, "2008-01-30")  # may be in phase 1 or 2: before 2 has begun it is of 1
    took(other, Action.AGREE_PLAN, "2008-02-14")
    took(site, Action.NAME, "2008-05-30")  # of no phase
    rows = [row[1:] for row in counted(TIMELINE).rows]
    day = datetime.date
    assert rows[0] == [day(2008, 1, 1), day(2008, 1, 31), None, day(2008, 1, 8), day(2008, 2, 5), 3, 5]
    assert rows[1][3:] == [day(2008, 2, 14), day(2008, 2, 14), 1, None]
    assert [row[3:] for row in rows[2:]] == [[None, None, 0, None]] * 2


def test_timeline_counts_no_step_of_a_site_stood_aside_from():
    site = factories.site(Stage.BUILDING)
    took(site, Action.FILE, "2008-01-08")
    office = factories.user(Role.OFFICE)
    stand_aside(office, site)
    assert counted(TIMELINE, office).rows[0][6] == 0


def test_timeline_is_drawn_to_scale(on):
    on("2008-03-01")
    phase = factories.programme().phases.get(ordinal=1)
    Extension.objects.create(
        phase=phase,
        previous_end=phase.ends_on,
        new_end="2008-02-10",
        reason="示例",
        by=builders.office(),
        on="2008-01-20",
    )
    phase.extended_to = datetime.date(2008, 2, 10)
    phase.save()
    phases = list(factories.programme().phases.all())
    steps = {1: Steps(2, datetime.date(2007, 12, 30), datetime.date(2008, 1, 8))}
    drawn = drawing(phases, steps, datetime.date(2008, 3, 1))
    days = 31 + 152  # December, since a step was taken then, to the end of May
    assert [day.month for _x, day in drawn.months] == [12, 1, 2, 3, 4, 5]
    first = drawn.lines[0]
    assert (first.x, first.width) == (share(31, days), share(31, days))
    assert (first.extended_x, first.extended_width) == (share(62, days), share(10, days))
    assert (first.actual_x, first.actual_width) == (share(29, days), share(10, days))
    assert drawn.lines[1].actual_width == drawn.lines[1].extended_width == ""
    assert drawn.today == share(31 + 60, days)
    assert drawing(phases, steps, datetime.date(2009, 1, 1)).today == ""


# -- teams ------------------------------------------------------------------------------


def test_teams_count_marks_and_sheets_never_opened_forms():
    site, other = builders.building(), builders.building()
    builders.self_assessed(site)
    builders.self_assessed(other)
    made = builders.team()
    first, second = builders.members(made)
    visit = builders.assigned(site, made)
    builders.assigned(other, made)
    items = Item.objects.filter(section__standard=visit.standard).count()
    one, _opened = builders.own_sheet(visit, first), builders.own_sheet(visit, second)
    with builders.on(builders.DAYS[RoundKind.INSPECTION]):
        assert table(counted(TEAMS))[made.name][1:] == [2, 0, 4, 0, 4 * items, 0, 0]
        builders.fill(one, first)
        assert table(counted(TEAMS))[made.name][1:] == [2, 0, 4, 0, 4 * items, items, 0]
        sheets.submit_inspector_sheet(sheet=one, by=first)
        assert table(counted(TEAMS))[made.name][1:] == [2, 1, 4, 1, 4 * items, items, 0]


def test_sheet_of_a_member_who_stood_aside_no_longer_counts():
    site = builders.building()
    builders.self_assessed(site)
    made = builders.team(size=3)
    first, *_others = builders.members(made)
    visit = builders.assigned(site, made)
    builders.fill(builders.own_sheet(visit, first), first)
    items = Item.objects.filter(section__standard=visit.standard).count()
    stand_aside(first, site)
    assert table(counted(TEAMS))[made.name][3:7] == [2, 0, 2 * items, 0]


def test_signed_sites_and_chosen_rounds():
    site = builders.building()
    builders.inspected(site, weak=0)
    (row,) = counted(TEAMS).rows
    assert row[-1] == 1
    opened = factories.programme().rounds.get(kind=RoundKind.INSPECTION)
    opened.closed_on = "2008-04-30"
    opened.save()
    assert not counted(TEAMS).rows
    assert len(counted(TEAMS, round=opened.pk).rows) == 1


# -- the appraisal -------------------------------------------------------------------------


def test_too_few_answers_are_no_result_and_not_nought(on):
    on("2008-05-05")
    window = scene.appraisal(codes=3)
    scene.answered(window, 3)
    rows = table(counted(APPRAISAL))
    needed = appraisals.needed_answers(factories.programme())
    assert rows[str(window.site)] == [
        str(AppraisalState.OPEN.label),
        3,
        needed,
        0,
        *[None] * 3,
        0,
        *[None] * 3,
    ]
    on("2008-05-20")
    found = counted(APPRAISAL)
    assert table(found)[str(window.site)][0] == "样本不足"
    assert table(found)[str(window.site)][4] == "样本不足"
    (drawn,) = found.drawing
    assert len(drawn.bars) == 1  # no bar for a satisfaction there is not
    assert drawn.bars[0].filled == share(3, needed)
    assert drawn.bars[0].mark == "100.00%"


def test_satisfaction_shows_with_its_margin_once_it_is_counted(on):
    on("2008-05-05")
    needed = appraisals.needed_answers(factories.programme())
    window = scene.appraisal(codes=needed)
    scene.answered(window, needed - 1)
    scene.answered(window, 1, step=2, seconds=1)  # too quick to have been read
    assert table(counted(APPRAISAL))[str(window.site)][4:7] == [None, None, None]
    on("2008-05-20")
    appraisals.count(appraisal=window, by=builders.office())
    found = counted(APPRAISAL)
    row = table(found)[str(window.site)]
    assert row[:4] == [str(AppraisalState.COUNTED.label), needed, needed, 1]
    result = window.site.appraisal_results.get()
    assert row[4:7] == [result.score, result.margin, Decimal(100)]
    assert row[7:] == [0, Decimal(0), 0, 0]
    satisfaction = found.drawing[0].bars[1]
    assert satisfaction.filled == share(float(result.score), 100)
    assert satisfaction.low == share(float(result.score - result.margin), 100)
    assert satisfaction.high == share(min(float(result.score + result.margin), 100), 100)
    assert "±" in satisfaction.told


def test_site_without_a_window_has_no_number():
    site = factories.site(Stage.BUILDING)
    row = table(counted(APPRAISAL))[str(site)]
    assert row[0] == "未开设"
    assert row[1] is None
    assert not counted(APPRAISAL).drawing


# -- objections ----------------------------------------------------------------------------


def test_objections_by_notice_and_month(on):
    on("2008-05-05")
    sites = scene.accepted(3)
    notice = scene.publish(*sites)
    upheld = scene.object_to(notice, sites[0])
    scene.object_to(notice, sites[1])
    scene.object_to(notice, sites[2])
    with pinned(datetime.date(2008, 5, 9)):
        scene.conclude(upheld, ObjectionState.UPHELD)
    found = counted(OBJECTIONS)
    (row,) = found.rows
    assert list(row[1:3]) == [notice.published_on, "2008年5月"]
    # Received, taken up, declined, waiting, overdue, upheld, partly, not upheld; days to the answer.
    assert list(row[3:]) == [3, 1, 0, 2, 0, 1, 0, 0, 4.0]
    on("2008-06-30")
    assert counted(OBJECTIONS).rows[0][7] == 2
    drawn = found.drawing
    assert drawn.months.bars[0].filled == share(2, 3)
    assert [value for _label, value in found.numbers] == [3, 1, 0, 2, 0, 1, 0, 0, 4.0]


def test_letter_about_a_site_one_is_barred_from_is_not_counted(on):
    """Barred by a post alone, without any recusal."""
    on("2008-05-05")
    own, other = scene.accepted(2)
    notice = scene.publish(own, other)
    scene.object_to(notice, own)
    scene.object_to(notice, other)
    assert counted(OBJECTIONS).rows[0][3] == 2
    insider = factories.user(Role.OFFICE, own.organisation)
    assert counted(OBJECTIONS, insider).rows[0][3] == 1
    assert OBJECTIONS.shut(insider) != OBJECTIONS.shut(factories.user(Role.OFFICE))


# -- bars ------------------------------------------------------------------------------------


def test_bars_stand_under_each_other_and_never_leave_the_drawing():
    bars = bar_chart(
        "示例", [Bar(label="a", told="1", ground=4, filled=1), Bar(label="b", told="9", ground=2, filled=9)]
    )
    assert [bar.ground for bar in bars.bars] == ["100.00%", "100.00%"]
    assert [bar.filled for bar in bars.bars] == ["25.00%", "100.00%"]
    assert [bar.text_y for bar in bars.bars] == ["1.1rem", "3.5rem"]
    assert bars.height == "4.8rem"


def test_bar_of_nothing_has_no_width():
    (bar,) = bar_chart("示例", [Bar(label="a", told="0")]).bars
    assert bar.ground == bar.filled == "0%"
