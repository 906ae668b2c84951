"""Teams: who may be in one, changing one, who may be sent where, and the day of a visit."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Notification, Organisation
from assessments.eligibility import barred_sites, bars, team_bars
from assessments.enums import Bar, RoundKind, SheetRole
from assessments.models import Assignment, TeamMember
from assessments.queries import lead_of
from assessments.services import draws, recusals, rounds, sheets, teams, ties, visits
from sites.enums import Level, Stage
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db

MONDAY, SUNDAY = datetime.date(2008, 4, 14), datetime.date(2008, 4, 13)


def inspector(organisation=None):
    return factories.user(Role.INSPECTOR, organisation)


def formed(people, **more):
    values = {"round": builders.open_round(RoundKind.INSPECTION), "name": "示例组", "by": builders.office()}
    values |= {"leader": people[0], "members": people[1:], **builders.dates()}
    return teams.form_team(**{**values, **more})


def changed(team, **more):
    members = builders.members(team)
    values = {
        "name": team.name,
        "leader": team.leader,
        "members": members[1:],
        "starts_on": team.starts_on,
        "ends_on": team.ends_on,
        "by": builders.office(),
    }
    teams.change_team(team=team, **{**values, **more})
    team.refresh_from_db()


def refused_at(error) -> list[str]:
    return list(error.value.error_dict)


def told(person) -> list[str]:
    return list(Notification.objects.filter(user=person).values_list("text", flat=True))


# -- forming -------------------------------------------------------------------


def test_team_of_two_units_is_told():
    people = [inspector(), inspector()]
    team = formed(people)
    assert (team.leader, builders.members(team)) == (people[0], people)
    assert (team.starts_on, team.ends_on) == (team.round.opened_on, team.round.due_on)
    assert all("You belong to %(team)s of “%(round)s” now." in told(person) for person in people)


def test_team_of_one_person_or_one_unit_is_refused():
    unit = factories.unit()
    for people in ([inspector()], [inspector(unit), inspector(unit)]):
        with pytest.raises(ValidationError) as refused:
            formed(people)
        assert refused_at(refused) == ["members"]
    assert not TeamMember.objects.exists()


def test_nobody_is_in_two_teams_of_a_round():
    first = builders.team()
    with pytest.raises(ValidationError) as refused:
        formed([inspector(), first.leader])
    assert first.name in str(refused.value)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"starts_on": datetime.date(2008, 4, 7)}, "starts_on"),
        ({"ends_on": datetime.date(2008, 7, 1)}, "ends_on"),
        ({"starts_on": datetime.date(2008, 4, 20), "ends_on": datetime.date(2008, 4, 18)}, "ends_on"),
    ],
)
def test_dates_lie_within_the_round(days, field):
    with pytest.raises(ValidationError) as refused:
        formed([inspector(), inspector()], **days)
    assert refused_at(refused) == [field]


def test_only_the_office_forms_teams():
    with pytest.raises(PermissionDenied):
        formed([inspector(), inspector()], by=builders.leader())


# -- changing ------------------------------------------------------------------


def test_members_join_and_leave_and_are_told():
    team = builders.team()
    first, second = builders.members(team)
    third = inspector()
    Notification.objects.all().delete()
    changed(team, members=[third])
    assert builders.members(team) == [first, third]
    assert told(second) == ["You do not belong to %(team)s of “%(round)s” any more."]
    assert told(third) == ["You belong to %(team)s of “%(round)s” now."]
    assert told(first) == ["%(team)s of “%(round)s” has been changed: look at its members and dates."]


def test_another_leader_and_other_dates():
    team = builders.team()
    first, second = builders.members(team)
    changed(team, leader=second, members=[first], starts_on=MONDAY, name="示例改名组")
    assert (team.leader, team.starts_on, team.name) == (second, MONDAY, "示例改名组")


def test_nothing_changed_tells_nobody():
    team = builders.team()
    Notification.objects.all().delete()
    changed(team)
    assert not Notification.objects.exists()


def test_who_has_submitted_stays():
    site = builders.building()
    builders.self_assessed(site)
    assessment = builders.assigned(site)
    team = assessment.assignment.team
    first, second = builders.members(team)
    sheet = builders.own_sheet(assessment, second)
    builders.fill(sheet, second)
    with builders.on("2008-04-08"):
        sheets.submit_inspector_sheet(sheet=sheet, by=second)
    with pytest.raises(ValidationError) as refused:
        changed(team, members=[inspector()])
    assert refused_at(refused) == ["members"]
    assert builders.members(team) == [first, second]


def test_the_last_one_missing_leaves_and_the_final_sheet_is_drawn_up():
    site, made = builders.building(), builders.team(size=3)
    builders.self_assessed(site)
    assessment = builders.assigned(site, made)
    first, second, _third = builders.members(made)
    with builders.on("2008-04-08"):
        for person in (first, second):
            sheet = builders.own_sheet(assessment, person)
            builders.fill(sheet, person)
            sheets.submit_inspector_sheet(sheet=sheet, by=person)
        assert not assessment.sheets.filter(role=SheetRole.FINAL).exists()
        changed(made, members=[second])
    assert assessment.sheets.filter(role=SheetRole.FINAL).exists()


def test_who_is_barred_from_a_site_of_the_team_cannot_join():
    site = builders.building()
    team = builders.assigned(site).assignment.team
    with pytest.raises(ValidationError) as refused:
        changed(team, members=[*builders.members(team)[1:], inspector(site.organisation)])
    assert str(site) in str(refused.value)


def test_team_that_has_signed_stays_as_it_is():
    site = builders.building()
    final = builders.inspected(site)
    with pytest.raises(WorkflowError):
        changed(final.assessment.assignment.team, name="示例改名组")


def test_dates_keep_the_visits_within():
    team, site = builders.team(), builders.building()
    visits.assign(team=team, site=site, visit_on=MONDAY, by=builders.office())
    with pytest.raises(ValidationError) as refused:
        changed(team, starts_on=datetime.date(2008, 4, 15))
    assert refused_at(refused) == ["starts_on"]


# -- bars ----------------------------------------------------------------------


def test_bars_say_why():
    site = builders.building()
    own, tied, aside, free = inspector(site.organisation), inspector(), inspector(), inspector()
    ties.declare(user=tied, organisation=site.organisation, reason="示例", by=tied)
    recusals.recuse(user=aside, site=site, reason="示例")
    assert bars([own, tied, aside, free], [site]) == {
        (own.pk, site.pk): Bar.OWN_UNIT,
        (tied.pk, site.pk): Bar.TIE,
        (aside.pk, site.pk): Bar.ASIDE,
    }
    assert [list(barred_sites(person)) for person in (own, tied, aside, free)] == [[site]] * 3 + [[]]


def test_district_bars_its_own_people_from_its_list():
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    of_office = inspector(factories.district_office(factories.district()))
    of_government = inspector(factories.district())
    other = Organisation.objects.filter(kind=OrganisationKind.DISTRICT_OFFICE).exclude(
        pk=of_office.organisation_id
    )
    elsewhere = inspector(other.first())
    found = bars([of_office, of_government, elsewhere], [site])
    assert found == dict.fromkeys([(of_office.pk, site.pk), (of_government.pk, site.pk)], Bar.OWN_DISTRICT)
    people = (of_office, of_government, elsewhere)
    assert [list(barred_sites(person)) for person in people] == [[site], [site], []]


def test_one_barred_member_bars_the_team(django_assert_num_queries):
    site, other, team = builders.building(), builders.building(), builders.team()
    who = builders.members(team)[1]
    ties.declare(user=who, organisation=site.organisation, reason="示例", by=who)
    crews, sites = list(draws.crewed(team.round)), list(rounds.sites_due(team.round))
    assert other in sites
    with django_assert_num_queries(2):
        (pair,) = team_bars(crews, sites)
    assert pair == (team.pk, site.pk)
    with pytest.raises(ValidationError):
        visits.assign(team=team, site=site, by=builders.office())
    assert not Assignment.objects.exists()


def test_tie_that_has_ended_bars_no_more():
    site, team = builders.building(), builders.team()
    tie = ties.declare(user=team.leader, organisation=site.organisation, reason="示例", by=team.leader)
    ties.end(tie=tie, reason="示例调离", by=builders.office())
    assert builders.assigned(site, team).assignment.team == team


# -- visits --------------------------------------------------------------------


def test_visit_on_a_day_off_only_if_it_is_said():
    team, site = builders.team(), builders.building()
    values = {"team": team, "site": site, "visit_on": SUNDAY, "by": builders.office()}
    with pytest.raises(ValidationError) as refused:
        visits.assign(**values)
    assert refused_at(refused) == ["visit_on"]
    assert visits.assign(**values, on_day_off=True).visit_on == SUNDAY


def test_working_day_in_lieu_is_no_day_off():
    """4 May 2008 is a Sunday that is worked."""
    team, site = builders.team(), builders.building()
    day = datetime.date(2008, 5, 4)
    assert visits.assign(team=team, site=site, visit_on=day, by=builders.office()).visit_on == day


def test_visit_outside_the_team_s_dates():
    team, site = builders.team(), builders.building()
    changed(team, ends_on=datetime.date(2008, 4, 30))
    with pytest.raises(ValidationError) as refused:
        visits.assign(team=team, site=site, visit_on=datetime.date(2008, 5, 5), by=builders.office())
    assert refused_at(refused) == ["visit_on"]


def test_day_is_set_by_the_office_or_the_leader():
    assignment = builders.assigned(builders.building()).assignment
    leader, member = builders.members(assignment.team)
    for by in (builders.office(), leader):
        visits.set_day(assignment=assignment, visit_on=MONDAY, by=by)
        visits.set_day(assignment=assignment, visit_on=None, by=by)
    with pytest.raises(PermissionDenied):
        visits.set_day(assignment=assignment, visit_on=MONDAY, by=member)
    texts = ["The visit of %(site)s is set for %(day)s.", "The day of the visit of %(site)s is open again."]
    assert [text for text in told(member) if text in texts] == texts[::-1] * 2


def test_unit_is_told_of_the_day(english):
    site, team = builders.building(), builders.team()
    liaison = builders.liaison(site)
    Notification.objects.all().delete()
    assignment = visits.assign(team=team, site=site, by=builders.office())
    assert told(liaison) == []
    visits.set_day(assignment=assignment, visit_on=MONDAY, by=team.leader)
    assert str(Notification.objects.get(user=liaison)) == f"The visit of {site} is set for 14 April 2008."
    assert told(team.leader) == ["Your team is to visit %(site)s."]


def test_late_visit_is_possible_as_long_as_the_round_is_open():
    """After the round's due date, not merely after the team's; the team can still be changed."""
    team, site = builders.team(), builders.building()
    due = team.round.due_on
    changed(team, ends_on=due - datetime.timedelta(days=5))
    late = due + datetime.timedelta(days=1)
    with pytest.raises(ValidationError):
        visits.assign(team=team, site=site, visit_on=due, by=builders.office(), on_day_off=True)
    assignment = visits.assign(team=team, site=site, visit_on=late, by=builders.office())
    assert visits.is_late(team.round, assignment.visit_on)
    changed(team, name="示例改名组")
    rounds.close_round(round=team.round, by=builders.office())
    with pytest.raises(WorkflowError):
        visits.set_day(assignment=assignment, visit_on=None, by=builders.office())


def test_day_of_a_signed_visit_stays():
    final = builders.inspected(builders.building())
    with pytest.raises(WorkflowError):
        visits.set_day(assignment=final.assessment.assignment, visit_on=MONDAY, by=builders.office())


def test_another_team_once_one_member_alone_stands():
    site, made = builders.building(), builders.team()
    assessment = builders.assigned(site, made)
    first, second = builders.members(made)
    recusals.recuse(user=first, site=site, reason="示例")
    assert lead_of(assessment) == second
    assert site in rounds.sites_due(made.round)
    other = builders.team()
    assert builders.assigned(site, other).assignment.team == other


def test_no_other_team_once_the_final_sheet_is_drawn_up():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site)
    gone = builders.members(final.assessment.assignment.team)[1]
    recusals.recuse(user=gone, site=site, reason="示例")
    with pytest.raises(ValidationError):
        builders.assigned(site, builders.team())


# -- the database --------------------------------------------------------------


def test_one_leader_and_dates_in_order():
    team = builders.team()
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(team=team, user=inspector(), is_leader=True)
    team.starts_on, team.ends_on = team.ends_on, team.starts_on
    with pytest.raises(IntegrityError), transaction.atomic():
        team.save()
