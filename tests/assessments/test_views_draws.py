"""A draw: on record before it is seen, held or abandoned once, and done again by anybody."""

import hashlib
import subprocess

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from assessments import drawing
from assessments.enums import DrawState, RoundKind
from assessments.models import Assignment, Draw
from assessments.services import draws, recusals, rounds, ties
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


def balanced(cast, **more):
    return {"teams": [cast.team.pk], "limit": "5", **more}


def drawn_by(client, page, body) -> Draw:
    """The draw this form put on record."""
    before = Draw.objects.count()
    response = client.post(page, body)
    draw = Draw.objects.latest("pk")
    assert (response.url, Draw.objects.count()) == (draw.get_absolute_url(), before + 1)
    return draw


def state_of(draw: Draw) -> tuple[str, User | None, str]:
    draw.refresh_from_db()
    return draw.state, draw.settled_by, draw.reason


# -- drawing -------------------------------------------------------------------


def test_draw_is_on_record_before_it_is_seen_and_sends_nobody(client, cast):
    """The seed is the portal's: one that is sent with the form counts for nothing."""
    client.force_login(builders.office())
    site = builders.building()
    draw = drawn_by(client, url("draw_balanced", cast.team.round_id), balanced(cast, seed="挑选的"))
    assert state_of(draw) == (DrawState.WAITING, None, "")
    assert draw.seed not in ("挑选的", cast.draw.seed)
    assert drawing.draw(draw.conditions, draw.seed) == draw.result
    text = client.get(draw.get_absolute_url()).content.decode()
    assert draw.seed in text
    assert site.window_name in text
    assert not site.assessments.exists()


def test_draw_again_leaves_a_trace(client, cast, english):
    """What does not suit is drawn again only once it is abandoned, with a reason for all to read."""
    client.force_login(builders.office())
    builders.building()
    page = url("draw_balanced", cast.team.round_id)
    first = drawn_by(client, page, balanced(cast))
    for answer in (client.get(page), client.post(page, balanced(cast))):
        assert answer.url == first.get_absolute_url()
    assert (
        "still waits: hold it, or abandon it, first" in client.get(first.get_absolute_url()).content.decode()
    )
    client.post(url("draw_abandon", first.pk), {"reason": "示例：督查组有变"})
    second = drawn_by(client, page, balanced(cast))
    assert second.seed != first.seed
    client.post(url("draw_hold", second.pk))
    for reader in (factories.user(Role.AUDITOR), builders.leader(), builders.office()):
        client.force_login(reader)
        text = client.get(second.get_absolute_url()).content.decode()
        assert "1 draw of this round was abandoned before this one." in text
        for shown in (text, client.get(url("draws")).content.decode()):
            assert first.get_absolute_url() in shown
            assert "示例：督查组有变" in shown
        assert client.get(first.get_absolute_url()).status_code == 200
    assert "abandoned before" not in client.get(first.get_absolute_url()).content.decode()


def test_what_gives_no_result_is_not_on_record(cast):
    """There is nothing to be seen, and so nothing to choose by."""
    builders.building(organisation=cast.member.organisation)
    with pytest.raises(ValidationError):
        builders.waiting_draw(cast.team)
    assert Draw.objects.count() == 1


# -- holding and abandoning ----------------------------------------------------


def test_held_draw_sends_the_teams_as_drawn(client, cast):
    client.force_login(builders.office())
    site = builders.building()
    draw = builders.waiting_draw(cast.team)
    client.post(url("draw_hold", draw.pk))
    assert state_of(draw) == (DrawState.HELD, builders.office(), "")
    assert Assignment.objects.get(assessment__site=site).draw == draw
    assert Assignment.objects.get(assessment__site=site).team == cast.team


def test_draw_is_held_or_abandoned_once(client, cast, english):
    client.force_login(builders.office())
    builders.building()
    abandoned = builders.waiting_draw(cast.team)
    draws.abandon(draw=abandoned, reason="示例", by=builders.office())
    held = builders.drawn(cast.team)
    sent = Assignment.objects.count()
    for draw in (abandoned, held):
        before = state_of(draw)
        answer = client.post(url("draw_hold", draw.pk), follow=True)
        assert "held or abandoned already" in answer.content.decode()
        assert client.post(url("draw_abandon", draw.pk), {"reason": "示例二"}).status_code == 422
        assert state_of(draw) == before
    assert Assignment.objects.count() == sent


@pytest.mark.parametrize("reason", ["", "   ", "示" * 201])
def test_draw_is_abandoned_only_with_a_reason(client, cast, reason):
    client.force_login(builders.office())
    builders.building()
    draw = builders.waiting_draw(cast.team)
    assert client.post(url("draw_abandon", draw.pk), {"reason": reason}).status_code == 422
    assert state_of(draw) == (DrawState.WAITING, None, "")


def test_reason_names_no_site_to_those_who_stand_aside_from_it(client, cast):
    client.force_login(builders.office())
    site = builders.building()
    draw = builders.waiting_draw(cast.team)
    for name in (site.window_name, site.organisation.name):
        answer = client.post(url("draw_abandon", draw.pk), {"reason": f"不合适：{name}"})
        assert name in answer.context["form"].errors["reason"][0]
    assert state_of(draw) == (DrawState.WAITING, None, "")


def test_only_the_office_holds_or_abandons(client, cast):
    builders.building()
    draw = builders.waiting_draw(cast.team)
    for reader, status in (
        (factories.user(Role.AUDITOR), 403),
        (builders.leader(), 403),
        (cast.leader, 404),
    ):
        client.force_login(reader)
        assert client.post(url("draw_hold", draw.pk)).status_code == status
        assert client.post(url("draw_abandon", draw.pk), {"reason": "示例"}).status_code == status
    assert state_of(draw) == (DrawState.WAITING, None, "")


def test_draw_is_not_held_once_what_it_is_made_from_has_changed(client, cast, english):
    client.force_login(builders.office())
    builders.building()
    draw = builders.waiting_draw(cast.team)
    late = builders.building()
    text = client.post(url("draw_hold", draw.pk), follow=True).content.decode()
    assert "There is something else to draw from by now" in text
    assert state_of(draw) == (DrawState.WAITING, None, "")
    assert not late.assessments.exists()


def test_draw_is_abandoned_in_a_round_that_is_closed_but_not_held(cast):
    builders.building()
    draw = builders.waiting_draw(cast.team)
    rounds.close_round(round=cast.team.round, by=builders.office())
    with pytest.raises(WorkflowError):
        draws.hold(draw=draw, by=builders.office())
    draws.abandon(draw=draw, reason="示例", by=builders.office())
    assert state_of(draw) == (DrawState.ABANDONED, builders.office(), "示例")


@pytest.mark.parametrize(
    "fields",
    [
        {"state": DrawState.ABANDONED},
        {"reason": "示例"},
        {"settled_on": None},
        {"settled_by": None},
        {"state": DrawState.WAITING},
    ],
)
def test_database_refuses_a_draw_settled_by_halves(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=cast.draw.pk).update(**fields)


def test_database_lets_one_draw_of_a_round_wait(cast):
    waits = {"state": DrawState.WAITING, "settled_by": None, "settled_on": None}
    builders.building()
    builders.waiting_draw(cast.team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=cast.draw.pk).update(**waits)


# -- what is drawn -------------------------------------------------------------


def test_draw_that_leaves_sites_over_says_which_and_why(client, cast, english):
    client.force_login(builders.office())
    barred = builders.building(organisation=cast.member.organisation)
    page = url("draw_balanced", cast.team.round_id)
    body = balanced(cast, limit="9")
    response = client.post(page, body)
    assert response.status_code == 422
    assert f"No team may go to: {barred}" in response.content.decode()
    free = builders.building()
    text = client.post(page, {**body, "limit": "2"}).content.decode()
    assert f"The limit of 2 sites per person leaves over: {free}" in text


@pytest.mark.parametrize(
    "more",
    [{"limit": "0"}, {"limit": "x"}, {"limit": ""}, {"teams": ["0"]}, {"teams": []}],
)
def test_draw_nonsense(client, cast, more):
    client.force_login(builders.office())
    builders.building()
    assert client.post(url("draw_balanced", cast.team.round_id), balanced(cast, **more)).status_code == 422
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
        **builders.dates(),
    }
    draw = drawn_by(client, page, body)
    client.post(url("draw_hold", draw.pk))
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
    body = balanced(cast, teams=[cast.team.pk, going.pk], limit="9")
    page = client.post(url("draw_balanced", cast.team.round_id), body, follow=True).context["page"]
    barred = {one.code: one.barred for one in page.people}
    assert barred[own.username] == f"{site.window_name} (own unit)"
    assert barred[tied.username] == f"{free.window_name} (tie to the unit)"
    assert next(team.sites for team in page.teams if team.name == cast.team.name) == []


def test_draw_of_a_recused_office_knows_nothing_of_the_site(client, cast):
    office, site = builders.office(), builders.building()
    recusals.recuse(user=office, site=site, reason="示例")
    other = builders.building()
    client.force_login(office)
    draw = drawn_by(client, url("draw_balanced", cast.team.round_id), balanced(cast))
    assert site.window_name not in client.get(draw.get_absolute_url()).content.decode()
    client.post(url("draw_hold", draw.pk))
    assert Assignment.objects.filter(assessment__site=other).exists()
    assert not site.assessments.exists()


def test_who_stands_aside_from_a_site_does_not_hold_its_draw(cast):
    site, aside = builders.building(), factories.user(Role.OFFICE)
    draw = builders.waiting_draw(cast.team)
    recusals.recuse(user=aside, site=site, reason="示例")
    with pytest.raises(WorkflowError):
        draws.hold(draw=draw, by=aside)
    draws.hold(draw=draw, by=builders.office())
    assert Assignment.objects.get(assessment__site=site).assigned_by == builders.office()


def test_random_draw_with_too_few_says_how_many_are_missing_and_where_to_look(client, cast):
    """Three of one unit and one of another do not make two teams."""
    builders.building()
    client.force_login(builders.office())
    draws.pool(cast.team.round).update(is_active=False)
    first = factories.user(Role.INSPECTOR)
    people = [first, *(factories.user(Role.INSPECTOR, first.organisation) for _ in range(2))]
    other = factories.user(Role.INSPECTOR)
    body = {"people": [one.pk for one in (*people, other)], "team_count": "2", "team_size": "2"}
    page = client.post(url("draw_random", cast.team.round_id), {**body, "limit": "9", **builders.dates()})
    assert page.status_code == 422
    text = page.content.decode()
    assert "4 名检查人员不足以组成 2 个各 2 人" in text
    assert "还缺 1 人" in text
    assert f"须来自{first.organisation}以外的单位" in text
    assert f"{first.organisation} 3" in text
    for place in (reverse("people:people") + "?role=inspector", url("ties"), url("recusals")):
        assert place in text


def test_random_draw_without_anybody_left_says_so(client, cast, english):
    client.force_login(builders.office())
    draws.pool(cast.team.round).update(is_active=False)
    page = client.get(url("draw_random", cast.team.round_id))
    assert "Too few inspectors are free" in page.content.decode()
    assert "form" not in page.context


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
    body |= {"limit": "9", **builders.dates()}
    rounds.close_round(round=cast.team.round, by=builders.office())
    for round_pk in (cast.team.round_id, builders.open_round(RoundKind.SELF).pk):
        assert client.post(url(kind, round_pk), body).status_code == 422
    assert Draw.objects.count() == 1
