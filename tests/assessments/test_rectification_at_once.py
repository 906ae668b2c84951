"""Two people at the same moment over one finding, or one site: one of them is told, nothing is doubled."""

import datetime

import pytest

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, ReplyKind, RoundKind
from assessments.models import Escalation, Finding
from assessments.services import hearing, rectification
from assessments.services.escalation import OVERDUE, escalate_overdue
from assessments.services.round_reports import issue_round_report
from documents.models import Document
from documents.papers import DocumentKind
from sites.calendar import pinned
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site():
    made = builders.building()
    builders.put(made)
    builders.office()
    return made


def on_day(verb, day="2008-04-09"):
    def run():
        with pinned(datetime.date.fromisoformat(day)):
            return verb()

    return run


def fresh(pk):
    return Finding.objects.select_related("assessment__site__organisation", "item").get(pk=pk)


def test_two_people_verify_at_once(site):
    builders.noticed(site)
    finding = builders.answered(site)[0]
    people = [builders.office(), factories.user(Role.OFFICE)]

    def verify(person):
        def verb():
            return rectification.verify(finding=fresh(finding.pk), text="示例", by=person) and None

        return on_day(verb, "2008-04-21")

    assert kinds(at_once(*(verify(person) for person in people))) == ["InvalidTransition", "done"]
    assert finding.replies.filter(kind=ReplyKind.VERIFY).count() == 1


def test_the_same_comment_twice_at_once(site):
    finding, person = builders.findings(site)[0], builders.liaison(site)

    def agree():
        return hearing.comment(finding=fresh(finding.pk), agrees=True, text="", by=person) and None

    assert kinds(at_once(on_day(agree), on_day(agree))) == ["InvalidTransition", "done"]
    assert finding.replies.filter(kind=ReplyKind.AGREE).count() == 1


def test_notice_issued_twice_at_once(site):
    hearing_over(site)
    office = builders.office()

    def issue():
        return hearing.issue_notice(site=Site.objects.get(pk=site.pk), by=office) and None

    assert kinds(at_once(on_day(issue), on_day(issue))) == ["InvalidTransition", "done"]
    assert Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).count() == 1


def test_a_disagreement_and_the_notice_at_once(site):
    """Either the unit was heard and the notice waits, or the notice is out and the unit is told."""
    hearing_over(site)
    finding, person, office = builders.findings(site)[0], builders.liaison(site), builders.office()

    def disagree():
        return hearing.comment(finding=fresh(finding.pk), agrees=False, text="示例", by=person) and None

    def issue():
        return hearing.issue_notice(site=Site.objects.get(pk=site.pk), by=office) and None

    said, issued = at_once(on_day(disagree), on_day(issue))
    notices = Document.objects.filter(kind=DocumentKind.RECTIFICATION_NOTICE).count()
    disputed = finding.replies.filter(kind=ReplyKind.DISAGREE).exists()
    assert (said == "done", issued == "done") in ((True, False), (False, True))
    assert (notices, disputed) == ((0, True) if said == "done" else (1, False))


def test_the_last_two_findings_are_withdrawn_at_once(site):
    office = builders.office()

    def withdraw(pk):
        return on_day(lambda: hearing.withdraw(finding=fresh(pk), text="示例", by=office) and None)

    assert kinds(at_once(*(withdraw(finding.pk) for finding in builders.findings(site)))) == ["done", "done"]
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED
    assert set(Finding.objects.values_list("state", flat=True)) == {FindingState.WITHDRAWN}


def test_two_workers_escalate_at_once(site):
    builders.noticed(site)
    run = on_day(lambda: escalate_overdue() and None, "2008-04-23")
    assert at_once(run, run) == ["done", "done"]
    assert Escalation.objects.count() == 2
    assert Notification.objects.filter(text=OVERDUE).count() == 1


def test_round_report_twice_at_once(site):
    inspection = site.assessments.get(round__kind=RoundKind.INSPECTION).round
    office = builders.office()
    issue = on_day(lambda: issue_round_report(round=inspection, by=office) and None)
    assert kinds(at_once(issue, issue)) == ["InvalidTransition", "done"]
    assert Document.objects.filter(kind=DocumentKind.RECTIFICATION_SUMMARY).count() == 1


def hearing_over(site):
    """The unit agrees with everything."""
    on_day(lambda: hearing.agree_to_rest(site=site, by=builders.liaison(site)))()
