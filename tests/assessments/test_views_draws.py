"""A draw's pages: seen, held as it was seen, and done again."""

import hashlib
import subprocess

import pytest

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Assignment, Draw
from assessments.services import draws, recusals, rounds, ties
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


def test_draw_is_seen_and_then_held(client, cast):
    client.force_login(builders.office())
    site = builders.building()
    page = url("draw_balanced", cast.team.round_id)
    first, second = (client.get(page).context["form"]["seed"].value() for _ in range(2))
    assert first != second
    body = {"teams": [cast.team.pk], "limit": "5", "seed": "证人说的"}
    seen = client.post(page, body)
    assert site.window_name in seen.content.decode()
    assert Draw.objects.count() == 1
    response = client.post(page, {**body, "seen": seen.context["form"]["seen"].value(), "confirm": "1"})
    draw = Draw.objects.latest("pk")
    assert response.url == url("draw", draw.pk)
    assert Assignment.objects.get(assessment__site=site).draw == draw
    assert "证人说的" in client.get(response.url).content.decode()


def test_draw_is_not_held_once_what_it_is_made_from_has_changed(client, cast, english):
    client.force_login(builders.office())
    builders.building()
    page = url("draw_balanced", cast.team.round_id)
    body = {"teams": [cast.team.pk], "limit": "5", "seed": "x"}
    seen = client.post(page, body).context["form"]["seen"].value()
    late = builders.building()
    response = client.post(page, {**body, "seen": seen, "confirm": "1"})
    assert response.status_code == 422
    assert "has changed since you saw it" in response.content.decode()
    assert late.window_name in response.content.decode()
    assert Draw.objects.count() == 1
    assert response.context["form"]["seen"].value() != seen


def test_draw_back_to_what_it_is_made_from(client, cast):
    client.force_login(builders.office())
    builders.building()
    body = {"teams": [cast.team.pk], "limit": "5", "seed": "x", "change": "1"}
    response = client.post(url("draw_balanced", cast.team.round_id), body)
    assert (response.status_code, response.context["form"]["limit"].value()) == (200, "5")


def test_draw_that_leaves_sites_over_says_which_and_why(client, cast, english):
    client.force_login(builders.office())
    barred = builders.building(organisation=cast.member.organisation)
    page = url("draw_balanced", cast.team.round_id)
    body = {"teams": [cast.team.pk], "limit": "9", "seed": "x"}
    response = client.post(page, body)
    assert response.status_code == 422
    assert f"No team may go to: {barred}" in response.content.decode()
    free = builders.building()
    text = client.post(page, {**body, "limit": "2"}).content.decode()
    assert f"The limit of 2 sites a person leaves over: {free}" in text


@pytest.mark.parametrize(
    "more",
    [{"limit": "0"}, {"limit": "x"}, {"seed": ""}, {"seed": "x" * 65}, {"teams": ["0"]}, {"teams": []}],
)
def test_draw_nonsense(client, cast, more):
    client.force_login(builders.office())
    builders.building()
    body = {"teams": [cast.team.pk], "limit": "5", "seed": "x", "confirm": "1", **more}
    assert client.post(url("draw_balanced", cast.team.round_id), body).status_code == 422
    assert Draw.objects.count() == 1


def test_random_draw_forms_the_teams(client, cast):
    client.force_login(builders.office())
    people = [factories.user(Role.INSPECTOR) for _ in range(5)]
    sites = [builders.building() for _ in range(4)]
    page = url("draw_random", cast.team.round_id)
    body = {
        "people": [person.pk for person in people],
        "team_count": "2",
        "team_size": "2",
        "site_count": "3",
        "limit": "2",
        "seed": "2008",
        **builders.dates(),
    }
    seen = client.post(page, body).context["form"]["seen"].value()
    draw = Draw.objects.get(pk=client.post(page, {**body, "seen": seen, "confirm": "1"}).url.split("/")[-2])
    made = list(cast.team.round.teams.exclude(pk=cast.team.pk))
    assert [len(builders.members(team)) for team in made] == [2, 2]
    sent = Assignment.objects.filter(draw=draw)
    assert sorted(team.assignments.count() for team in made) == [1, 2]
    assert {each.assessment.site for each in sent} < {*sites, cast.waiting}
    assert client.post(page, {**body, "team_count": "9"}).status_code == 422


def test_draw_page_repeats_the_draw(client, cast, english):
    client.force_login(factories.user(Role.AUDITOR))
    page = url("draw", cast.draw.pk)
    text = client.get(page).content.decode()
    assert cast.draw.seed in text
    assert cast.waiting.window_name in text
    assert "same teams with the same sites" in client.get(page, {"repeat": 1}).content.decode()
    forged = Draw.objects.get()
    forged.result["teams"][0]["sites"] = []
    forged.save()
    assert "tampered with" in client.get(page, {"repeat": 1}).content.decode()


def test_two_hold_the_same_draw(client, cast):
    client.force_login(builders.office())
    builders.building()
    page = url("draw_balanced", cast.team.round_id)
    body = {"teams": [cast.team.pk], "limit": "5", "seed": "x"}
    body |= {"seen": client.post(page, body).context["form"]["seen"].value(), "confirm": "1"}
    assert client.post(page, body).status_code == 302
    assert client.post(page, body).status_code == 422
    assert Draw.objects.count() == 2


def test_anybody_gets_the_order_of_the_draw_with_a_hash_of_their_own(client, cast):
    client.force_login(factories.user(Role.AUDITOR))
    page = client.get(url("draw", cast.draw.pk)).context["page"]
    for shown in (page.people, page.sites, page.crews):
        ranks = [hashlib.sha256(f"{cast.draw.seed}:{one.code}".encode()).hexdigest() for one in shown]
        assert ranks == sorted(ranks)
        assert all(rank.startswith(one.rank) for rank, one in zip(ranks, shown, strict=True))
    typed = subprocess.run(["sh", "-c", page.example], capture_output=True, check=True)
    assert typed.stdout.decode().startswith(page.people[0].rank)


def test_draw_bars_own_unit_and_tie_and_says_so(client, cast, english):
    client.force_login(builders.office())
    own, tied = builders.members(cast.team)
    site, free = builders.building(organisation=own.organisation), builders.building()
    going = builders.team()
    ties.declare(user=tied, organisation=free.organisation, reason="示例", by=tied)
    body = {"teams": [cast.team.pk, going.pk], "limit": "9", "seed": "2008"}
    page = client.post(url("draw_balanced", cast.team.round_id), body).context["page"]
    barred = {one.code: one.barred for one in page.people}
    assert barred[own.username] == f"{site.window_name} (own unit)"
    assert barred[tied.username] == f"{free.window_name} (tie to the unit)"
    assert next(team.sites for team in page.teams if team.name == cast.team.name) == []


def test_draw_of_a_recused_office_knows_nothing_of_the_site(client, cast):
    office, site = builders.office(), builders.building()
    recusals.recuse(user=office, site=site, reason="示例")
    other = builders.building()
    client.force_login(office)
    page = url("draw_balanced", cast.team.round_id)
    body = {"teams": [cast.team.pk], "limit": "9", "seed": "x"}
    seen = client.post(page, body)
    assert site.window_name not in seen.content.decode()
    client.post(page, {**body, "seen": seen.context["form"]["seen"].value(), "confirm": "1"})
    assert Assignment.objects.filter(assessment__site=other).exists()
    assert not site.assessments.exists()


def test_random_draw_without_anybody_left_says_so(client, cast, english):
    client.force_login(builders.office())
    draws.pool(cast.team.round).update(is_active=False)
    page = client.get(url("draw_random", cast.team.round_id))
    assert "Every inspector is in a team of this round already." in page.content.decode()


@pytest.mark.parametrize("kind", ["draw_balanced", "draw_random"])
def test_no_draw_where_no_team_goes_out(client, cast, kind):
    client.force_login(builders.office())
    people = [factories.user(Role.INSPECTOR) for _ in range(4)]
    body = {
        "teams": [cast.team.pk],
        "people": [one.pk for one in people],
        "team_count": "2",
        "team_size": "2",
    }
    body |= {"limit": "9", "seed": "x", **builders.dates()}
    rounds.close_round(round=cast.team.round, by=builders.office())
    for round_pk in (cast.team.round_id, builders.open_round(RoundKind.SELF).pk):
        assert client.post(url(kind, round_pk), body).status_code == 422
    assert Draw.objects.count() == 1
