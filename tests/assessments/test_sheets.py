"""Opening and filling sheets: what is written, what is refused, and that a refusal writes nothing."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import RoundKind, ScoreLevel
from assessments.marks import standard_items
from assessments.models import Score
from assessments.services import scores, sheets
from sites.enums import Stage
from sites.workflow import InvalidTransition, WorkflowError
from standards.enums import Kind
from standards.models import Item
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return builders.self_sheet(builders.building())


@pytest.fixture
def liaison(sheet):
    return builders.liaison(sheet.assessment.site)


@pytest.fixture
def item(sheet):
    return next(item for item in standard_items(sheet) if item.points == 3)


def write(sheet, item, by, **more):
    values = {"level": ScoreLevel.MET, "points": None, "reason": "", "version": 0, **more}
    scores.save_score(sheet=sheet, item=item, by=by, **values)


# -- one item ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({"level": "met", "points": Decimal(1)}, Decimal(3)),
        ({"level": "partly", "reason": "示例"}, Decimal("1.5")),
        ({"level": "partly", "points": Decimal("2.99"), "reason": "示例"}, Decimal("2.99")),
        ({"level": "unmet", "points": Decimal(2), "reason": "示例"}, Decimal(0)),
    ],
)
def test_score_written(sheet, liaison, item, given, points):
    write(sheet, item, liaison, **given)
    score = sheet.scores.get()
    assert (score.level, score.points, score.max_points, score.version) == (given["level"], points, 3, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": "partly", "points": Decimal(4), "reason": "示例"}, "points"),
        ({"level": "partly", "points": Decimal(3), "reason": "示例"}, "points"),
        ({"level": "partly", "points": Decimal(0), "reason": "示例"}, "points"),
        ({"level": "partly", "points": Decimal(-1), "reason": "示例"}, "points"),
        ({"level": "partly"}, "reason"),
        ({"level": "unmet", "reason": "  "}, "reason"),
        ({"level": "inapplicable", "reason": "示例"}, "level"),
        ({"level": "splendid"}, "level"),
    ],
)
def test_score_refused_names_the_field(sheet, liaison, item, given, field):
    item.may_be_inapplicable = False
    with pytest.raises(ValidationError) as error:
        write(sheet, item, liaison, **given)
    assert list(error.value.message_dict) == [field]
    assert not sheet.scores.exists()


def test_score_inapplicable_without_reason():
    sheet = builders.self_sheet(builders.building(kind=Kind.SERVICE))
    item = next(item for item in standard_items(sheet) if item.may_be_inapplicable)
    liaison = builders.liaison(sheet.assessment.site)
    with pytest.raises(ValidationError) as error:
        write(sheet, item, liaison, level="inapplicable")
    assert list(error.value.message_dict) == ["reason"]
    write(sheet, item, liaison, level="inapplicable", reason="示例")
    assert sheet.scores.get().points == 0


def test_score_of_another_standard(sheet, liaison):
    stranger = Item.objects.filter(section__standard__kind=Kind.SERVICE).first()
    with pytest.raises(ValidationError):
        write(sheet, stranger, liaison)
    assert not Score.objects.exists()


def test_score_rewritten_keeps_one_row(sheet, liaison, item):
    write(sheet, item, liaison)
    write(sheet, item, liaison, level="unmet", reason="示例", version=1)
    score = sheet.scores.get()
    assert (score.level, score.version, score.consented_by) == ("unmet", 2, None)


def test_reason_of_a_lower_mark_does_not_stay_on_a_full_one(sheet, liaison, item):
    write(sheet, item, liaison, level="unmet", reason="缺材料")
    write(sheet, item, liaison, reason="缺材料", version=1)
    assert sheet.scores.get().reason == ""
    kept = sheet.entries.order_by("version").values_list("level", "reason")
    assert list(kept) == [("unmet", "缺材料"), ("met", "")]
    # As the page sends it that does not know of this yet: the same mark, sent twice.
    write(sheet, item, liaison, reason="缺材料", version=1)
    assert sheet.scores.get().version == 2


def test_full_mark_by_counted_faults_has_no_reason_either(sheet, liaison, item):
    item.deduction = item.points / 2
    write(sheet, item, liaison, level="", faults=1, reason="一处过期")
    write(sheet, item, liaison, level="", faults=0, reason="一处过期", version=1)
    assert (sheet.scores.get().level, sheet.scores.get().reason) == ("met", "")


def test_leader_says_anew_why_a_mark_is_full_that_not_everybody_gave():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.nearly_apart(site)
    leader, lowered = final.assessment.assignment.team.leader, standard_items(final)[0]
    write(final, lowered, leader, level="partly", points=lowered.points / 2, reason="组长所见")
    for borrowed in ("示例原因", "组长所见", "示例原因\r\n组长所见"):
        with pytest.raises(ValidationError) as error:
            write(final, lowered, leader, reason=borrowed, version=1)
        assert list(error.value.message_dict) == ["reason"]
    write(final, lowered, leader, reason="复看后齐全", version=1)
    write(final, lowered, leader, reason="复看后齐全，有照片", version=2)
    assert final.scores.get(item=lowered).reason == "复看后齐全，有照片"


def test_full_mark_that_everybody_gave_has_no_reason_on_the_final_sheet():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    score = final.scores.first()
    write(final, score.item, final.assessment.assignment.team.leader, reason="多余", version=score.version)
    assert final.scores.get(item=score.item).reason == ""


@pytest.mark.parametrize("version", [0, 2])
def test_score_stale_says_what_is_stored(sheet, liaison, item, version):
    other = factories.user(Role.LIAISON, sheet.assessment.site.organisation)
    write(sheet, item, other, level="unmet", reason="他人的原因")
    with pytest.raises(scores.StaleScore) as error:
        write(sheet, item, liaison, version=version)
    current = error.value.current
    assert (current.updated_by, current.level, current.reason, current.version) == (
        other,
        "unmet",
        "他人的原因",
        1,
    )
    assert sheet.scores.get().level == "unmet"


def test_score_by_another_unit(sheet, item):
    with pytest.raises(PermissionDenied):
        write(sheet, item, factories.user(Role.LIAISON))
    assert not sheet.scores.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIAISON])
def test_self_sheet_written_by_another_role(sheet, item, role):
    with pytest.raises(PermissionDenied):
        write(sheet, item, factories.user(role, sheet.assessment.site.organisation))


def test_score_after_submitting(item):
    sheet = builders.self_assessed(builders.building())
    score = sheet.scores.get(item=item)
    with pytest.raises(InvalidTransition):
        write(sheet, item, builders.liaison(sheet.assessment.site), level="unmet", reason="示例", version=1)
    score.refresh_from_db()
    assert score.level == "met"


def test_inspector_sheet_written_by_a_colleague():
    site, made = builders.building(), builders.team()
    builders.self_assessed(site)
    first, second = builders.members(made)
    sheet = builders.own_sheet(builders.assigned(site, made), first)
    with pytest.raises(PermissionDenied):
        write(sheet, standard_items(sheet)[0], second)


# -- opening ----------------------------------------------------------------


def test_self_sheet_without_a_round():
    site = builders.building()
    with pytest.raises(WorkflowError):
        sheets.self_sheet(site=site, by=builders.liaison(site))


@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.SELF_ASSESSED, Stage.NAMED])
def test_self_sheet_in_another_stage(stage):
    builders.open_round(RoundKind.SELF)
    site = factories.site(stage)
    with pytest.raises(InvalidTransition):
        sheets.self_sheet(site=site, by=builders.liaison(site))


def test_self_sheet_submitted_is_found_after_the_round_is_closed():
    site = builders.building()
    sheet = builders.self_assessed(site)
    sheet.assessment.round.closed_on = sheet.assessment.round.due_on
    sheet.assessment.round.save()
    assert sheets.self_sheet(site=site, by=builders.liaison(site)) == sheet


def test_inspector_sheet_before_the_self_assessment():
    site, made = builders.building(), builders.team()
    assessment = builders.assigned(site, made)
    with pytest.raises(InvalidTransition):
        sheets.inspector_sheet(assessment=assessment, by=builders.members(made)[0])


def test_inspector_sheet_of_a_stranger():
    site = builders.building()
    builders.self_assessed(site)
    with pytest.raises(PermissionDenied):
        sheets.inspector_sheet(assessment=builders.assigned(site), by=factories.user(Role.INSPECTOR))
