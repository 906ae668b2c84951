"""Opening rounds, forming teams, assigning them; standing aside."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from assessments.enums import RoundKind, SheetRole
from assessments.models import Assessment, Evidence, Finding, Recusal, Sheet
from assessments.queries import lead_of
from assessments.services import recusals, rounds, sheets, teams, visits
from documents.models import Document
from sites.enums import Stage
from sites.models import Site
from sites.workflow import WorkflowError
from standards.models import Standard
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db
DUE = datetime.date(2008, 6, 30)


def open_one(**more):
    values = {
        "programme": factories.programme(),
        "kind": RoundKind.INSPECTION,
        "title": "示例",
        "due_on": DUE,
    }
    return rounds.open_round(**{**values, "by": builders.office(), **more})


def test_open_round_freezes_the_versions_in_force():
    opened = open_one()
    assert set(opened.standards.all()) == set(Standard.objects.published())
    assert (opened.rulebook.state, opened.ordinal) == ("published", 1)


def test_open_round_second_of_a_kind():
    open_one()
    with pytest.raises(ValidationError):
        open_one()
    assert factories.programme().rounds.count() == 1


def test_open_round_due_in_the_past():
    with pytest.raises(ValidationError) as error:
        open_one(due_on=datetime.date(2008, 1, 9))
    assert list(error.value.message_dict) == ["due_on"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_open_round_by_another_role(role):
    with pytest.raises(PermissionDenied):
        open_one(by=factories.user(role))


def test_close_round_twice():
    opened = open_one()
    rounds.close_round(round=opened, by=builders.office())
    with pytest.raises(WorkflowError):
        rounds.close_round(round=opened, by=builders.office())


def test_next_round_gets_the_next_number():
    rounds.close_round(round=open_one(), by=builders.office())
    assert open_one().ordinal == 2


def test_form_team_with_a_stranger():
    inspector, stranger = factories.user(Role.INSPECTOR), factories.user(Role.LIAISON)
    with pytest.raises(ValidationError):
        teams.form_team(
            round=open_one(),
            name="示例组",
            leader=inspector,
            members=[stranger],
            by=builders.office(),
            **builders.dates(),
        )


def test_form_team_name_twice_or_round_closed_or_self():
    opened, people = open_one(), [factories.user(Role.INSPECTOR) for _ in range(2)]
    form = {"name": "示例组", "leader": people[0], "members": people[1:], "by": builders.office()}
    form |= builders.dates()
    teams.form_team(round=opened, **form)
    with pytest.raises(ValidationError):
        teams.form_team(round=opened, **form)
    with pytest.raises(WorkflowError):
        teams.form_team(round=builders.open_round(RoundKind.SELF), **form)
    rounds.close_round(round=opened, by=builders.office())
    opened.refresh_from_db()
    with pytest.raises(WorkflowError):
        teams.form_team(round=opened, **{**form, "name": "示例组二"})


def test_assign_own_unit_barred():
    made = builders.team()
    site = builders.building(organisation=builders.members(made)[1].organisation)
    with pytest.raises(ValidationError):
        visits.assign(team=made, site=site, by=builders.office())
    assert not Assessment.objects.exists()


def test_assign_recused_barred():
    site, first = builders.building(), builders.team()
    builders.assigned(site, first)
    for person in builders.members(first):
        recusals.recuse(user=person, site=site, reason="示例")
    with pytest.raises(ValidationError):
        visits.assign(team=first, site=site, by=builders.office())


def test_assign_twice():
    site, made = builders.building(), builders.team()
    builders.assigned(site, made)
    with pytest.raises(ValidationError):
        visits.assign(team=made, site=site, by=builders.office())


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.DETERMINED, Stage.RECTIFIED, Stage.NAMED])
def test_assign_site_that_is_not_due(stage):
    with pytest.raises(WorkflowError):
        visits.assign(team=builders.team(), site=factories.site(stage), by=builders.office())


def test_assign_again_once_the_whole_team_stood_aside():
    site, made = builders.building(), builders.team()
    builders.assigned(site, made)
    for person in builders.members(made):
        recusals.recuse(user=person, site=site, reason="示例")
    assert site in rounds.sites_due(made.round)
    other = builders.team()
    assert builders.assigned(site, other).assignment.team == other
    assert site not in rounds.sites_due(made.round)


@pytest.fixture
def visited_site():
    """A site with everything about it, and the second member of the team that inspected it."""
    site = builders.building()
    final = builders.inspected(site)
    return site, builders.members(final.assessment.assignment.team)[1]


def test_recusal_takes_the_site_out_of_sight(visited_site):
    site, person = visited_site
    models = (Site, Assessment, Sheet, Finding, Document)
    assert all(model.objects.visible_to(person).exists() for model in models)
    recusals.recuse(user=person, site=site, reason="示例")
    assert not any(model.objects.visible_to(person).exists() for model in models)
    assert not Evidence.objects.visible_to(person).exists()


def test_recusal_twice_is_one_and_needs_a_reason(visited_site):
    site, person = visited_site
    for _ in range(2):
        recusals.recuse(user=person, site=site, reason="示例")
    assert Recusal.objects.count() == 1
    with pytest.raises(ValidationError):
        recusals.recuse(user=person, site=site, reason=" ")


def test_recusal_of_the_last_one_missing_draws_up_the_final_sheet():
    """What the other wrote on a half-filled sheet does not count either."""
    site, made = builders.building(), builders.team(size=3)
    builders.self_assessed(site)
    assessment = builders.assigned(site, made)
    *stay, goes = builders.members(made)
    builders.fill(builders.own_sheet(assessment, goes), goes, weak=3)
    with builders.on("2008-04-08"):
        for person in stay:
            builders.fill(builders.own_sheet(assessment, person), person)
            sheets.submit_inspector_sheet(sheet=builders.own_sheet(assessment, person), by=person)
        assert not assessment.sheets.filter(role=SheetRole.FINAL).exists()
        recusals.recuse(user=goes, site=site, reason="示例")
    final = assessment.sheets.get(role=SheetRole.FINAL)
    assert not final.scores.exclude(level="met").exists()
    assert final.scores.count() == 43


def test_no_final_sheet_of_one_member_alone_until_another_joins():
    site, made = builders.building(), builders.team()
    builders.self_assessed(site)
    assessment = builders.assigned(site, made)
    stays, goes = builders.members(made)
    late = factories.user(Role.INSPECTOR)

    def submitted(person):
        sheet = builders.own_sheet(assessment, person)
        builders.fill(sheet, person)
        sheets.submit_inspector_sheet(sheet=sheet, by=person)

    with builders.on("2008-04-08"):
        submitted(stays)
        recusals.recuse(user=goes, site=site, reason="示例")
        assert not assessment.sheets.filter(role=SheetRole.FINAL).exists()
        values = {"name": made.name, "leader": stays, "members": [goes, late], "by": builders.office()}
        teams.change_team(team=made, **values, **builders.dates())
        submitted(late)
    assert assessment.sheets.filter(role=SheetRole.FINAL).exists()


def test_recusal_of_the_leader_passes_the_pen_to_the_next_member():
    site, made = builders.building(), builders.team()
    assessment = builders.assigned(site, made)
    first, second = builders.members(made)
    assert lead_of(assessment) == first
    recusals.recuse(user=first, site=site, reason="示例")
    assert lead_of(assessment) == second
