"""Opening a signed final sheet again: by whom, until when, what goes with the signature and what stays."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, RoundKind, SheetRole, SheetState, Verdict
from assessments.marks import standard_items
from assessments.models import Finding, Sheet, SheetVersion
from assessments.services import deliberation, hearing, recusals, scores, unlocking
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Action, Stage
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once, kinds

pytestmark = pytest.mark.django_db

WHY = "组长误签，第二部分评分有误（示例）"


@pytest.fixture
def site(on):
    on("2008-04-09")
    return builders.building()


@pytest.fixture
def signed(site) -> Sheet:
    """A signed inspection with two findings put to the unit."""
    final = builders.put(site, weak=2)
    final.refresh_from_db()
    return final


def unlock(sheet: Sheet, **more) -> SheetVersion:
    return unlocking.unlock(sheet=sheet, **{"reason": WHY, "by": builders.office(), **more})


def state_of(sheet):
    sheet.refresh_from_db()
    sheet.assessment.site.refresh_from_db()
    return sheet.state, sheet.version, sheet.assessment.site.stage


# -- who, and why -----------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_only_the_city_unlocks(signed, role):
    with pytest.raises(PermissionDenied):
        unlock(signed, by=factories.user(role))
    assert state_of(signed) == (SheetState.SIGNED, 1, Stage.RECTIFYING)


def test_leader_who_signed_does_not_unlock(signed):
    with pytest.raises(PermissionDenied):
        unlock(signed, by=signed.signed_by)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_reason_is_compulsory(signed, reason):
    with pytest.raises(ValidationError) as refused:
        unlock(signed, reason=reason)
    assert list(refused.value.error_dict) == ["reason"]
    assert state_of(signed) == (SheetState.SIGNED, 1, Stage.RECTIFYING)
    assert not SheetVersion.objects.exists()


def test_only_what_is_signed_is_unlocked(site, signed):
    own = signed.assessment.sheets.filter(role=SheetRole.INSPECTOR).first()
    with pytest.raises(InvalidTransition):
        unlock(own)
    unlock(signed)
    with pytest.raises(InvalidTransition):
        unlock(signed)
    assert SheetVersion.objects.count() == 1


# -- what stays -------------------------------------------------------------


def test_what_was_signed_is_kept_as_a_version(signed):
    kept = unlock(signed)
    assert state_of(signed) == (SheetState.DRAFT, 2, Stage.SELF_ASSESSED)
    assert (signed.signed_by, signed.signed_on, signed.submitted_on) == (None, None, None)
    leader = signed.assessment.assignment.team.leader
    assert (kept.number, kept.signed_by, str(kept.signed_on)) == (1, leader, "2008-04-08")
    assert (kept.unlocked_by, str(kept.unlocked_on), kept.reason) == (builders.office(), "2008-04-09", WHY)
    items = standard_items(signed)
    assert [row["code"] for row in kept.rows] == [item.code for item in items]
    assert [row["state"] for row in kept.rows[:3]] == ["partly", "partly", "met"]
    assert kept.rows[0]["reason"] == "示例原因"
    assert kept.points < kept.maximum == 100


def test_version_does_not_change_with_the_sheet(signed):
    kept = unlock(signed)
    rows = kept.rows
    first = standard_items(signed)[0]
    builders.mark(
        signed, first, signed.assessment.assignment.team.leader, "unmet", version=1, reason="复核未见"
    )
    kept.refresh_from_db()
    assert kept.rows == rows
    assert signed.scores.get(item=first).level == "unmet"


def test_members_sheets_and_deliberations_stay(site):
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1)
    leader, member = builders.members(final.assessment.assignment.team)
    about = final.deliberations.get()
    settle(about, leader, member, "partly")
    builders.sign(final)
    unlock(final)
    about.refresh_from_db()
    assert not about.is_open
    assert not final.assessment.sheets.filter(role=SheetRole.INSPECTOR, state=SheetState.DRAFT).exists()
    settle(about, leader, member, "unmet")
    assert final.scores.get(item=about.item).level == "unmet"
    assert [each.level for each in about.proposals.all()] == ["partly", "unmet"]


def settle(about, leader, member, level: str) -> None:
    made = deliberation.propose(deliberation=about, level=level, points=None, reason="示例", by=leader)
    deliberation.answer(proposal=made, agrees=True, text="", by=member)


def test_it_is_in_the_sites_history(signed):
    unlock(signed)
    change = signed.assessment.site.history.latest("pk")
    assert (change.action, change.note, change.by) == (Action.UNLOCK_INSPECTION, WHY, builders.office())


# -- what goes with the signature -------------------------------------------


def test_findings_are_withdrawn_and_each_says_why(signed):
    unlock(signed)
    found = Finding.objects.filter(assessment=signed.assessment)
    assert [(each.state, each.replies.last().text) for each in found] == [(FindingState.WITHDRAWN, WHY)] * 2


def test_papers_are_void_and_say_why(site, signed, on):
    """The team's own, and the notice that went out to a unit which said nothing."""
    on("2008-04-14")
    hearing.issue_notice(site=site, by=builders.office())
    unlock(signed)
    papers = Document.objects.filter(sites=site)
    assert {paper.kind for paper in papers} == {DocumentKind.SCORE_SHEET, DocumentKind.RECTIFICATION_NOTICE}
    assert {(str(paper.withdrawn_on), paper.withdrawn_why) for paper in papers} == {("2008-04-14", WHY)}
    assert {each.state for each in builders.findings(site)} == {FindingState.WITHDRAWN}


def test_team_and_unit_are_told(site, signed):
    Notification.objects.all().delete()
    unlock(signed)
    told = {notice.user for notice in Notification.objects.all()}
    assert told == {*builders.members(signed.assessment.assignment.team), builders.liaison(site)}


def test_signed_anew_it_has_new_findings_and_new_papers(site, signed):
    unlock(signed)
    leader = signed.assessment.assignment.team.leader
    builders.mark(signed, standard_items(signed)[0], leader, version=1, reason="示例：补看后符合")
    builders.sign(signed)
    assert state_of(signed) == (SheetState.SIGNED, 2, Stage.RECTIFYING)
    found = builders.findings(site)
    assert [each.item for each in found if each.state == FindingState.PUT] == [standard_items(signed)[1]]
    papers = Document.objects.filter(sites=site, kind=DocumentKind.SCORE_SHEET).order_by("pk")
    assert [(paper.context["version"], bool(paper.withdrawn_on)) for paper in papers] == [
        (1, True),
        (2, False),
    ]
    unlock(signed)
    assert [version.number for version in signed.versions.all()] == [2, 1]


def test_sheet_without_a_finding(site):
    builders.self_assessed(site)
    final = builders.visited(site)
    builders.sign(final)
    unlock(final)
    assert state_of(final) == (SheetState.DRAFT, 2, Stage.SELF_ASSESSED)


# -- until when -------------------------------------------------------------


def test_what_the_unit_said_in_the_hearing_is_no_bar(site, signed):
    """It may be why the mark is to be put right; its words stay with the finding that is withdrawn."""
    first = builders.findings(site)[0]
    hearing.comment(finding=first, agrees=False, text="示例异议", by=builders.liaison(site))
    unlock(signed)
    assert {each.state for each in builders.findings(site)} == {FindingState.WITHDRAWN}
    assert [reply.text for reply in first.replies.exclude(text="")] == ["示例异议", WHY]


def test_not_once_the_unit_has_answered_a_finding(site, signed, on):
    """And then nothing of it is undone by half."""
    builders.noticed(site)
    builders.answered(site)
    on("2008-04-18")
    with pytest.raises(InvalidTransition):
        unlock(signed)
    assert state_of(signed) == (SheetState.SIGNED, 1, Stage.RECTIFYING)
    assert {each.state for each in builders.findings(site)} == {FindingState.ANSWERED}
    assert not Document.objects.exclude(withdrawn_on=None).exists()
    assert not SheetVersion.objects.exists()


def test_not_once_a_later_team_is_there(on):
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    builders.sign(final)
    site.refresh_from_db()
    builders.assigned(site, kind=RoundKind.ACCEPTANCE)
    on("2008-05-06")
    with pytest.raises(InvalidTransition):
        unlock(final)


def test_not_out_of_its_phase(signed, on):
    on("2008-07-01")  # the round's own day is the last of June
    with pytest.raises(PhaseClosed):
        unlock(signed)
    assert state_of(signed)[0] == SheetState.SIGNED


@pytest.mark.parametrize("recommended", [False, True])
def test_acceptance_sheet_until_a_recommendation_rests_on_it(on, recommended):
    site = factories.site(Stage.RECTIFIED)
    final = builders.on_site(site, weak=4)
    if recommended:
        builders.recommended(site, Verdict.FAIL)
    on("2008-05-08")
    if recommended:
        with pytest.raises(InvalidTransition):
            unlock(final)
    else:
        unlock(final)
    expected = SheetState.SIGNED if recommended else SheetState.DRAFT
    assert state_of(final) == (expected, 1 if recommended else 2, Stage.RECTIFIED)
    assert Document.objects.standing().filter(kind=DocumentKind.SCORE_SHEET).exists() is recommended


# -- two at once ------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_unlocked_twice_at_once_is_unlocked_once(on):
    on("2008-04-09")
    site = builders.building()
    final = builders.put(site, weak=2)
    office = builders.office()

    def verb():
        unlock(Sheet.objects.get(pk=final.pk), by=office)

    assert kinds(at_once(verb, verb)) == ["InvalidTransition", "done"]
    assert state_of(final) == (SheetState.DRAFT, 2, Stage.SELF_ASSESSED)
    assert SheetVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_unlocked_while_it_is_recommended(on):
    """One of the two comes too late, whichever."""
    site = factories.site(Stage.RECTIFIED)
    final = builders.on_site(site)
    on("2008-05-08")
    office = builders.office()
    outcomes = at_once(
        lambda: unlock(Sheet.objects.get(pk=final.pk), by=office), lambda: builders.recommended(site)
    )
    assert len([each for each in outcomes if isinstance(each, Exception)]) == 1
    rests = final.assessment.acceptances.exists()
    assert state_of(final)[0] == (SheetState.SIGNED if rests else SheetState.DRAFT)


# -- who marks anew ---------------------------------------------------------


def test_member_who_joins_meanwhile_marks_blind(site, signed, on):
    """Neither the signed version nor what came of it is theirs to read before the own sheet is in."""
    on("2008-04-14")
    hearing.issue_notice(site=site, by=builders.office())
    unlock(signed)
    late = factories.user(Role.INSPECTOR)
    signed.assessment.assignment.team.members.create(user=late)
    assert not Sheet.objects.visible_to(late).exclude(role=SheetRole.SELF).exists()
    assert not Finding.objects.visible_to(late).exists()
    assert not Document.objects.visible_to(late).filter(sites=site).exists()
    own = builders.own_sheet(signed.assessment, late)
    builders.fill(own, late, weak=2)
    with builders.on("2008-04-14"):
        builders.sheets.submit_inspector_sheet(sheet=own, by=late)
    assert signed in Sheet.objects.visible_to(late)
    assert Finding.objects.visible_to(late).count() == 2


def test_whoever_stood_aside_is_not_told(signed):
    stands, aside = builders.members(signed.assessment.assignment.team)
    recusals.recuse(user=aside, site=signed.assessment.site, reason="示例")
    Notification.objects.all().delete()
    unlock(signed)
    assert Notification.objects.filter(user=stands).exists()
    assert not Notification.objects.filter(user=aside).exists()


def test_mark_of_before_the_signature_is_not_written_into_what_was_opened_again(site, signed):
    item, by = standard_items(signed)[-1], signed.assessment.assignment.team.leader
    unlock(signed)
    values = {"level": "unmet", "points": None, "reason": "示例", "version": 1, "by": by}
    with pytest.raises(InvalidTransition, match="签署后又解锁"):
        scores.save_score(sheet=signed, item=item, **values, opened=1)
    assert signed.scores.get(item=item).version == 1
    assert scores.save_score(sheet=signed, item=item, **values, opened=2) == 2
