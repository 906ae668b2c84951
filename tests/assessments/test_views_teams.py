"""Pages of teams: the ladder of these, and of draws, ties and recusals; what they show and do."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Assignment, Recusal
from assessments.services import recusals
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


def all_of(names, status):
    return dict.fromkeys(names, status)


# -- the ladder ----------------------------------------------------------------


def test_anonymous_is_sent_to_the_login(client, cast):
    for name, args in {**cast.of_office, **cast.of_city, **cast.more}.items():
        assert client.get(url(name, *args)).url.startswith(reverse("account_login")), name


def test_office_opens_all(client, cast):
    client.force_login(builders.office())
    names = [*cast.of_office, *cast.of_city, *cast.more]
    assert cast.answers(client, names) == all_of(names, 200)


def test_leading_group_reads_and_runs_nothing(client, cast):
    client.force_login(builders.leader())
    assert cast.answers(client, cast.of_city) == all_of(cast.of_city, 200)
    assert cast.answers(client, cast.of_office) == all_of(cast.of_office, 403)
    body = {"user": cast.leader.pk, "reason": "示例"}
    assert client.post(url("site_recusals", cast.site.pk), body).status_code == 403
    assert not Recusal.objects.exists()


def test_inspector_of_the_team(client, cast):
    client.force_login(cast.leader)
    assert cast.answers(client, cast.more) == all_of(cast.more, 200)
    assert cast.answers(client, ["team_edit", "assign", "draw_balanced", "draw_random", "tie_add"]) == all_of(
        ["team_edit", "assign", "draw_balanced", "draw_random", "tie_add"], 403
    )
    assert cast.answers(client, ["ties", "recusals", "site_recusals", "draws"]) == all_of(
        ["ties", "recusals", "site_recusals", "draws"], 403
    )
    assert cast.answers(client, ["draw", "tie_end"]) == all_of(["draw", "tie_end"], 404)


def test_other_member_sets_no_day(client, cast):
    client.force_login(cast.member)
    assert cast.answers(client, ["visit"]) == {"visit": 403}


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DISTRICT, Role.LIAISON])
def test_outsider_finds_nothing(client, cast, role):
    client.force_login(factories.user(role))
    names = ["team_edit", "assign", "draw_balanced", "draw_random", "draw"]
    names += ["visit", "recuse", "site_recusals", "tie_end"]
    assert cast.answers(client, names) == all_of(names, 404)


def test_auditor_looks_into_draws_alone(client, cast):
    client.force_login(factories.user(Role.AUDITOR))
    assert cast.answers(client, ["draws", "draw", "my_ties"]) == all_of(["draws", "draw", "my_ties"], 200)
    names = ("team_edit", "assign", "draw_balanced", "draw_random", "visit", "recuse", "site_recusals")
    assert cast.answers(client, names) == all_of(names, 404)


def test_liaison_judges_nothing(client, cast):
    client.force_login(builders.liaison(cast.site))
    assert cast.answers(client, ["recuse"]) == {"recuse": 403}


def test_team_of_another_round_is_not_found(client, cast):
    client.force_login(builders.office())
    other = builders.team(RoundKind.ACCEPTANCE)
    assert client.get(url("team_edit", cast.team.round_id, other.pk)).status_code == 404


# -- teams ---------------------------------------------------------------------


def test_team_is_changed_on_its_page(client, cast):
    client.force_login(builders.office())
    joins = factories.user(Role.INSPECTOR)
    body = {
        "name": cast.team.name,
        "leader": cast.member.pk,
        "members": [cast.leader.pk, joins.pk],
        **builders.dates(),
    }
    page = url("team_edit", cast.team.round_id, cast.team.pk)
    assert client.post(page, body).url == url("round", cast.team.round_id)
    assert set(builders.members(cast.team)) == {cast.leader, cast.member, joins}
    assert cast.team.leader == cast.member
    elsewhere = builders.team().leader
    response = client.post(page, {**body, "members": [elsewhere.pk]})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["members"])


def test_team_saved_as_it_was_is_not_called_changed(client, cast, english):
    client.force_login(builders.office())
    page = url("team_edit", cast.team.round_id, cast.team.pk)
    same = {"name": cast.team.name, "leader": cast.leader.pk, "members": [cast.member.pk], **builders.dates()}
    assert "those concerned are told" not in client.post(page, same, follow=True).content.decode()
    renamed = {**same, "name": "示例新组名"}
    assert "those concerned are told" in client.post(page, renamed, follow=True).content.decode()


def test_round_page_shows_teams_loads_visits_and_draws(client, cast, english):
    client.force_login(builders.office())
    page = client.get(url("round", cast.team.round_id))
    (panel,) = page.context["teams"]
    assert (panel.sites, [member.load for member in panel.members]) == (2, [2, 2])
    assert list(page.context["draws"]) == [cast.draw]
    assert "no day set" in page.content.decode()
    recusals.recuse(user=cast.member, site=cast.site, reason="示例")
    page = client.get(url("round", cast.team.round_id))
    (panel,) = page.context["teams"]
    assert [member.load for member in panel.members] == [2, 1]
    assert f"1 member of {cast.team} still stands by it" in page.content.decode()


def test_team_that_has_signed_is_not_offered_to_be_changed(client, on):
    site, team = builders.building(), builders.inspected(builders.building()).assessment.assignment.team
    visit, other = builders.assigned(site, team), builders.team()
    recusals.recuse(user=builders.members(team)[1], site=site, reason="示例")
    client.force_login(builders.office())
    text = client.get(url("round", team.round_id)).content.decode()
    assert url("team_edit", team.round_id, other.pk) in text
    assert url("team_edit", team.round_id, team.pk) not in text
    assert text.count(url("assign", team.round_id)) == 2
    assert text.count("/visit/") == 1
    assert url("visit", visit.pk) in text


def test_office_that_stood_aside_reads_no_name_where_a_team_cannot_be_changed(client, cast, english):
    office, joins = builders.office(), factories.user(Role.INSPECTOR, cast.site.organisation)
    factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=cast.site, reason="示例")
    client.force_login(office)
    members = {"leader": cast.leader.pk, "members": [cast.member.pk, joins.pk]}
    body = {"name": cast.team.name, **members, **builders.dates()}
    answer = client.post(url("team_edit", cast.team.round_id, cast.team.pk), body)
    assert answer.status_code == 422
    assert "must stand aside from a site you have stood aside from" in answer.content.decode()
    assert cast.site.window_name not in answer.content.decode()


def test_round_page_warns_of_a_team_of_one_unit(client, cast, english):
    cast.member.organisation = cast.leader.organisation
    cast.member.save()
    client.force_login(builders.office())
    assert "are of one unit" in client.get(url("round", cast.team.round_id)).content.decode()


def test_form_offers_nobody_of_another_team(client, cast):
    client.force_login(builders.office())
    free = factories.user(Role.INSPECTOR)
    form = client.get(url("team_add", cast.team.round_id)).context["form"]
    assert free in form.fields["members"].queryset
    assert cast.leader not in form.fields["members"].queryset


# -- assigning -----------------------------------------------------------------


def assign_body(team, site, visit=""):
    return {f"team-{site.pk}": team.pk, f"visit-{site.pk}": visit}


def test_teams_are_sent_line_by_line(client, cast):
    client.force_login(builders.office())
    first, second = builders.building(), builders.building()
    body = {**assign_body(cast.team, first, "2008-04-14"), **assign_body(cast.team, second)}
    assert client.post(url("assign", cast.team.round_id), body).url == url("round", cast.team.round_id)
    sent = Assignment.objects.filter(assessment__site__in=[first, second]).order_by("pk")
    assert [each.visit_on for each in sent] == [datetime.date(2008, 4, 14), None]


def test_barred_team_is_shown_as_barred_with_the_reason(client, cast, english):
    client.force_login(builders.office())
    site = builders.building(organisation=cast.member.organisation)
    text = client.get(url("assign", cast.team.round_id)).content.decode()
    assert f"disabled>{cast.team.name} – barred: {cast.member.name} (own unit)</option>" in text
    response = client.post(url("assign", cast.team.round_id), assign_body(cast.team, site))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"team-{site.pk}"]
    assert not Assignment.objects.filter(assessment__site=site).exists()


def test_day_off_is_asked_about_before_anything_is_sent(client, cast):
    client.force_login(builders.office())
    site = builders.building()
    body = assign_body(cast.team, site, "2008-04-13")
    response = client.post(url("assign", cast.team.round_id), body)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [f"visit-{site.pk}"])
    assert client.post(url("assign", cast.team.round_id), {**body, "on_day_off": "on"}).status_code == 302
    assert Assignment.objects.get(assessment__site=site).visit_on == datetime.date(2008, 4, 13)


def test_assign_nothing_or_nonsense(client, cast):
    client.force_login(builders.office())
    site = builders.building()
    for body in ({}, {"x": "y"}, assign_body(cast.team, site, "x"), {f"team-{site.pk}": "0"}):
        assert client.post(url("assign", cast.team.round_id), {"csrf": "", **body}).status_code == 422
    assert not Assignment.objects.filter(assessment__site=site).exists()


def test_assign_page_says_why_it_is_empty(client, english):
    client.force_login(builders.office())
    opened = builders.open_round(RoundKind.INSPECTION)
    assert "Form one before" in client.get(url("assign", opened.pk)).content.decode()
    builders.team()
    assert "all that are due have one" in client.get(url("assign", opened.pk)).content.decode()


def test_whoever_sets_a_late_day_is_warned_and_the_round_page_says_so(client, cast, english):
    client.force_login(builders.office())
    day = (cast.team.round.due_on + datetime.timedelta(days=1)).isoformat()
    for address, body in (
        (url("visit", cast.assessment.pk), {"visit_on": day}),
        (url("assign", cast.team.round_id), assign_body(cast.team, builders.building(), day)),
    ):
        page = client.post(address, body, follow=True)
        assert "warning" in [message.level_tag for message in page.context["messages"]]
    assert page.content.decode().count("after the due date") == 2


def test_leader_sets_the_day(client, cast):
    client.force_login(cast.leader)
    page = url("visit", cast.assessment.pk)
    assert client.post(page, {"visit_on": "2008-04-13"}).status_code == 422
    assert client.post(page, {"visit_on": "2008-04-14"}).url == url("round", cast.team.round_id)
    assert Assignment.objects.get(assessment=cast.assessment).visit_on == datetime.date(2008, 4, 14)
