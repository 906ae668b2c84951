"""成立督查组的通知 and 介绍信: issued for the teams as they are, and anew when they change."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import Assessment, Round
from assessments.services import recusals, teams, visits
from assessments.services.team_papers import issue_team_papers, team_papers
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import paper_html
from sites.enums import Stage
from sites.workflow import InvalidTransition, WorkflowError
from tests import agreeing, factories
from tests.assessments import builders
from tests.at_once import at_once, kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(on) -> Assessment:
    """A team is sent to a site; nobody has marked it yet."""
    made = builders.assigned(factories.site(Stage.SELF_ASSESSED))
    on("2008-04-09")
    return made


def issue(round: Round) -> list[Document]:  # noqa: A002
    return issue_team_papers(round=round, by=factories.user(Role.OFFICE))


def change(visit: Assessment, *people, **more) -> None:
    team = visit.assignment.team
    values = {"name": team.name, "starts_on": team.starts_on, "ends_on": team.ends_on, **more}
    leader, *members = people or builders.members(team)
    teams.change_team(team=team, leader=leader, members=members, by=factories.user(Role.OFFICE), **values)
    visit.refresh_from_db()


def standing(kind: DocumentKind) -> list[Document]:
    return list(Document.objects.standing().filter(kind=kind))


def test_notice_and_letters_are_issued_for_the_teams(visit):
    notice, letter = issue(visit.round)
    team, people = visit.assignment.team, builders.members(visit.assignment.team)
    assert (notice.kind, letter.kind) == (DocumentKind.TEAM_NOTICE, DocumentKind.INTRODUCTION_LETTER)
    (printed,) = notice.context["teams"]
    assert [person["name"] for person in printed["people"]] == [one.name for one in people]
    assert [person["role"] for person in printed["people"]] == ["组长", "成员"]
    assert [site["team"] for site in notice.context["sites"]] == [team.name]
    assert notice.context["addressee"] == "各有关单位"
    got = {one.organisation for one in notice.receipts.all()}
    assert got == {visit.site.organisation, *(one.organisation for one in people)}
    assert letter.context["addressee"] == visit.site.organisation.name
    assert not letter.receipts.exists()


def test_papers_say_who_comes_until_when(visit):
    papers = issue(visit.round)
    for paper in papers:
        paper.refresh_from_db()
    notice, letter = (paper_html(paper.kind, paper.context) for paper in papers)
    leader = builders.members(visit.assignment.team)[0]
    team = visit.assignment.team
    end = f"{team.ends_on.year}年{team.ends_on.month}月{team.ends_on.day}日"
    for text in (notice, letter):
        assert leader.name in text
        assert leader.organisation.name in text
        assert end in text
        assert visit.site.window_name in text
    assert "介　绍　信" in letter
    assert papers[1].full_number in letter


def test_departments_and_units_read_the_notice_and_nobody_else(visit):
    notice, letter = issue(visit.round)
    unit, member = factories.liaison_of(visit.site), builders.members(visit.assignment.team)[1]
    stranger = factories.user(Role.LIAISON)
    seen = {person: set(Document.objects.visible_to(person)) for person in (unit, member, stranger)}
    assert seen == {unit: {notice, letter}, member: {notice, letter}, stranger: set()}


def test_second_time_there_is_nothing_to_issue(visit):
    issue(visit.round)
    with pytest.raises(InvalidTransition):
        issue(visit.round)
    assert Document.objects.count() == 2


def test_changed_members_make_the_papers_old_and_new_ones_take_their_place(client, visit):
    old = issue(visit.round)
    leader, _left = builders.members(visit.assignment.team)
    change(visit, leader, factories.user(Role.INSPECTOR))
    client.force_login(factories.user(Role.OFFICE))
    for name in ("round", "round_papers"):
        html = client.get(reverse(f"assessments:{name}", args=[visit.round.pk])).content.decode()
        assert "过时" in html
    client.post(reverse("assessments:round_papers", args=[visit.round.pk]))
    agreeing.agreed()
    for paper in old:
        paper.refresh_from_db()
        (new,) = standing(DocumentKind(paper.kind))
        assert new.full_number in paper.withdrawn_why
        if paper.kind == DocumentKind.TEAM_NOTICE:
            assert new.context["replaces"] == paper.full_number
            assert f"{paper.full_number}同时废止" in paper_html(new.kind, new.context)
    html = client.get(reverse("assessments:round_papers", args=[visit.round.pk])).content.decode()
    assert "过时" not in html
    assert not team_papers(visit.round).due


def test_another_site_and_other_days_make_the_notice_old(visit):
    issue(visit.round)
    day = visit.assignment.team.ends_on - datetime.timedelta(days=1)
    change(visit, ends_on=day)
    assert team_papers(visit.round).is_out_of_date
    issue(visit.round)
    another = factories.site(Stage.SELF_ASSESSED)
    visits.assign(team=visit.assignment.team, site=another, by=factories.user(Role.OFFICE))
    found = team_papers(visit.round)
    assert found.is_out_of_date
    made = issue(visit.round)
    assert [paper.kind for paper in made] == [DocumentKind.TEAM_NOTICE, DocumentKind.INTRODUCTION_LETTER]
    assert len(standing(DocumentKind.INTRODUCTION_LETTER)) == 2


def test_who_stood_aside_stands_in_no_letter(visit):
    issue(visit.round)
    _leader, aside = builders.members(visit.assignment.team)
    recusals.recuse(user=aside, site=visit.site, reason="示例", by=aside)
    (letter,) = (paper for paper in issue(visit.round) if paper.kind == DocumentKind.INTRODUCTION_LETTER)
    assert [person["name"] for person in letter.context["people"]] == [_leader.name]


def test_signed_visit_needs_no_letter():
    final = builders.visited(factories.site(Stage.SELF_ASSESSED))
    builders.sign(final)
    found = team_papers(final.assessment.round)
    assert found.letters == []
    assert [paper.kind for paper in issue(final.assessment.round)] == [DocumentKind.TEAM_NOTICE]


def test_round_without_a_team_and_a_closed_one_issue_nothing(visit):
    empty = builders.open_round(RoundKind.ACCEPTANCE)
    with pytest.raises(ValidationError):
        issue(empty)
    Round.objects.filter(pk=visit.round.pk).update(closed_on="2008-04-09")
    with pytest.raises(WorkflowError):
        issue(visit.round)


def test_who_stood_aside_issues_nothing_and_sees_no_letter_of_that_site(client, visit):
    by = factories.user(Role.OFFICE)
    recusals.recuse(user=by, site=visit.site, reason="示例", by=by)
    with pytest.raises(ValidationError):
        issue_team_papers(round=visit.round, by=by)
    client.force_login(by)
    html = client.get(reverse("assessments:round_papers", args=[visit.round.pk])).content.decode()
    assert visit.site.window_name not in html


@pytest.mark.parametrize("role", set(Role) - {Role.OFFICE})
def test_only_the_office_issues(client, visit, role):
    person = factories.user(role)
    if role != Role.LEADING_GROUP:  # which signs what the office has drafted
        with pytest.raises(PermissionDenied):
            issue_team_papers(round=visit.round, by=person)
    client.force_login(person)
    answer = client.post(reverse("assessments:round_papers", args=[visit.round.pk]))
    assert answer.status_code == (403 if role == Role.LEADING_GROUP else 404)
    assert not Document.objects.exists()


def test_page_asks_the_same_however_many_sites_there_are(client, visit):
    client.force_login(factories.user(Role.OFFICE))
    asked = []
    for _time in range(3):
        site = factories.site(Stage.SELF_ASSESSED)
        visits.assign(team=visit.assignment.team, site=site, by=factories.user(Role.OFFICE))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("assessments:round_papers", args=[visit.round.pk]))
        asked.append(len(found))
    assert asked[1] == asked[2]


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_issue_each_paper_once():
    visit = builders.assigned(factories.site(Stage.SELF_ASSESSED))
    outcomes = at_once(*(lambda: len(issue(visit.round)) for _time in range(2)))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert Document.objects.count() == 2
