"""Answering, verifying, sending back, closing, reopening: in order, out of order, twice."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import FindingState, ReplyKind
from assessments.models import Evidence, FindingReply, UnitSummary
from assessments.services import rectification
from documents.fields import missing_fields
from documents.models import Document
from documents.papers import DocumentKind
from sites.calendar import today
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april(on):
    on("2008-04-18")


@made_once("2008-04-18")
def site():
    made = builders.building()
    builders.inspected(made)
    return made


# What stands in a thread before the unit answers.
NOTICED = [ReplyKind.RAISE, ReplyKind.AGREE, ReplyKind.NOTICE]


def answer(finding, **more):
    by = builders.liaison(finding.assessment.site)
    return rectification.answer(finding=finding, **{"text": "示例", "files": [], "by": by, **more})


def kinds(finding):
    return list(finding.replies.values_list("kind", flat=True))


def test_answer_with_files(finding):
    answer(finding, files=[builders.upload("a.png"), builders.upload("b.png", builders.PNG + b"2")])
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED
    evidence = finding.replies.get(kind=ReplyKind.ANSWER).evidence
    assert [file.name for file in evidence.files.all()] == ["a.png", "b.png"]
    assert list(evidence.items.all()) == [finding.item]


def test_one_picture_answers_two_findings(site):
    first, second = builders.findings(site)
    for finding in (first, second):
        answer(finding, files=[builders.upload("a.png")])
    (evidence,) = Evidence.objects.all()
    assert set(evidence.items.all()) == {first.item, second.item}
    assert [f.replies.last().evidence for f in (first, second)] == [evidence, evidence]


def test_answer_with_one_file_on_record_and_a_new_one(site):
    """Which of the two pieces is meant is not ours to say: the person is told and takes one out."""
    first, second = builders.findings(site)
    answer(first, files=[builders.upload("a.png")])
    with pytest.raises(ValidationError) as error:
        answer(second, files=[builders.upload("a.png"), builders.upload("b.png", builders.drawing("red"))])
    assert "a.png" in error.value.message_dict["files"][0]
    second.refresh_from_db()
    assert (second.state, Evidence.objects.count()) == (FindingState.OPEN, 1)


def test_answer_after_the_deadline_is_taken_and_marked(finding, on):
    on("2008-04-25")
    reply = answer(finding)
    finding.refresh_from_db()
    assert (finding.state, reply.is_late, str(reply.due_on)) == (FindingState.ANSWERED, True, "2008-04-22")
    on("2008-04-28")
    rectification.send_back(finding=finding, text="示例", by=builders.office())
    rectification.extend(finding=finding, working_days=5, reason="示例", by=builders.office())
    assert not answer(finding).is_late
    finding.replies.get(pk=reply.pk).refresh_from_db()
    assert finding.replies.get(pk=reply.pk).is_late, "the extension changes nothing about the earlier answer"


def test_answer_without_text(finding):
    with pytest.raises(ValidationError) as error:
        answer(finding, text=" ")
    assert list(error.value.message_dict) == ["text"]


def test_answer_with_a_bad_file_changes_nothing(finding):
    with pytest.raises(ValidationError):
        answer(finding, files=[builders.upload("virus.pdf", b"MZ" + b"0" * 100)])
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN
    assert not FindingReply.objects.filter(kind=ReplyKind.ANSWER).exists()
    assert not Evidence.objects.exists()


def test_answer_by_another_unit(finding):
    with pytest.raises(PermissionDenied):
        answer(finding, by=factories.user(Role.LIAISON))


def test_answer_twice(finding):
    answer(finding)
    with pytest.raises(InvalidTransition):
        answer(finding)
    assert finding.replies.filter(kind=ReplyKind.ANSWER).count() == 1


def test_verify_before_the_answer(finding):
    for verb in (rectification.verify, rectification.send_back):
        with pytest.raises(InvalidTransition):
            verb(finding=finding, text="示例", by=builders.office())
    assert kinds(finding) == NOTICED


def test_send_back_and_answer_again(finding):
    answer(finding)
    rectification.send_back(finding=finding, text="示例", by=builders.office())
    answer(finding)
    rectification.verify(finding=finding, text="", by=builders.office())
    told = [ReplyKind.ANSWER, ReplyKind.SEND_BACK, ReplyKind.ANSWER, ReplyKind.VERIFY]
    assert kinds(finding) == [*NOTICED, *told]
    assert all(reply.on and reply.by for reply in finding.replies.all())


def test_send_back_with_more_days(finding, on):
    """The answer came in time; the office read it after the deadline."""
    answer(finding)
    on("2008-04-30")
    rectification.send_back(finding=finding, text="缺会议纪要", working_days=2, by=builders.office())
    finding.refresh_from_db()
    assert (finding.state, str(finding.deadline)) == (FindingState.SENT_BACK, "2008-05-05")
    assert kinds(finding)[3:] == [ReplyKind.ANSWER, ReplyKind.SEND_BACK, ReplyKind.EXTEND]
    assert finding.replies.last().text == "由2008年4月22日延至2008年5月5日：缺会议纪要"
    assert not finding.is_overdue(today())


def test_send_back_with_impossible_days_changes_nothing(finding):
    answer(finding)
    with pytest.raises(ValidationError):
        rectification.send_back(finding=finding, text="示例", working_days=0, by=builders.office())
    finding.refresh_from_db()
    assert (finding.state, kinds(finding)[3:]) == (FindingState.ANSWERED, [ReplyKind.ANSWER])


def test_send_back_without_a_reason(finding):
    answer(finding)
    with pytest.raises(ValidationError):
        rectification.send_back(finding=finding, text="", by=builders.office())


def test_verify_twice(finding):
    answer(finding)
    rectification.verify(finding=finding, text="", by=builders.office())
    with pytest.raises(InvalidTransition):
        rectification.verify(finding=finding, text="", by=builders.office())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_verify_by_another_role(finding, role):
    answer(finding)
    with pytest.raises(PermissionDenied):
        rectification.verify(finding=finding, text="", by=factories.user(role))


def test_close_before_everything_is_verified(site):
    with pytest.raises(ValidationError):
        rectification.close(site=site, by=builders.office())
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFYING


def test_close_leaves_the_report(site):
    for finding in builders.answered(site):
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED
    paper = Document.objects.get(kind=DocumentKind.RECTIFICATION_REPORT)
    assert missing_fields(DocumentKind.RECTIFICATION_REPORT, paper.context) == []
    assert paper.context["unit_summary"] == ""
    assert [row["unit_view"] for row in paper.context["findings"]] == ["无异议", "无异议"]
    assert (
        paper.context["notice_number"]
        == Document.objects.get(kind=DocumentKind.RECTIFICATION_NOTICE).full_number
    )
    with pytest.raises(InvalidTransition):
        rectification.close(site=site, by=builders.office())


def test_report_tells_the_whole_thread(site, on):
    first, second = builders.findings(site)
    answer(first, files=[builders.upload("after.png", builders.drawing("red"))])
    rectification.send_back(finding=first, text="示例", by=builders.office())
    on("2008-04-24")
    rectification.extend(finding=second, working_days=2, reason="示例", by=builders.office())
    answer(first, text="再次整改")
    answer(second)
    rectification.summarise(site=site, text="共整改两项", by=builders.liaison(site))
    for finding in (first, second):
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    context = Document.objects.get(kind=DocumentKind.RECTIFICATION_REPORT).context
    one, two = context["findings"]
    assert context["unit_summary"] == "共整改两项。"
    assert (one["answer"], one["sent_back"], one["extended"], one["late"]) == ("再次整改", 1, 0, "")
    assert (one["pictures_before"], one["pictures_after"], one["files"]) == (0, 1, 1)
    assert (two["sent_back"], two["extended"], two["late"]) == (0, 1, "")
    assert (two["deadline"], two["verified_on"]) == ("2008-04-28", "2008-04-24")


def test_report_says_how_late_an_answer_was(site, on):
    on("2008-05-06")
    for finding in builders.findings(site):
        answer(finding)
        rectification.verify(finding=finding, text="", by=builders.office())
    rectification.close(site=site, by=builders.office())
    rows = Document.objects.get(kind=DocumentKind.RECTIFICATION_REPORT).context["findings"]
    # 22 April to 6 May: six working days in April, 4 May in lieu, 5 and 6 May; 1 to 3 May are the holiday.
    assert [row["late"] for row in rows] == ["逾期9个工作日"] * 2


# -- more time ----------------------------------------------------------------


def test_extend_counts_from_the_deadline(finding):
    reply = rectification.extend(finding=finding, working_days=3, reason="采购周期长", by=builders.office())
    finding.refresh_from_db()
    assert (str(finding.deadline), finding.state) == ("2008-04-25", FindingState.OPEN)
    assert "3 个工作日" in finding.deadline_counted
    assert (reply.kind, str(reply.due_on)) == (ReplyKind.EXTEND, "2008-04-22")
    assert reply.text == "由2008年4月22日延至2008年4月25日：采购周期长"


def test_extend_of_what_is_overdue_counts_from_today(finding, on):
    on("2008-04-30")
    rectification.extend(finding=finding, working_days=1, reason="示例", by=builders.office())
    finding.refresh_from_db()
    assert str(finding.deadline) == "2008-05-04", "a Sunday worked in lieu, after the holiday"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"working_days": 0}, "working_days"),
        ({"working_days": 366}, "working_days"),
    ],
)
def test_extend_without_reason_or_days(finding, more, field):
    with pytest.raises(ValidationError) as error:
        rectification.extend(
            finding=finding, **{"working_days": 3, "reason": "示例", "by": builders.office(), **more}
        )
    assert list(error.value.message_dict) == [field]
    finding.refresh_from_db()
    assert str(finding.deadline) == "2008-04-22"


def test_extend_what_is_answered(finding):
    answer(finding)
    with pytest.raises(InvalidTransition):
        rectification.extend(finding=finding, working_days=3, reason="示例", by=builders.office())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_extend_by_another_role(finding, role):
    with pytest.raises(PermissionDenied):
        rectification.extend(finding=finding, working_days=3, reason="示例", by=factories.user(role))


# -- the unit's summary -------------------------------------------------------


def test_summary_is_one_and_can_be_rewritten(site):
    for text in ("第一稿", "第二稿"):
        rectification.summarise(site=site, text=text, by=builders.liaison(site))
    assert UnitSummary.objects.get().text == "第二稿"


def test_summary_of_another_unit_or_empty(site):
    with pytest.raises(PermissionDenied):
        rectification.summarise(site=site, text="示例", by=builders.office())
    with pytest.raises(ValidationError):
        rectification.summarise(site=site, text=" ", by=builders.liaison(site))
    assert not UnitSummary.objects.exists()


def test_answer_once_the_rectification_is_closed(on):
    site = builders.building()
    builders.rectified(site)
    with pytest.raises(InvalidTransition):
        answer(builders.findings(site)[0])


@pytest.mark.parametrize("stage", [Stage.RECTIFIED, Stage.ACCEPTED, Stage.BUILDING])
def test_reopen_in_another_stage(stage):
    with pytest.raises(InvalidTransition):
        rectification.reopen(site=factories.site(stage), reason="示例", by=builders.office())
