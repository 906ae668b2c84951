"""The report on a whole round: what it counts, who issues it, and that a double click leaves one."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import FindingState, RoundKind
from assessments.models import Finding
from assessments.services import recusals
from assessments.services.round_reports import issue_round_report
from documents.models import Document
from documents.papers import DocumentKind, missing_fields
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db

REPORTS = Document.objects.filter(kind=DocumentKind.RECTIFICATION_SUMMARY)


@pytest.fixture
def sites(on):
    """Rectified, overdue with one of two, without a finding, and being heard."""
    done, late, clean, heard = (builders.building() for _ in range(4))
    builders.rectified(done)
    builders.inspected(late)
    Finding.objects.filter(pk=builders.findings(late)[0].pk).update(state=FindingState.ANSWERED)
    builders.inspected(clean, weak=0)
    builders.put(heard, weak=3)
    on("2008-04-28")
    return done, late, clean, heard


@pytest.fixture
def inspection(sites):
    return sites[0].assessments.get(round__kind=RoundKind.INSPECTION).round


def issue(inspection, by=None):
    return issue_round_report(round=inspection, by=by or builders.office())


def test_report_counts(sites, inspection):
    builders.assigned(builders.building())  # not inspected yet
    paper = issue(inspection)
    paper.refresh_from_db()
    context = paper.context
    assert missing_fields(DocumentKind.RECTIFICATION_SUMMARY, context) == []
    assert (context["sites_total"], len(context["sites"]), context["put"]) == (5, 4, 3)
    rows = {
        row["site"]: (row["findings"], row["verified"], row["overdue"], row["standing"])
        for row in context["sites"]
    }
    done, late, clean, heard = (site.window_name for site in sites)
    assert rows == {
        done: (2, 2, 0, "整改完成"),
        late: (2, 0, 1, "整改中"),
        clean: (0, 0, 0, "无需整改"),
        heard: (3, 0, 0, "征求意见中"),
    }
    (section,) = context["sections"]
    counts = ("findings", "verified", "answered", "open", "overdue")
    assert tuple(section[name] for name in counts) == (7, 2, 1, 1, 1)
    (overdue,) = context["overdue"]
    assert (overdue["site"], overdue["deadline"], overdue["late"]) == (late, "2008-04-22", "逾期4个工作日")
    assert set(paper.sites.all()) == set(sites)
    assert not paper.is_public
    assert Notification.objects.filter(user__role=Role.LEADING_GROUP, url=paper.get_absolute_url()).exists()


@pytest.fixture(autouse=True)
def _leader():
    builders.leader()


def test_withdrawn_findings_are_left_out(sites, inspection):
    Finding.objects.filter(assessment__site=sites[3]).update(state=FindingState.WITHDRAWN)
    context = issue(inspection).context
    assert context["sections"][0]["findings"] == 4
    assert context["sites"][3]["standing"] == "无需整改"


def test_report_again_takes_a_new_number_once_things_moved(inspection, on):
    first = issue(inspection)
    with pytest.raises(InvalidTransition, match=first.full_number):
        issue(inspection)
    Finding.objects.filter(pk=Finding.objects.put()[0].pk).update(state=FindingState.WITHDRAWN)
    assert issue(inspection).number == first.number + 1
    on("2008-04-29")
    issue(inspection)
    assert REPORTS.count() == 3


def test_report_on_a_round_without_a_signature():
    with pytest.raises(ValidationError):
        issue(builders.open_round(RoundKind.INSPECTION))
    assert not REPORTS.exists()


def test_report_on_another_kind_of_round():
    with pytest.raises(InvalidTransition):
        issue(builders.open_round(RoundKind.ACCEPTANCE))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_report_by_another_role(inspection, role):
    with pytest.raises(PermissionDenied):
        issue(inspection, by=factories.user(role))


def test_who_stood_aside_from_a_site_does_not_report(sites, inspection):
    aside = factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=sites[0], reason="示例")
    with pytest.raises(ValidationError):
        issue(inspection, by=aside)
    assert not Document.objects.visible_to(aside).filter(pk=issue(inspection).pk).exists()


def test_page(client, inspection):
    address = reverse("assessments:round_rectification", args=[inspection.pk])
    client.force_login(builders.office())
    assert address in client.get(reverse("assessments:rectifications")).content.decode()
    for level in ("success", "error"):
        response = client.post(address, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == [level]
    assert REPORTS.get().full_number in client.get(address).content.decode()
    client.force_login(builders.leader())
    assert 'method="post"' not in client.get(address).content.decode().split("<main")[1]
    assert client.post(address).status_code == 403
    assert REPORTS.count() == 1


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.DISTRICT, Role.AUDITOR])
def test_page_is_not_for_others(client, inspection, role):
    client.force_login(factories.user(role))
    address = reverse("assessments:round_rectification", args=[inspection.pk])
    assert (client.get(address).status_code, client.post(address).status_code) == (403, 403)
