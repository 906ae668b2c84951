"""An inspector who leaves: places in teams and sheets begun go to the successor, or to nobody."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from accounts import services
from accounts.enums import Role
from accounts.signals import open_work_of
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.queries import lead_of
from assessments.services import recusals, rounds, sheets, teams
from sites.enums import Stage
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    made = builders.building()
    builders.self_assessed(made)
    return made


@pytest.fixture
def visit(site):
    return builders.assigned(site)


@pytest.fixture
def team(visit):
    return visit.assignment.team


@pytest.fixture
def leaver(team):
    """The team's leader."""
    return team.leader


@pytest.fixture
def successor():
    return factories.user(Role.INSPECTOR)


def leave(leaver, successor, **more):
    services.switch_off(person=leaver, successor=successor, reason="调离", by=builders.office(), **more)


def test_place_in_a_team_is_open_work(leaver, team):
    (work,) = open_work_of(leaver)
    assert team.name in work.text
    assert work.url == team.round.get_absolute_url()


def test_leader_hands_over_place_and_begun_sheet(visit, leaver, successor):
    sheet = builders.own_sheet(visit, leaver)
    leave(leaver, successor)
    sheet.refresh_from_db()
    assert sheet.author == successor
    assert lead_of(visit) == successor
    assert LogEntry.objects.get_for_object(sheet).latest("pk").changes_dict["author"] == [
        str(leaver.pk),
        str(successor.pk),
    ]
    assert not open_work_of(leaver)
    builders.fill(sheet, successor)
    with builders.on("2008-04-08"):
        sheets.submit_inspector_sheet(sheet=sheet, by=successor)


def test_submitted_sheet_stays_the_leavers(visit, leaver, successor):
    sheet = builders.own_sheet(visit, leaver)
    builders.fill(sheet, leaver)
    with builders.on("2008-04-08"):
        sheets.submit_inspector_sheet(sheet=sheet, by=leaver)
    leave(leaver, successor)
    sheet.refresh_from_db()
    assert (sheet.author, sheet.state) == (leaver, SheetState.SUBMITTED)


def test_team_whose_sites_are_signed_is_left_as_it_was(site, successor):
    final = builders.visited(site)
    leader = final.assessment.assignment.team.leader
    builders.sign(final)
    assert not open_work_of(leader)
    leave(leader, None)
    assert final.assessment.assignment.team.members.filter(user=leader).exists()


def test_closed_round_is_left_as_it_was(visit, leaver, team):
    rounds.close_round(round=team.round, by=builders.office())
    assert not open_work_of(leaver)


def test_without_a_successor_it_is_refused_or_left_open(leaver, team):
    with pytest.raises(ValidationError):
        leave(leaver, None)
    leave(leaver, None, leaves_open=True)
    assert team.members.filter(user=leaver).exists()
    assert open_work_of(leaver)


def bar_by_membership(site, team, successor):
    return next(person for person in builders.members(team) if person != team.leader)


def bar_by_unit(site, team, successor):
    return factories.user(Role.INSPECTOR, site.organisation)


def bar_by_recusal(site, team, successor):
    recusals.recuse(user=successor, site=site, reason="示例")
    return successor


@pytest.mark.parametrize("bar", [bar_by_membership, bar_by_unit, bar_by_recusal])
def test_barred_successor_is_refused_and_nothing_is_done(visit, leaver, successor, bar):
    site, team = visit.site, visit.assignment.team
    sheet = builders.own_sheet(visit, leaver)
    barred = bar(site, team, successor)
    with pytest.raises(ValidationError) as refused:
        leave(leaver, barred)
    assert list(refused.value.error_dict) == ["successor"]
    leaver.refresh_from_db()
    sheet.refresh_from_db()
    assert leaver.is_active
    assert sheet.author == leaver
    assert team.leader == leaver


def test_second_barred_team_takes_the_first_back(visit, leaver, successor):
    """The successor is a member of the leaver's team in another round."""
    other = factories.site(Stage.RECTIFIED)
    second = teams.form_team(
        round=builders.open_round(RoundKind.ACCEPTANCE),
        name="示例二组",
        leader=leaver,
        members=[successor],
        by=builders.office(),
        **builders.dates(RoundKind.ACCEPTANCE),
    )
    builders.assigned(other, second, RoundKind.ACCEPTANCE)
    with pytest.raises(ValidationError):
        leave(leaver, successor)
    assert visit.assignment.team.members.filter(user=leaver).exists()
    assert visit.sheets.filter(role=SheetRole.INSPECTOR).count() == 0
