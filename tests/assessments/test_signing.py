"""Submitting and signing: in order, out of order, by whom, and what it leaves behind."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, ScoreLevel, SheetRole, SheetState
from assessments.marks import section_marks, sheet_score, standard_items
from assessments.models import Finding
from assessments.services import scores, sheets
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from sites.workflow import InvalidTransition, PhaseClosed
from standards.enums import Kind
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return builders.self_sheet(builders.building())


@pytest.fixture
def liaison(sheet):
    return builders.liaison(sheet.assessment.site)


def write(sheet, item, by, **more):
    values = {"level": ScoreLevel.MET, "points": None, "reason": "", "version": 0, **more}
    scores.save_score(sheet=sheet, item=item, by=by, **values)


# -- submitting -------------------------------------------------------------


def test_submit_incomplete(sheet, liaison, on):
    on("2008-03-20")
    builders.mark(sheet, standard_items(sheet)[0], liaison)
    with pytest.raises(ValidationError):
        sheets.submit_self_assessment(sheet=sheet, by=liaison, without_evidence=sheets.unshown(sheet))
    sheet.refresh_from_db()
    sheet.assessment.site.refresh_from_db()
    assert (sheet.state, sheet.assessment.site.stage) == (SheetState.DRAFT, Stage.BUILDING)


def test_submit_twice(on):
    site = builders.building()
    sheet = builders.self_assessed(site)
    on("2008-03-21")
    with pytest.raises(InvalidTransition):
        sheets.submit_self_assessment(
            sheet=sheet, by=builders.liaison(site), without_evidence=sheets.unshown(sheet)
        )
    assert site.history.count() == 1


def test_submit_in_a_closed_phase(sheet, liaison, on):
    builders.fill(sheet, liaison)
    on("2008-07-01")  # the round's own day is the last of June
    with pytest.raises(PhaseClosed):
        sheets.submit_self_assessment(sheet=sheet, by=liaison, without_evidence=sheets.unshown(sheet))


def test_final_sheet_waits_for_all_members():
    site, made = builders.building(), builders.team()
    builders.self_assessed(site)
    assessment = builders.assigned(site, made)
    for person in builders.members(made):
        assert not assessment.sheets.filter(role=SheetRole.FINAL).exists()
        sheet = builders.own_sheet(assessment, person)
        builders.fill(sheet, person)
        with builders.on("2008-04-08"):
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
    assert assessment.sheets.get(role=SheetRole.FINAL).scores.count() == 43


@pytest.fixture
def site():
    made = builders.building()
    builders.self_assessed(made)
    return made


def test_final_sheet_leaves_open_what_members_differ_on(site):
    final = builders.apart(site, 0, 1)
    score = sheet_score(section_marks(final))
    assert (score.unmarked, score.marked) == (1, 42)


def test_leader_settles_what_lies_within_the_gap(site):
    """They say why even where it is full marks."""
    final = builders.nearly_apart(site)
    leader, follower = builders.members(final.assessment.assignment.team)
    first = standard_items(final)[0]
    assert not final.deliberations.exists()
    with pytest.raises(ValidationError, match=first.code):
        builders.sign(final)
    with pytest.raises(PermissionDenied):
        write(final, first, follower)
    with pytest.raises(ValidationError) as refused:
        write(final, first, leader)
    assert list(refused.value.error_dict) == ["reason"]
    write(final, first, leader, reason="复核后认定齐全")
    builders.sign(final)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED


def test_leader_says_why_the_mark_is_another_than_all_members_gave(site):
    final = builders.visited(site, weak=1)
    leader, score = final.assessment.assignment.team.leader, final.scores.get(level="partly")
    with pytest.raises(ValidationError) as refused:
        write(final, score.item, leader, version=1)
    assert list(refused.value.error_dict) == ["reason"]
    write(final, score.item, leader, version=1, reason="示例：当场补齐")
    assert final.scores.get(item=score.item).level == "met"


# -- signing ----------------------------------------------------------------


def test_sign_without_a_finding_goes_straight_to_rectified(site):
    final = builders.visited(site)
    builders.sign(final)
    site.refresh_from_db()
    final.refresh_from_db()
    assert (site.stage, final.state, final.signed_by) == (
        Stage.RECTIFIED,
        SheetState.SIGNED,
        final.assessment.assignment.team.leader,
    )
    assert not Finding.objects.exists()
    assert [paper.kind for paper in Document.objects.all()] == [DocumentKind.SCORE_SHEET]


def test_sign_puts_findings_to_the_unit(site):
    """The unit is heard first: no deadline runs and no notice is out."""
    final = builders.visited(site, weak=3)
    builders.sign(final)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
    found = builders.findings(site)
    assert [(f.state, f.points, str(f.reply_by), f.deadline) for f in found] == [
        (FindingState.PUT, f.item.points / 2, "2008-04-11", None) for f in found
    ]
    assert len(found) == 3
    assert all(f.working_days == 10 and f.opinion == f"示例意见{f.item.code}" for f in found)
    assert not Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).exists()
    assert Notification.objects.filter(user=builders.liaison(site)).exists()


def test_sign_with_own_working_days(site):
    final = builders.visited(site, weak=2)
    first = standard_items(final)[0]
    builders.sign(final, working_days={first.pk: 25})
    assert [finding.working_days for finding in builders.findings(site)] == [25, 10]


@pytest.mark.parametrize("wrong", ["opinions", "working_days"])
def test_sign_without_opinion_or_with_no_time(site, wrong):
    final = builders.visited(site, weak=1)
    more = {wrong: {} if wrong == "opinions" else {standard_items(final)[0].pk: 0}}
    with pytest.raises(ValidationError):
        builders.sign(final, **more)
    site.refresh_from_db()
    final.refresh_from_db()
    assert (site.stage, final.state) == (Stage.SELF_ASSESSED, SheetState.DRAFT)
    assert not Finding.objects.exists()
    assert not Document.objects.exists()


def test_sign_by_a_member_who_does_not_lead(site):
    final = builders.visited(site)
    with pytest.raises(PermissionDenied):
        builders.sign(final, by=builders.members(final.assessment.assignment.team)[1])


def test_sign_while_a_member_has_not_submitted(site):
    """Somebody who joined the team later and has no sheet yet."""
    final = builders.visited(site)
    late = factories.user(Role.INSPECTOR)
    final.assessment.assignment.team.members.create(user=late)
    with pytest.raises(ValidationError, match=late.name):
        builders.sign(final)


def test_sign_twice(site):
    final = builders.visited(site)
    builders.sign(final)
    final.refresh_from_db()
    with pytest.raises(InvalidTransition):
        builders.sign(final)


def test_sign_waits_for_consent_to_inapplicable():
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site)
    leader = final.assessment.assignment.team.leader
    item = next(item for item in standard_items(final) if item.may_be_inapplicable)
    write(final, item, leader, level="inapplicable", reason="示例", version=1)
    assert Notification.objects.filter(user=builders.office(), url=final.url_of_item(item)).exists()
    with pytest.raises(ValidationError):
        builders.sign(final)
    score = final.scores.get(item=item)
    with pytest.raises(PermissionDenied):
        scores.consent_inapplicable(score=score, by=leader)
    scores.consent_inapplicable(score=score, by=builders.office())
    builders.sign(final)
    score.refresh_from_db()
    assert score.consented_by == builders.office()


def test_consent_is_void_once_the_mark_is_changed():
    site = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(site)
    final = builders.visited(site)
    leader = final.assessment.assignment.team.leader
    item = next(item for item in standard_items(final) if item.may_be_inapplicable)
    write(final, item, leader, level="inapplicable", reason="示例", version=1)
    stale = final.scores.get(item=item)
    write(final, item, leader, level="unmet", reason="示例", version=2)
    with pytest.raises(InvalidTransition):
        scores.consent_inapplicable(score=stale, by=builders.office())
    assert final.scores.get(item=item).consented_by is None


def test_sign_acceptance_makes_no_findings():
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site, weak=4)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED
    assert not Finding.objects.exists()
