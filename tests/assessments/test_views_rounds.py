"""The office's round pages: opening, teams, assigning, progress, closing."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Round, Team
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
