"""Right of reply: the unit comments, the office keeps or withdraws, then the notice goes out; each once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, ReplyKind, ScoreLevel, SheetRole
from assessments.models import Finding, FindingReply, Score
from assessments.services import hearing, rectification, unlocking
from documents.fields import missing_fields
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

NOTICES = Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE)


@made_once("2008-04-09")
def site():
    """Two findings put to the unit on Tuesday 8 April; it comments within three working days, by the 11th."""
    made = builders.building()
    builders.put(made)
    return made


def comment(finding, agrees=False, **more):
    by = builders.liaison(finding.assessment.site)
    values = {"text": "" if agrees else "示例理由", "by": by, **more}
    return hearing.comment(finding=finding, agrees=agrees, **values)


def kinds(finding):
    """The thread after the finding was raised."""
    raised, *told = finding.replies.values_list("kind", flat=True)
    assert raised == ReplyKind.RAISE
    return told


# -- signing puts the findings to the unit --------------------------------------


def test_signing_puts_the_findings(site):
    found = builders.findings(site)
    assert [(f.state, str(f.reply_by), f.deadline, f.working_days) for f in found] == [
        (FindingState.PUT, "2008-04-11", None, 10)
    ] * 2
    assert all("3 个工作日" in f.reply_by_counted and f.opinion == f"示例意见{f.item.code}" for f in found)
    raised = FindingReply.objects.all()
    assert {(reply.kind, str(reply.on), reply.by) for reply in raised} == {
        (ReplyKind.RAISE, "2008-04-08", found[0].assessment.assignment.team.leader)
    }
    assert site.stage == Stage.RECTIFYING
    assert not NOTICES.exists()
    assert Notification.objects.filter(user=builders.liaison(site)).exists()


def test_leader_gives_working_days_by_item():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site, weak=2)
    first, second = (score.item_id for score in builders.signing.items_below_full(final))
    builders.sign(final, working_days={second: 20})
    assert list(Finding.objects.values_list("item", "working_days")) == [(first, 10), (second, 20)]


@pytest.mark.parametrize("days", [0, 366])
def test_leader_gives_impossible_working_days(days):
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site, weak=1)
    item = builders.signing.items_below_full(final)[0].item_id
    with pytest.raises(ValidationError):
        builders.sign(final, working_days={item: days})
    site.refresh_from_db()
    assert site.stage == Stage.SELF_ASSESSED
    assert not Finding.objects.exists()


# -- the unit comments ----------------------------------------------------------


def test_unit_disagrees_with_files(finding):
    reply = comment(finding, files=[builders.upload("纪要.png")])
    finding.refresh_from_db()
    assert (reply.kind, finding.state, str(reply.due_on)) == (
        ReplyKind.DISAGREE,
        FindingState.PUT,
        "2008-04-11",
    )
    assert [file.name for file in reply.evidence.files.all()] == ["纪要.png"]
    assert not reply.is_late


def test_unit_disagrees_without_a_reason(finding):
    with pytest.raises(ValidationError) as error:
        comment(finding, text=" ")
    assert list(error.value.message_dict) == ["text"]
    assert kinds(finding) == []


def test_unit_agrees_without_words(finding):
    assert comment(finding, agrees=True).text == ""


def test_comment_twice_and_change_of_mind(finding):
    comment(finding, agrees=True)
    with pytest.raises(InvalidTransition):
        comment(finding, agrees=True)
    comment(finding)
    assert kinds(finding) == [ReplyKind.AGREE, ReplyKind.DISAGREE]


def test_agreeing_after_an_objection_withdraws_it_and_keeps_both(site, finding, on):
    comment(finding, text="材料已归档")
    on("2008-04-21")
    assert not comment(finding, agrees=True).is_late
    with pytest.raises(InvalidTransition):
        comment(finding, agrees=True)
    words = finding.replies.filter(kind__in=ReplyKind.HEARING)
    assert [(word.kind, word.text, str(word.on)) for word in words] == [
        (ReplyKind.DISAGREE, "材料已归档", "2008-04-09"),
        (ReplyKind.RETRACT, "", "2008-04-21"),
    ]
    assert not Finding.objects.disputed().exists()


def test_objection_withdrawn_and_raised_again(finding):
    comment(finding)
    comment(finding, agrees=True)
    comment(finding)
    assert kinds(finding) == [ReplyKind.DISAGREE, ReplyKind.RETRACT, ReplyKind.DISAGREE]
    assert Finding.objects.disputed().get() == finding


def test_notice_knows_that_an_objection_was_withdrawn(site, finding):
    comment(finding)
    comment(finding, agrees=True)
    builders.noticed(site)
    assert NOTICES.get().context["findings"][0]["unit_view"] == "已撤回异议"


def test_comment_after_the_day_is_taken_and_marked_late(finding, on):
    on("2008-04-14")
    assert comment(finding).is_late


def test_comment_once_the_office_has_answered(finding):
    comment(finding)
    hearing.uphold(finding=finding, text="示例", by=builders.office())
    with pytest.raises(InvalidTransition):
        comment(finding, text="再次说明")


def test_comment_once_the_notice_is_out(site, finding):
    builders.noticed(site)
    with pytest.raises(InvalidTransition):
        comment(finding)
    assert kinds(finding) == [ReplyKind.AGREE, ReplyKind.NOTICE]


@pytest.mark.parametrize("role", Role)
def test_comment_by_somebody_else(finding, role):
    with pytest.raises(PermissionDenied):
        comment(finding, by=factories.user(role))


def test_agreeing_with_the_rest(site, finding):
    comment(finding)
    assert hearing.agree_to_rest(site=site, by=builders.liaison(site)) == 1
    with pytest.raises(InvalidTransition):
        hearing.agree_to_rest(site=site, by=builders.liaison(site))
    assert [kinds(f) for f in builders.findings(site)] == [[ReplyKind.DISAGREE], [ReplyKind.AGREE]]
    told = Notification.objects.filter(user=builders.office(), text__contains="has commented")
    assert told.count() == 1


def test_agreeing_with_the_rest_by_somebody_else(site):
    with pytest.raises(PermissionDenied):
        hearing.agree_to_rest(site=site, by=builders.office())
    assert {reply.kind for reply in FindingReply.objects.all()} == {ReplyKind.RAISE}


# -- the office keeps or withdraws ------------------------------------------------


def test_uphold_needs_a_disagreement_and_a_reason(finding):
    with pytest.raises(InvalidTransition):
        hearing.uphold(finding=finding, text="示例", by=builders.office())
    comment(finding)
    with pytest.raises(ValidationError):
        hearing.uphold(finding=finding, text="", by=builders.office())
    hearing.uphold(finding=finding, text="示例", by=builders.office())
    with pytest.raises(InvalidTransition):
        hearing.uphold(finding=finding, text="示例", by=builders.office())
    assert kinds(finding) == [ReplyKind.DISAGREE, ReplyKind.UPHOLD]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_words_of_the_office_by_another_role(site, finding, role):
    person = factories.user(role)
    for verb in (hearing.uphold, hearing.withdraw):
        with pytest.raises(PermissionDenied):
            verb(finding=finding, text="示例", by=person)
    if role != Role.LEADING_GROUP:  # which signs what the office has drafted
        with pytest.raises(PermissionDenied):
            hearing.issue_notice(site=site, by=person)


def test_withdraw_one(site, finding):
    with pytest.raises(ValidationError):
        hearing.withdraw(finding=finding, text=" ", by=builders.office())
    hearing.withdraw(finding=finding, text="示例", by=builders.office())
    site.refresh_from_db()
    assert [f.state for f in builders.findings(site)] == [FindingState.WITHDRAWN, FindingState.PUT]
    assert site.stage == Stage.RECTIFYING
    builders.noticed(site)
    (row,) = NOTICES.get().context["findings"]
    assert row["code"] == builders.findings(site)[1].item.code


def test_withdrawing_the_last_one_rectifies_the_site(site):
    for finding in builders.findings(site):
        hearing.withdraw(finding=finding, text="核实后不成立", by=builders.office())
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED
    assert site.history.last().note == "核实后不成立"
    assert not Document.objects.filter(kind__startswith="rectification").exists()


def test_withdrawal_leaves_the_mark_until_the_sheet_is_unlocked(site, finding):
    """The unit was right: the office opens the sheet, the leader puts the mark right and signs anew."""
    final = finding.assessment.sheets.get(role=SheetRole.FINAL)
    comment(finding, text="材料已归档")
    hearing.withdraw(finding=finding, text="核实属实", by=builders.office())
    score = final.scores.get(item=finding.item)
    assert score.points < score.max_points
    unlocking.unlock(sheet=final, reason="第一项核实属实", by=builders.office())
    assert kinds(finding) == [ReplyKind.DISAGREE, ReplyKind.WITHDRAW]
    Score.objects.filter(pk=score.pk).update(level=ScoreLevel.MET, points=score.max_points)
    builders.sign(final)
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
    (left,) = builders.findings(site)[0].assessment.findings.put()
    assert left.item == builders.findings(site)[1].item


def test_withdraw_once_the_notice_is_out(site, finding):
    builders.noticed(site)
    with pytest.raises(InvalidTransition):
        hearing.withdraw(finding=finding, text="示例", by=builders.office())
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


# -- the notice -------------------------------------------------------------------


def test_notice_waits_for_the_unit_until_the_day_is_over(site, on):
    on("2008-04-11")
    with pytest.raises(ValidationError):
        hearing.issue_notice(site=site, by=builders.office())
    assert not NOTICES.exists()
    on("2008-04-12")
    hearing.issue_notice(site=site, by=builders.office())
    found = builders.findings(site)
    # Ten working days from Saturday the 12th, that day not counted.
    assert [(f.state, str(f.deadline)) for f in found] == [(FindingState.OPEN, "2008-04-25")] * 2
    assert all("10 个工作日" in f.deadline_counted for f in found)


def test_notice_waits_for_the_answer_to_a_disagreement(site, finding, on):
    comment(finding)
    on("2008-04-21")
    with pytest.raises(ValidationError, match=finding.item.code):
        hearing.issue_notice(site=site, by=builders.office())
    assert {f.state for f in builders.findings(site)} == {FindingState.PUT}


def test_notice_tells_both_views(site, finding):
    comment(finding, text="材料已归档")
    hearing.agree_to_rest(site=site, by=builders.liaison(site))
    hearing.uphold(finding=finding, text="归档材料未注明日期", by=builders.office())
    hearing.issue_notice(site=site, by=builders.office())
    paper = NOTICES.get()
    assert [kinds(f)[-1] for f in builders.findings(site)] == [ReplyKind.NOTICE] * 2
    assert finding.replies.last().text == paper.full_number
    assert missing_fields(DocumentKind.RECTIFICATION_NOTICE, paper.context) == []
    assert [(row["unit_view"], row["office_answer"]) for row in paper.context["findings"]] == [
        ("有异议：材料已归档", "归档材料未注明日期"),
        ("无异议", ""),
    ]
    assert (paper.context["deadline"], paper.issued_on.isoformat()) == ("2008-04-23", "2008-04-09")
    assert Notification.objects.filter(user=builders.liaison(site), text__contains="is out").count() == 1


def test_notice_gives_each_finding_its_own_days(site, finding):
    Finding.objects.filter(pk=finding.pk).update(working_days=20)
    builders.noticed(site)
    first, second = builders.findings(site)
    context = NOTICES.get().context
    assert [row["deadline"] for row in context["findings"]] == [str(first.deadline), str(second.deadline)]
    assert str(first.deadline) > str(second.deadline)
    assert (context["deadline"], context["deadline_counted"]) == (
        str(first.deadline),
        first.deadline_counted,
    )


def test_notice_twice(site):
    builders.noticed(site)
    with pytest.raises(InvalidTransition):
        hearing.issue_notice(site=site, by=builders.office())
    assert NOTICES.count() == 1


def test_site_is_not_closed_while_its_findings_are_put(site):
    with pytest.raises(ValidationError):
        rectification.close(site=site, by=builders.office())
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING
