"""The office's round pages: opening, teams, assigning, progress, closing."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind, RoundState
from assessments.models import Round, Team
from assessments.services import rounds, sheets
from sites.enums import Stage
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def office(client):
    client.force_login(builders.office())
    return builders.office()


def test_open_round(client, office):
    body = {"kind": "inspection", "title": "示例督查", "due_on": "2008-04-30"}
    assert client.post(url("round_open"), body).url == url("rounds")
    assert (Round.objects.get().title, Round.objects.get().opened_by) == ("示例督查", office)
    response = client.post(url("round_open"), {**body, "title": "再开一次"})
    assert response.status_code == 422
    assert "再开一次" in response.content.decode()
    assert "示例督查" in client.get(url("rounds")).content.decode()


@pytest.mark.parametrize(
    "more", [{"kind": "party"}, {"title": ""}, {"due_on": "2007-01-01"}, {"due_on": "x"}]
)
def test_open_round_refused(client, office, more):
    body = {"kind": "inspection", "title": "示例", "due_on": "2008-04-30", **more}
    assert client.post(url("round_open"), body).status_code == 422
    assert not Round.objects.exists()


def test_rounds_of_an_inspector_are_those_of_its_teams(client):
    mine, other = builders.team(), builders.open_round(RoundKind.SELF)
    client.force_login(builders.members(mine)[0])
    assert list(client.get(url("rounds")).context["object_list"]) == [mine.round]
    assert client.get(url("round", other.pk)).status_code == 404


def test_form_a_team(client, office):
    opened = builders.open_round(RoundKind.INSPECTION)
    leader, member = factories.user(Role.INSPECTOR), factories.user(Role.INSPECTOR)
    body = {"name": "示例组", "leader": leader.pk, "members": [member.pk], **builders.dates()}
    assert client.post(url("team_add", opened.pk), body).url == url("round", opened.pk)
    assert (Team.objects.get().leader, builders.members(Team.objects.get())) == (leader, [leader, member])
    assert client.post(url("team_add", opened.pk), body).status_code == 422
    stranger = {**body, "name": "示例组二", "leader": factories.user(Role.LIAISON).pk}
    assert client.post(url("team_add", opened.pk), stranger).status_code == 422


def test_round_page_shows_who_is_missing(client, office):
    begun, waiting = builders.building(), builders.building()
    sheet = builders.self_sheet(begun)
    builders.mark(sheet, builders.standard_items(sheet)[0], builders.liaison(begun))
    context = client.get(url("round", sheet.assessment.round_id)).context
    assert list(context["not_begun"]) == [waiting]
    (assessment,) = context["page_obj"]
    assert (assessment.item_count, [s.marked for s in assessment.sheets.all()]) == (43, [1])


def test_round_page_of_an_inspector_shows_the_own_team_and_sheets(client):
    mine, others = builders.team(), builders.team()
    builders.assigned(builders.building(), others)
    site = builders.building()
    builders.assigned(site, mine)
    client.force_login(builders.members(mine)[0])
    context = client.get(url("round", mine.round_id)).context
    assert [panel.team for panel in context["teams"]] == [mine]
    assert [a.site for a in context["page_obj"]] == [site]
    assert context["page_obj"].paginator.count == 1


def test_close_round_asks_first(client, office):
    opened = builders.open_round(RoundKind.SELF)
    client.get(url("round_close", opened.pk))
    assert Round.objects.get().is_open
    assert client.post(url("round_close", opened.pk)).url == url("round", opened.pk)
    assert not Round.objects.get().is_open
    assert client.post(url("round_close", opened.pk)).status_code == 422


def test_round_past_its_due_date_is_shown_as_over(client, office, english, on):
    opened = builders.open_round(RoundKind.INSPECTION)
    told = "The due date has passed."
    on(opened.due_on.isoformat())
    assert opened.state == RoundState.OPEN
    assert told not in client.get(url("round", opened.pk)).content.decode()
    on((opened.due_on + datetime.timedelta(days=1)).isoformat())
    assert opened.state == RoundState.OVERDUE
    page = client.get(url("round", opened.pk)).content.decode()
    assert told in page
    assert "Sites without a signed sheet go into the next round." in page
    assert "over, to be closed" in client.get(url("rounds")).content.decode()
    rounds.close_round(round=opened, by=office)
    assert Round.objects.get().state == RoundState.CLOSED
    assert told not in client.get(url("round", opened.pk)).content.decode()


def test_round_is_closed_knowing_what_is_left(client, office, english):
    team = builders.team()
    builders.assigned(builders.building(), team)
    page = client.get(url("round_close", team.round_id)).content.decode()
    assert "1 site has no signed sheet" in page
    builders.building()
    of_units = builders.open_round(RoundKind.SELF)
    page = client.get(url("round_close", of_units.pk)).content.decode()
    assert f"{of_units.programme.sites.filter(stage=Stage.BUILDING).count()} site" in page
    assert "self-assessment, and cannot begin it any more" in page


def test_round_with_everything_signed_is_closed_without_a_warning(client, office, english):
    sheet = builders.inspected(builders.building())
    page = client.get(url("round_close", sheet.assessment.round_id)).content.decode()
    assert "no signed sheet" not in page


def test_no_team_is_formed_where_too_few_are_free(client, office, english):
    team = builders.team()
    alone = factories.user(Role.INSPECTOR)
    page = client.get(url("team_add", team.round_id))
    assert "Too few inspectors are free" in page.content.decode()
    assert alone.name in page.content.decode()
    assert "1 more inspector is missing, of another unit" in page.content.decode()
    assert url("ties") in page.content.decode()
    factories.user(Role.INSPECTOR, alone.organisation)
    assert "Too few inspectors are free" in client.get(url("team_add", team.round_id)).content.decode()
    factories.user(Role.INSPECTOR)
    assert "form" in client.get(url("team_add", team.round_id)).context


# -- a person's own list of sheets ------------------------------------------------


def test_no_sheet_is_begun_before_the_unit_is_done_or_after_the_round(client, office, english):
    team, site = builders.team(), builders.building()
    visit = builders.assigned(site, team)
    begin = url("inspect", visit.pk)
    client.force_login(builders.members(team)[0])
    (row,) = client.get(url("my_sheets")).context["rows"]
    assert (row.may_begin, row.next) == (False, "Waiting for the unit to submit its self-assessment.")
    builders.self_assessed(site)
    assert begin in client.get(url("my_sheets")).content.decode()
    rounds.close_round(round=team.round, by=office)
    page = client.get(url("my_sheets"))
    (row,) = page.context["rows"]
    assert (row.may_begin, row.next) == (False, "The round is closed.")
    assert begin not in page.content.decode()


def test_who_submitted_alone_is_told_that_the_round_is_closed(client, office, english):
    team, site = builders.team(), builders.building()
    builders.self_assessed(site)
    member = builders.members(team)[0]
    sheet = builders.own_sheet(builders.assigned(site, team), member)
    builders.fill(sheet, member)
    sheets.submit_inspector_sheet(sheet=sheet, by=member)
    rounds.close_round(round=team.round, by=office)
    client.force_login(member)
    (row,) = client.get(url("my_sheets")).context["rows"]
    assert row.next == "The round is closed; members who began a sheet can still submit it."


def test_a_unit_that_was_inspected_waits_for_no_team(client, english):
    site = builders.building()
    builders.self_assessed(site)
    client.force_login(builders.liaison(site))
    (row,) = client.get(url("my_sheets")).context["rows"]
    assert row.next == "Submitted: waiting for the inspection team."
    builders.put(site)
    (row,) = client.get(url("my_sheets")).context["rows"]
    assert row.next == "Submitted."
