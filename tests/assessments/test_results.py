"""结果运用: each unit's result goes to the offices whose assessments it counts in."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Motion, Organisation
from assessments.enums import ResultUse, Verdict
from assessments.models import ResultOffice
from assessments.services import acceptance, recusals, results
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import paper_html
from documents.services import record_on_paper
from sites.calendar import pinned, today
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from tests import agreeing, factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.at_once import at_once, kinds
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
PAGE = reverse("assessments:results")


def decide(site: Site, verdict: Verdict = Verdict.PASS) -> None:
    result = builders.recommended(site, verdict)
    with pinned(datetime.date(2008, 5, 8)):
        acceptance.decide(
            acceptance=result,
            verdict=verdict,
            note="示例原因",
            resolution=resolved("acceptance"),
            by=builders.leader(),
        )


@made_once("2008-05-08")
def passed() -> Site:
    """A site that was inspected, mended and accepted."""
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    decide(site)
    site.refresh_from_db()
    return site


@pytest.fixture
def offices() -> list[Organisation]:
    named = {use: factories.unit(kind=OrganisationKind.OTHER) for use in ResultUse}
    results.name_offices(offices=named, by=factories.user(Role.OFFICE))
    return list(named.values())


def issue(units: list[int] | None = None) -> list[Document]:
    by = factories.user(Role.OFFICE)
    return results.issue_sheets(programme=factories.programme(), units=units, by=by)


def test_sheet_tells_score_findings_acceptance_and_goes_to_the_offices(passed, offices):
    (sheet,) = issue()
    context = sheet.context
    assert (sheet.kind, sheet.is_public, list(sheet.sites.all())) == ("result_sheet", False, [passed])
    (told,) = context["sites"]
    assert (told["name"], told["decision"], told["naming"]) == (passed.window_name, "通过验收", "待公示")
    assert told["findings"] == told["mended"] == len(context["findings"]) > 0
    assert all(finding["verified_on"] for finding in context["findings"])
    assert context["copies_to"] == passed.organisation.name
    got = {(one.organisation, one.is_copy) for one in sheet.receipts.all()}
    assert got == {*((office, False) for office in offices), (passed.organisation, True)}


def test_paper_says_it(passed, offices):
    (sheet,) = issue()
    sheet.refresh_from_db()
    text = paper_html(sheet.kind, sheet.context)
    assert all(office.name in text for office in offices)
    assert "已全部办结" in text
    assert "通过验收" in text
    assert "不向社会公开" in text


def test_unit_reads_its_own_and_nobody_elses(passed, offices):
    (sheet,) = issue()
    own, other = factories.liaison_of(passed), factories.user(Role.LIAISON)
    district, inspector = factories.user(Role.DISTRICT), factories.user(Role.INSPECTOR)
    readers = [person for person in (own, other, district, inspector) if sheet in reads(person)]
    assert readers == [own]
    assert sheet in reads(factories.user(Role.LEADING_GROUP))
    assert sheet in reads(factories.user(Role.LIAISON, offices[0]))


def reads(person) -> list[Document]:
    return list(Document.objects.visible_to(person))


def test_office_without_accounts_signs_on_paper(passed, offices):
    (sheet,) = issue()
    receipt = sheet.receipts.get(organisation=offices[0])
    record_on_paper(receipt=receipt, receiver="示例", received_on=today(), by=factories.user(Role.OFFICE))
    receipt.refresh_from_db()
    assert receipt.by == "示例"


def test_unit_with_a_site_that_waits_has_no_sheet_yet(passed, offices):
    factories.site(Stage.BUILDING, organisation=passed.organisation)
    with pytest.raises(InvalidTransition):
        issue()
    assert not Document.objects.filter(kind=DocumentKind.RESULT_SHEET).exists()


def test_failed_unit_gets_its_sheet_as_well(offices, on):
    on("2008-05-08")
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site)
    decide(site, Verdict.FAIL)
    (sheet,) = issue()
    assert (sheet.context["sites"][0]["decision"], sheet.context["sites"][0]["naming"]) == (
        "未通过验收",
        "未命名",
    )


def test_nothing_is_issued_while_an_office_is_not_named(passed):
    with pytest.raises(ValidationError, match="目标考核"):
        issue()


def test_second_time_there_is_nothing_to_issue(passed, offices):
    issue()
    with pytest.raises(InvalidTransition):
        issue()
    assert Document.objects.filter(kind=DocumentKind.RESULT_SHEET).count() == 1


def test_naming_makes_the_sheet_old_and_the_new_one_takes_its_place(passed, offices):
    (first,) = issue()
    Site.objects.filter(pk=passed.pk).update(stage=Stage.ON_NOTICE)
    (row,) = results.unit_results(factories.programme(), factories.user(Role.OFFICE))
    assert not row.is_current
    (second,) = issue(units=[passed.organisation_id])
    first.refresh_from_db()
    assert second.context["sites"][0]["naming"] == "公示中"
    assert second.full_number in first.withdrawn_why
    assert (first.context["replaces"], second.context["replaces"]) == ("", first.full_number)
    (row,) = results.unit_results(factories.programme(), factories.user(Role.OFFICE))
    assert (row.sheet, row.is_current) == (second, True)


def test_sheet_of_another_unit_is_left(passed, offices):
    with pytest.raises(InvalidTransition):
        issue(units=[factories.unit().pk])


def test_who_stood_aside_issues_no_sheet_of_that_unit(passed, offices):
    by = factories.user(Role.OFFICE)
    recusals.recuse(user=by, site=passed, reason="示例", by=by)
    assert results.unit_results(factories.programme(), by) == []
    with pytest.raises(InvalidTransition):
        results.issue_sheets(programme=factories.programme(), by=by)


@pytest.mark.parametrize("role", set(Role) - {Role.OFFICE})
def test_only_the_office_issues_and_names(client, passed, offices, role):
    person = factories.user(role)
    if role != Role.LEADING_GROUP:  # which signs them
        with pytest.raises(PermissionDenied):
            results.issue_sheets(programme=factories.programme(), by=person)
    with pytest.raises(PermissionDenied):
        results.name_offices(offices={}, by=person)
    client.force_login(person)
    assert client.post(reverse("assessments:results_issue")).status_code == 403
    assert client.get(PAGE).status_code == (200 if role == Role.LEADING_GROUP else 403)


def test_office_names_offices_and_issues_on_the_page(client, passed):
    client.force_login(factories.user(Role.OFFICE))
    assert passed.window_name in client.get(PAGE).content.decode()
    chosen = [factories.unit(kind=OrganisationKind.OTHER) for _use in ResultUse]
    answers = {use.value: office.pk for use, office in zip(ResultUse, chosen, strict=True)}
    client.post(reverse("assessments:result_offices"), answers)
    assert {office.organisation for office in ResultOffice.objects.all()} == set(chosen)
    client.post(reverse("assessments:results_issue"))
    assert Motion.objects.get().get_absolute_url() in client.get(PAGE).content.decode()
    agreeing.agreed()
    sheet = Document.objects.get(kind=DocumentKind.RESULT_SHEET)
    assert sheet.full_number in client.get(PAGE).content.decode()
    client.post(reverse("assessments:result_offices"), {**answers, "conduct": ""})
    assert ResultOffice.objects.count() == 2


def test_office_of_a_district_is_not_offered(client):
    client.force_login(factories.user(Role.OFFICE))
    wrong = factories.unit(factories.district())
    answer = client.post(reverse("assessments:result_offices"), {"targets": wrong.pk})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["targets"]


def test_list_asks_the_same_however_many_units_there_are(client, passed, offices):
    client.force_login(factories.user(Role.OFFICE))
    asked = []
    for _time in range(3):
        site = factories.site(Stage.RECTIFIED)
        builders.on_site(site)
        decide(site)
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        asked.append(len(found))
    assert asked[1] == asked[2]


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_issue_one_sheet():
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site)
    decide(site)
    results.name_offices(offices={use: factories.unit() for use in ResultUse}, by=factories.user(Role.OFFICE))
    outcomes = at_once(lambda: len(issue()), lambda: len(issue()))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert Document.objects.filter(kind=DocumentKind.RESULT_SHEET).count() == 1
