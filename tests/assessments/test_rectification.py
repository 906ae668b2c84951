"""Answering, verifying, sending back, closing, reopening: in order, out of order, twice."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import FindingState, ReplyKind
from assessments.models import Evidence, FindingReply
from assessments.services import rectification
from documents.models import Document
from documents.papers import DocumentKind, missing_fields
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april(on):
    on("2008-04-18")


@pytest.fixture
def site():
    made = builders.building()
    builders.inspected(made)
    return made


@pytest.fixture
def finding(site):
    return builders.findings(site)[0]


def answer(finding, **more):
    by = builders.liaison(finding.assessment.site)
    return rectification.answer(finding=finding, **{"text": "示例", "files": [], "by": by, **more})


def test_answer_with_files(finding):
    answer(finding, files=[builders.upload("a.png"), builders.upload("b.png", builders.PNG + b"2")])
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED
    evidence = finding.replies.get().evidence
    assert [file.name for file in evidence.files.all()] == ["a.png", "b.png"]
    assert list(evidence.items.all()) == [finding.item]


def test_answer_without_text(finding):
    with pytest.raises(ValidationError) as error:
        answer(finding, text=" ")
    assert list(error.value.message_dict) == ["text"]


def test_answer_with_a_bad_file_changes_nothing(finding):
    with pytest.raises(ValidationError):
        answer(finding, files=[builders.upload("virus.pdf", b"MZ" + b"0" * 100)])
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN
    assert not FindingReply.objects.exists()
    assert not Evidence.objects.exists()


def test_answer_by_another_unit(finding):
    with pytest.raises(PermissionDenied):
        answer(finding, by=factories.user(Role.LIAISON))


def test_answer_twice(finding):
    answer(finding)
    with pytest.raises(InvalidTransition):
        answer(finding)
    assert finding.replies.count() == 1


def test_verify_before_the_answer(finding):
    for verb in (rectification.verify, rectification.send_back):
        with pytest.raises(InvalidTransition):
            verb(finding=finding, text="示例", by=builders.office())
    assert not finding.replies.exists()


def test_send_back_and_answer_again(finding):
    answer(finding)
    rectification.send_back(finding=finding, text="示例", by=builders.office())
    answer(finding)
    rectification.verify(finding=finding, text="", by=builders.office())
    kinds = list(finding.replies.values_list("kind", flat=True))
    assert kinds == [ReplyKind.ANSWER, ReplyKind.SEND_BACK, ReplyKind.ANSWER, ReplyKind.VERIFY]


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
    assert (
        paper.context["notice_number"]
        == Document.objects.get(kind=DocumentKind.RECTIFICATION_NOTICE).full_number
    )
    with pytest.raises(InvalidTransition):
        rectification.close(site=site, by=builders.office())


def test_answer_once_the_rectification_is_closed(on):
    site = builders.building()
    builders.rectified(site)
    with pytest.raises(InvalidTransition):
        answer(builders.findings(site)[0])


@pytest.mark.parametrize("stage", [Stage.RECTIFIED, Stage.ACCEPTED, Stage.BUILDING])
def test_reopen_in_another_stage(stage):
    with pytest.raises(InvalidTransition):
        rectification.reopen(site=factories.site(stage), reason="示例", by=builders.office())
