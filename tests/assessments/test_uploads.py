"""A workbook that came back: each row by itself, nothing valid lost, nothing written over unseen."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import ScoreLevel
from assessments.marks import standard_items
from assessments.models import NotDue, Score, ScoreEntry, Sheet, SheetUpload
from assessments.services import sheets, uploads
from assessments.sheet_workbook import FilledRow, Typed
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories
from tests.assessments import builders, workbooks
from tests.assessments.workbooks import cell, edited, opened, outcomes, read, take, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(on):
    made = builders.self_sheet(builders.building())
    on("2008-03-20")
    return made


@pytest.fixture
def who(sheet):
    return builders.liaison(sheet.assessment.site)


@pytest.fixture
def items(sheet):
    return standard_items(sheet)


def stored(sheet, item) -> tuple[str, str, int]:
    score = sheet.scores.get(item=item)
    return score.level, score.reason, score.version


def colleague(sheet):
    """Somebody else of the unit, who may write on its sheet too."""
    return factories.user(Role.LIAISON, sheet.assessment.site.organisation)


def rewrite(sheet, item, by, level=ScoreLevel.UNMET, reason="网页上写的"):
    version = sheet.scores.get(item=item).version if sheet.scores.filter(item=item).exists() else 0
    builders.mark(sheet, item, by, level, reason=reason, version=version)


UNMET = {"level": "未达标", "reason": "示例缺材料"}
MET = {"level": "达标"}


def test_filled_rows_are_taken_as_marks_of_the_page_are(sheet, who, items):
    a, b, c = items[:3]
    content = edited(
        workbook(sheet),
        {a.code: MET, b.code: UNMET, c.code: {"level": "部分达标", "points": 0.5, "reason": "示例"}},
    )
    made = take(content, sheet, who)
    assert outcomes(made) == dict.fromkeys((a.code, b.code, c.code), "taken")
    assert stored(sheet, a) == ("met", "", 1)
    assert stored(sheet, b) == ("unmet", "示例缺材料", 1)
    assert sheet.scores.get(item=c).points == Decimal("0.5")
    assert sheet.scores.count() == 3
    assert set(ScoreEntry.objects.filter(sheet=sheet).values_list("by", flat=True)) == {who.pk}
    assert (made.name, made.by, made.on.isoformat()) == ("评分表.xlsx", who, "2008-03-20")


def test_full_mark_of_a_workbook_leaves_the_lower_mark_s_reason_out(sheet, who, items):
    first = edited(workbook(sheet), {items[0].code: UNMET})
    take(first, sheet, who)
    full = {**UNMET, **MET}
    made = take(edited(workbook(sheet), {items[0].code: full}), sheet, who)
    assert outcomes(made) == {items[0].code: "taken"}
    assert stored(sheet, items[0]) == ("met", "", 2)


def test_empty_rows_are_no_marks(sheet, who):
    made = take(workbook(sheet), sheet, who)
    assert made.rows.count() == 0
    assert not sheet.scores.exists()


def test_unchanged_rows_are_the_same_and_nothing_is_written(sheet, who, items):
    builders.fill(sheet, who, weak=3)
    made = take(workbook(sheet), sheet, who)
    assert set(outcomes(made).values()) == {"same"}
    assert made.rows.count() == len(items)
    assert set(sheet.scores.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"reason": "只有理由"}, "level", "选择"),
        ({"level": "还行", "reason": "示例"}, "level", "选择"),
        ({"level": "未达标"}, "reason", "理由"),
        ({"level": "部分达标", "points": 99, "reason": "示例"}, "points", "分"),
        ({"level": "部分达标", "points": -1, "reason": "示例"}, "points", "分"),
        ({"level": "部分达标", "points": "一半", "reason": "示例"}, "points", "数"),
        ({"level": "部分达标", "points": 0.333, "reason": "示例"}, "points", "2"),
        ({"level": "达标", "points": 0.1}, "points", "部分达标"),
        ({"level": "部分达标", "points": "=1/3", "reason": "示例"}, "points", "公式"),
        ({"level": "未达标", "reason": "长" * 2001}, "reason", "2000"),
    ],
)
def test_wrong_row_names_its_cell_and_the_others_are_taken(sheet, who, items, values, field, said):
    wrong, right = items[:2]
    content = edited(workbook(sheet), {wrong.code: values, right.code: MET})
    made = take(content, sheet, who)
    assert outcomes(made) == {wrong.code: "wrong", right.code: "taken"}
    problem = made.rows.get(item=wrong).problem
    assert cell(opened(content), wrong.code, field).coordinate in problem
    assert said in problem
    assert list(sheet.scores.values_list("item", flat=True)) == [right.pk]


def test_inapplicable_only_where_the_plan_allows_it(on):
    sheet = builders.self_sheet(builders.building(kind=Kind.SERVICE))
    who, items = builders.liaison(sheet.assessment.site), standard_items(sheet)
    demanded = next(item for item in items if not item.may_be_inapplicable)
    optional = next(item for item in items if item.may_be_inapplicable)
    values = {"level": "不适用", "reason": "示例没有此项业务"}
    made = take(edited(workbook(sheet), {demanded.code: values, optional.code: values}), sheet, who)
    assert outcomes(made) == {demanded.code: "wrong", optional.code: "taken"}


def put_off(sheet, item):
    NotDue.objects.create(
        round=sheet.assessment.round,
        item=item,
        reason="示例未到期",
        decided_by=builders.office(),
        decided_on="2008-03-01",
    )


def test_item_that_is_not_due_gets_no_mark(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: MET, items[1].code: MET})
    put_off(sheet, items[0])
    made = take(content, sheet, who)
    assert outcomes(made) == {items[0].code: "wrong", items[1].code: "taken"}


def test_where_faults_are_counted(sheet, who, items):
    """The level follows from the number; a level beside it that says something else is not guessed at."""
    for item in items[:4]:
        item.deduction = item.points / 2
    filled = read(workbook(sheet), sheet)
    typed = [
        Typed(faults="0"),
        Typed(faults="1", reason="示例"),
        Typed(level="unmet", faults="1", reason="示例"),
        Typed(reason="示例"),
    ]
    filled.rows[:] = [FilledRow(9, item, text, (), {}) for item, text in zip(items, typed, strict=False)]
    made = uploads.take(sheet=sheet, filled=filled, by=who)
    assert list(outcomes(made).values()) == ["taken", "taken", "wrong", "wrong"]
    assert list(sheet.scores.values_list("level", "faults")) == [("met", 0), ("partly", 1)]


def test_item_written_meanwhile_waits_with_both_values(sheet, who, items):
    a, b = items[:2]
    builders.mark(sheet, a, who)
    content = edited(workbook(sheet), {a.code: UNMET, b.code: UNMET})
    rewrite(sheet, a, colleague(sheet), ScoreLevel.PARTLY)
    rewrite(sheet, b, colleague(sheet), ScoreLevel.MET, reason="")
    made = take(content, sheet, who)
    assert outcomes(made) == {a.code: "stale", b.code: "stale"}
    assert stored(sheet, a)[0] == "partly"
    assert stored(sheet, b)[0] == "met"
    row = made.rows.get(item=a)
    assert (row.level, row.reason, row.version) == ("unmet", "示例缺材料", 2)


def test_written_meanwhile_with_the_same_value_is_the_same(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: UNMET})
    rewrite(sheet, items[0], colleague(sheet), reason="示例缺材料")
    assert outcomes(take(content, sheet, who)) == {items[0].code: "same"}


def test_written_meanwhile_and_untouched_in_the_workbook_is_no_question(sheet, who, items):
    builders.mark(sheet, items[0], who)
    content = workbook(sheet)
    rewrite(sheet, items[0], colleague(sheet))
    assert outcomes(take(content, sheet, who)) == {items[0].code: "same"}
    assert stored(sheet, items[0])[0] == "unmet"


def test_line_ends_of_the_page_are_no_change(sheet, who, items):
    builders.mark(sheet, items[0], who, ScoreLevel.UNMET, reason="一\r\n二")
    assert outcomes(take(workbook(sheet), sheet, who)) == {items[0].code: "same"}


def test_emptied_row_is_told_and_changes_nothing(sheet, who, items):
    builders.mark(sheet, items[0], who)
    made = take(edited(workbook(sheet), {items[0].code: {"level": None}}), sheet, who)
    assert outcomes(made) == {items[0].code: "wrong"}
    assert "不能撤回" in made.rows.get().problem
    assert stored(sheet, items[0])[0] == "met"


# -- the same workbook again ------------------------------------------------------


def test_same_workbook_twice_changes_nothing_the_second_time(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: MET, items[1].code: UNMET})
    take(content, sheet, who)
    again = take(content, sheet, who)
    assert set(outcomes(again).values()) == {"same"}
    assert stored(sheet, items[1]) == ("unmet", "示例缺材料", 1)


def test_workbook_filled_further_and_uploaded_again_is_not_stale(sheet, who, items):
    a, b = items[:2]
    content = edited(workbook(sheet), {a.code: UNMET})
    take(content, sheet, who)
    again = take(edited(content, {a.code: {"level": "达标", "reason": None}, b.code: MET}), sheet, who)
    assert outcomes(again) == {a.code: "taken", b.code: "taken"}
    assert stored(sheet, a) == ("met", "", 2)


def test_uploaded_again_after_somebody_else_wrote_it_is_stale(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: UNMET})
    take(content, sheet, who)
    rewrite(sheet, items[0], colleague(sheet), ScoreLevel.PARTLY)
    again = take(edited(content, {items[0].code: {"level": "达标", "reason": None}}), sheet, who)
    assert outcomes(again) == {items[0].code: "stale"}


def test_page_was_used_after_the_upload_and_the_row_is_as_before(sheet, who, items):
    """What one wrote on the page later is not taken back by a row nobody touched since."""
    a, b = items[:2]
    content = edited(workbook(sheet), {a.code: UNMET})
    take(content, sheet, who)
    rewrite(sheet, a, who, ScoreLevel.MET, reason="")
    again = take(edited(content, {b.code: MET}), sheet, who)
    assert outcomes(again) == {a.code: "same", b.code: "taken"}
    assert stored(sheet, a)[0] == "met"
    touched = take(edited(content, {a.code: {"reason": "另一个理由"}, b.code: MET}), sheet, who)
    assert outcomes(touched) == {a.code: "stale", b.code: "same"}


def test_copy_of_the_workbook_in_a_colleagues_hands_is_news(sheet, who, items):
    content = workbook(sheet)
    take(edited(content, {items[0].code: MET}), sheet, who)
    theirs = take(edited(content, {items[0].code: UNMET}), sheet, colleague(sheet))
    assert outcomes(theirs) == {items[0].code: "stale"}


def test_another_download_of_the_same_person_is_news(sheet, who, items):
    first, second = workbook(sheet), workbook(sheet)
    take(edited(first, {items[0].code: MET}), sheet, who)
    assert outcomes(take(edited(second, {items[0].code: UNMET}), sheet, who)) == {items[0].code: "stale"}


def test_row_that_waited_waits_again_and_wrong_one_is_judged_again(sheet, who, items):
    a, b = items[:2]
    content = edited(workbook(sheet), {a.code: UNMET, b.code: {"level": "未达标"}})
    rewrite(sheet, a, colleague(sheet), ScoreLevel.MET, reason="")
    for _time in range(2):
        assert outcomes(take(content, sheet, who)) == {a.code: "stale", b.code: "wrong"}
    mended = edited(content, {b.code: {"reason": "补上理由"}})
    assert outcomes(take(mended, sheet, who)) == {a.code: "stale", b.code: "taken"}


def waiting(upload) -> set[str]:
    return set(upload.rows.waiting().values_list("item__code", flat=True))


def test_row_that_is_uploaded_again_waits_in_the_last_upload_alone(sheet, who, items):
    a, b, c = items[:3]
    content = edited(workbook(sheet), {each.code: {"level": "未达标"} for each in (a, b, c)})
    first = take(content, sheet, who)
    again = take(edited(content, {a.code: {"reason": "补上理由"}, c.code: {"level": None}}), sheet, who)
    assert outcomes(again) == {a.code: "taken", b.code: "wrong"}
    assert waiting(first) == {c.code}
    assert waiting(again) == {b.code}
    counts = {upload.pk: upload.waiting for upload in sheet.uploads.with_waiting()}
    assert counts == {first.pk: 1, again.pk: 1}


def test_colleagues_copy_settles_nothing_of_mine(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: {"level": "未达标"}})
    mine, theirs = take(content, sheet, who), take(content, sheet, colleague(sheet))
    assert waiting(mine) == waiting(theirs) == {items[0].code}


def test_wrong_row_that_one_mended_on_the_sheet_waits_no_more(sheet, who, items):
    a, b = items[:2]
    made = take(edited(workbook(sheet), {each.code: {"level": "未达标"} for each in (a, b)}), sheet, who)
    rewrite(sheet, a, who)
    rewrite(sheet, b, colleague(sheet))
    assert waiting(made) == {b.code}


# -- whose workbook it is ----------------------------------------------------------


def test_workbook_of_another_site_is_refused_and_says_which(sheet, who):
    other = builders.self_sheet(builders.building(organisation=sheet.assessment.site.organisation))
    with pytest.raises(ValidationError) as error:
        take(workbook(other), sheet, who)
    assert other.assessment.site.window_name in error.value.messages[0]
    assert sheet.assessment.site.window_name in error.value.messages[0]
    assert not SheetUpload.objects.exists()


def test_workbook_of_a_site_one_may_not_see_is_not_named(sheet, who):
    other = builders.self_sheet(builders.building())
    with pytest.raises(ValidationError) as error:
        take(workbook(other), sheet, who)
    assert other.assessment.site.window_name not in error.value.messages[0]
    assert "另一份评分表" in error.value.messages[0]


def test_workbook_of_another_round_is_refused(on):
    site = builders.building()
    own = builders.self_assessed(site)
    assessment = builders.assigned(site)
    inspector = builders.members(assessment.assignment.team)[0]
    sheet = builders.own_sheet(assessment, inspector)
    with pytest.raises(ValidationError, match=own.assessment.round.title):
        take(workbook(own), sheet, inspector)
    assert not sheet.scores.exists()


def test_colleagues_workbook_is_refused(on):
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    mine, theirs = (
        builders.own_sheet(assessment, who) for who in builders.members(assessment.assignment.team)
    )
    with pytest.raises(ValidationError, match="另一份评分表"):
        take(workbook(theirs), mine, mine.author)


def test_workbook_of_another_version_of_the_standard_is_refused(sheet, who):
    content = workbook(sheet)
    other = sheet.assessment.round.standards.exclude(pk=sheet.assessment.standard_id).get()
    sheet.assessment.standard = other
    sheet.assessment.save()
    with pytest.raises(ValidationError, match="另一版建设标准"):
        uploads.check_own(workbooks.read_token(workbooks.upload(content)), sheet, who)


def test_only_who_writes_on_the_sheet_uploads(sheet, items):
    content = edited(workbook(sheet), {items[0].code: MET})
    for role in (Role.OFFICE, Role.LIAISON, Role.INSPECTOR, Role.LEADING_GROUP):
        with pytest.raises(PermissionDenied):
            take(content, sheet, factories.user(role))
    assert not Score.objects.exists()


def test_submitted_sheet_takes_nothing(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: UNMET})
    builders.fill(sheet, who)
    sheets.submit_self_assessment(sheet=sheet, by=who, without_evidence=sheets.unshown(sheet))
    with pytest.raises(InvalidTransition):
        take(content, sheet, who)
    assert stored(sheet, items[0])[0] == "met"


def test_sheet_submitted_under_the_pen_takes_nothing_and_keeps_no_upload(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: UNMET})
    builders.fill(sheet, who)
    sheets.submit_self_assessment(
        sheet=Sheet.objects.get(pk=sheet.pk),
        by=who,
        without_evidence=sheets.unshown(Sheet.objects.get(pk=sheet.pk)),
    )
    assert sheet.is_draft  # as the page had read it
    with pytest.raises(InvalidTransition):
        take(content, sheet, who)
    assert not SheetUpload.objects.exists()


def test_signed_final_sheet_takes_nothing(on):
    final = builders.visited(self_assessed_site(), weak=2)
    lead, item = final.assessment.assignment.team.leader, standard_items(final)[0]
    content = edited(workbook(final), {item.code: MET})
    builders.sign(final)
    with pytest.raises(InvalidTransition):
        take(content, final, lead)


def test_item_under_deliberation_takes_no_mark_from_a_workbook(on):
    final = builders.visited(self_assessed_site(), weak=2)
    lead = final.assessment.assignment.team.leader
    item = standard_items(final)[0]
    content = edited(workbook(final), {item.code: {"level": "达标", "reason": None}})
    final.deliberations.create(item=item, gap=50, opened_on="2008-04-08")
    assert outcomes(take(content, final, lead))[item.code] == "wrong"
    assert cell(opened(workbook(final)), item.code, "level").protection.locked


def self_assessed_site():
    site = builders.building()
    builders.self_assessed(site)
    return site


# -- choosing ------------------------------------------------------------------------


@pytest.fixture
def stale(sheet, who, items):
    """An upload with two rows that were written meanwhile and one that is wrong."""
    a, b, c = items[:3]
    content = edited(workbook(sheet), {a.code: UNMET, b.code: UNMET, c.code: {"level": "未达标"}})
    for item in (a, b):
        rewrite(sheet, item, colleague(sheet), ScoreLevel.MET, reason="")
    return take(content, sheet, who)


def shown(upload, *items):
    rows = upload.rows.filter(item__in=items) if items else upload.rows.all()
    return {row.pk: row.version for row in rows}


def test_taking_the_workbooks_value(sheet, who, items, stale):
    chosen = uploads.choose(upload=stale, shown=shown(stale, items[0]), mine=True, by=who)
    assert chosen == uploads.Chosen(settled=1, left=0)
    assert stored(sheet, items[0]) == ("unmet", "示例缺材料", 2)
    assert stored(sheet, items[1])[0] == "met"
    assert list(outcomes(stale).values()) == ["kept_mine", "stale", "wrong"]


def test_keeping_the_stored_value(sheet, who, items, stale):
    uploads.choose(upload=stale, shown=shown(stale), mine=False, by=who)
    assert set(outcomes(stale).values()) == {"kept_stored"}
    assert stored(sheet, items[0]) == ("met", "", 1)
    assert not sheet.scores.filter(item=items[2]).exists()


def test_choosing_for_all_takes_what_is_valid(sheet, who, items, stale):
    assert uploads.choose(upload=stale, shown=shown(stale), mine=True, by=who).settled == 2
    assert list(outcomes(stale).values()) == ["kept_mine", "kept_mine", "wrong"]


def test_chosen_twice_is_chosen_once(sheet, who, items, stale):
    seen = shown(stale, items[0])
    uploads.choose(upload=stale, shown=seen, mine=True, by=who)
    assert uploads.choose(upload=stale, shown=seen, mine=False, by=who) == uploads.Chosen(0, 0)
    assert outcomes(stale)[items[0].code] == "kept_mine"


def test_written_again_since_it_was_shown_waits_on(sheet, who, items, stale):
    seen = shown(stale, items[0])
    rewrite(sheet, items[0], colleague(sheet), ScoreLevel.PARTLY)
    assert uploads.choose(upload=stale, shown=seen, mine=True, by=who) == uploads.Chosen(0, 1)
    assert stored(sheet, items[0])[0] == "partly"
    assert outcomes(stale)[items[0].code] == "stale"


def test_what_was_chosen_is_not_asked_again(sheet, who, items):
    content = edited(workbook(sheet), {items[0].code: UNMET})
    rewrite(sheet, items[0], colleague(sheet), ScoreLevel.MET, reason="")
    made = take(content, sheet, who)
    uploads.choose(upload=made, shown=shown(made), mine=False, by=who)
    assert outcomes(take(content, sheet, who)) == {items[0].code: "same"}
    assert stored(sheet, items[0])[0] == "met"
    later = edited(content, {items[0].code: {"reason": "后来补的理由"}})
    assert outcomes(take(later, sheet, who)) == {items[0].code: "taken"}


def test_what_became_wrong_since_is_told(sheet, who, items, stale):
    put_off(sheet, items[0])
    assert uploads.choose(upload=stale, shown=shown(stale, items[0]), mine=True, by=who).left == 1
    assert outcomes(stale)[items[0].code] == "wrong"


def test_nobody_else_chooses_and_not_after_submitting(sheet, who, items, stale):
    with pytest.raises(PermissionDenied):
        uploads.choose(upload=stale, shown=shown(stale), mine=True, by=factories.user(Role.OFFICE))
    for item in items[2:]:
        builders.mark(sheet, item, who)
    sheets.submit_self_assessment(sheet=sheet, by=who, without_evidence=sheets.unshown(sheet))
    stale.refresh_from_db()
    with pytest.raises(InvalidTransition):
        uploads.choose(upload=stale, shown=shown(stale), mine=True, by=who)
