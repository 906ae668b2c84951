"""What an inspector's phone would take along: what is left to do in open rounds, and nobody else's."""

import pytest

from accounts.enums import Role
from assessments.enums import RoundKind, SheetState
from assessments.models import EvidenceFile, Sheet
from sites.enums import Stage
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url
from tests.assessments.test_queries import fill_round, same_at_3_and_30

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(on):
    """A visit of today to a unit that filed one picture; its inspectors have not begun."""
    site = builders.building()
    builders.filed(site, builders.upload())
    builders.self_assessed(site)
    on("2008-04-08")
    made = builders.assigned(site, builders.team())
    made.assignment.visit_on = "2008-04-08"
    made.assignment.save()
    return made


@pytest.fixture
def inspector(visit, client):
    person = builders.members(visit.assignment.team)[1]
    client.force_login(person)
    return person


def plan(client):
    return client.get(url("take_along")).context["page"].plan


def test_todays_visit_with_its_sheet_pictures_and_rules(client, visit, inspector):
    file = EvidenceFile.objects.get()
    taken = plan(client)
    assert set(taken) == {"today"}  # the round is no more than that
    (one,) = taken["today"]["visits"]
    assert one == {
        "visit": visit.pk,
        "sheets": [url("inspect_pocket", visit.pk)],
        "pages": [],  # whoever does not lead makes no report
        "small": [url("evidence_thumbnail", file.pk)],
        "pictures": [url("evidence_view", file.pk), url("evidence_picture", file.pk)],
    }
    assert f"/desk/rulebooks/{visit.round.rulebook_id}/" in taken["today"]["besides"]
    for address in [*one["sheets"], *one["small"], *one["pictures"], *taken["today"]["besides"]]:
        assert client.get(address, follow=True).status_code == 200


def test_whoever_leads_takes_the_report_of_the_visit_along(client, visit):
    client.force_login(visit.assignment.team.leader)
    (one,) = plan(client)["today"]["visits"]
    assert one["pages"] == [url("visit_report_add", visit.pk)]
    assert client.get(one["pages"][0]).status_code == 200


def test_without_a_script_the_page_lists_what_would_be_taken(client, visit, inspector):
    page = client.get(url("take_along")).content.decode()
    file = EvidenceFile.objects.get()
    assert str(visit.site) in page
    assert "43" in page
    assert f"{file.size}" in page or "KB" in page


def test_what_is_begun_is_taken_by_its_sheet_and_what_is_submitted_no_more(client, visit, inspector):
    client.get(url("inspect", visit.pk))
    sheet = Sheet.objects.get(author=inspector)
    answer = client.get(url("take_along"))
    assert answer.context["page"].plan["today"]["visits"][0]["sheets"] == [url("pocket", sheet.pk)]
    assert answer["Open-Sheets"].split() == [str(sheet.pk)]
    Sheet.objects.update(state=SheetState.SUBMITTED, submitted_on="2008-04-08")
    answer = client.get(url("take_along"))
    assert answer.context["page"].parts == []
    assert answer["Open-Sheets"] == ""


def test_the_day_alone_goes_where_the_round_has_more(client, visit, inspector):
    later = builders.building()
    builders.self_assessed(later)
    other = builders.assigned(later, visit.assignment.team)
    taken = plan(client)
    assert [each["visit"] for each in taken["today"]["visits"]] == [visit.pk]
    assert {each["visit"] for each in taken[f"round-{visit.round_id}"]["visits"]} == {visit.pk, other.pk}


def test_a_site_whose_unit_has_not_submitted_is_listed_and_not_taken(client, visit, inspector):
    visit.site.__class__.objects.update(stage=Stage.BUILDING)
    page = client.get(url("take_along")).context["page"]
    assert [len(part.visits) for part in page.parts] == [1]
    assert page.plan["today"]["visits"] == []


def test_of_a_closed_round_of_anothers_team_and_of_a_recused_site_there_is_nothing(client, visit, inspector):
    visit.round.__class__.objects.update(closed_on="2008-04-09")
    assert plan(client) == {}
    visit.round.__class__.objects.update(closed_on=None)
    client.force_login(factories.user(Role.INSPECTOR))
    assert plan(client) == {}


def test_what_colleagues_photographed_stays_blind(client, visit, inspector):
    colleague = builders.members(visit.assignment.team)[0]
    evidence = EvidenceFile.objects.get().evidence
    evidence.__class__.objects.update(assessment=visit, uploaded_by=colleague)
    assert plan(client)["today"]["visits"][0]["pictures"] == []


def test_inspectors_alone(client, visit):
    for person in (builders.office(), builders.liaison(visit.site)):
        client.force_login(person)
        assert client.get(url("take_along")).status_code == 403


def test_as_many_questions_for_thirty_visits_as_for_three(client):
    team = builders.team()
    client.force_login(builders.members(team)[1])

    def more(count):
        fill_round(RoundKind.INSPECTION, Stage.SELF_ASSESSED, count, team)
        Sheet.objects.filter(role="inspector").update(state=SheetState.DRAFT, submitted_on=None)

    assert same_at_3_and_30(client, url("take_along"), more) <= 10
