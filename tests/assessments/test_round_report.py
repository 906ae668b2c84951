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
from documents.fields import missing_fields
from documents.models import Document
from documents.papers import DocumentKind
from sites.workflow import InvalidTransition
from tests import agreeing, factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

REPORTS = Document.objects.filter(kind=DocumentKind.RECTIFICATION_SUMMARY)


@made_once("2008-04-28")
def sites():
    """Rectified, overdue with one of two, without a finding, and being heard."""
    builders.leader()
    done, late, clean, heard = (builders.building() for _ in range(4))
    builders.rectified(done)
    builders.inspected(late)
    Finding.objects.filter(pk=builders.findings(late)[0].pk).update(state=FindingState.ANSWERED)
    builders.inspected(clean, weak=0)
    builders.put(heard, weak=3)
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


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
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
    agreeing.agreed()
    assert REPORTS.get().full_number in client.get(address).content.decode()
    client.force_login(builders.leader())
    assert 'method="post"' not in client.get(address).content.decode().split("<main")[1]
    assert client.post(address).status_code == 403
    assert REPORTS.count() == 1


def test_button_stands_only_where_it_would_be_accepted(client, sites, inspection, english):
    address = reverse("assessments:round_rectification", args=[inspection.pk])

    def shown(person):
        client.force_login(person)
        return client.get(address).content.decode().split("<main")[1]

    office, aside = builders.office(), factories.user(Role.OFFICE)
    assert 'method="post"' in shown(office)
    paper = issue(inspection)
    assert 'method="post"' not in shown(office)
    assert "says the same already" in shown(office)
    recusals.recuse(user=aside, site=sites[0], reason="示例")
    page = shown(aside)
    assert 'method="post"' not in page
    assert "You have stood aside from a site of this round: somebody else reports." in page
    assert "reports that name it are not shown to you" in page
    assert paper.full_number not in page
    assert "No report on this round has been issued yet" not in page


def test_page_of_a_round_without_a_signature(client, english):
    unsigned = builders.open_round(RoundKind.INSPECTION)
    client.force_login(builders.office())
    page = client.get(reverse("assessments:round_rectification", args=[unsigned.pk])).content.decode()
    assert "No inspection of this round is signed yet" in page
    assert 'method="post"' not in page.split("<main")[1]
    assert "No report on this round has been issued yet" in page


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.DISTRICT, Role.AUDITOR])
def test_page_is_not_for_others(client, inspection, role):
    client.force_login(factories.user(role))
    address = reverse("assessments:round_rectification", args=[inspection.pk])
    assert (client.get(address).status_code, client.post(address).status_code) == (403, 403)
