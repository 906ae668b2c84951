"""A leader who is away: a deputy of the same team settles and signs under the own name, and nobody else."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ScoreLevel, SheetRole, SheetState
from assessments.marks import standard_items
from assessments.queries import led_by, waited_for_by
from assessments.services import deliberation, recusals, signing, unlocking, visits
from assessments.services.final_sheet import draw_up_final_when_ready
from desk.todo import todos
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from tests import factories
from tests.assessments import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.date(2008, 4, 8)


@pytest.fixture(autouse=True)
def _day(on):
    on(DAY.isoformat())


@pytest.fixture
def final():
    site = builders.building()
    builders.self_assessed(site)
    return builders.visited(site, weak=1)


def crew(final):
    return builders.members(final.assessment.assignment.team)


def test_deputy_of_the_team_signs_under_the_own_name(client, final):
    leader, member = crew(final)
    with pytest.raises(PermissionDenied):
        builders.sign(final, by=member)
    factories.send_away(leader, member)
    builders.sign(final, by=member)
    final.refresh_from_db()
    site = final.assessment.site
    assert (final.state, final.signed_by, final.signed_for) == (SheetState.SIGNED, member, leader)
    assert final.signature == f"{member} (for {leader})"
    step = site.history.latest("pk")
    assert (step.to_stage, step.by, step.acted_for) == (Stage.RECTIFYING, member, leader)
    paper = Document.objects.get(kind=DocumentKind.SCORE_SHEET)
    assert [voice["signs"] for voice in paper.context["voices"]] == [f"{member}（代理{leader}）", str(member)]
    client.force_login(builders.office())
    assert f"{member} (for {leader})" in client.get(site.get_absolute_url()).content.decode()
    unlocking.unlock(sheet=final, reason="示例", by=builders.office())
    final.refresh_from_db()
    assert (final.signed_for, final.versions.get().signature) == (None, f"{member} (for {leader})")


def test_leader_who_is_away_keeps_the_right(final):
    leader, member = crew(final)
    factories.send_away(leader, member)
    builders.sign(final, by=leader)
    final.refresh_from_db()
    assert (final.signed_by, final.signed_for) == (leader, None)


def test_nobody_comes_into_a_team_by_standing_in(client, final):
    leader, member = crew(final)
    stranger = factories.user(Role.INSPECTOR)
    factories.send_away(leader, stranger)
    for person in (member, stranger):
        with pytest.raises(PermissionDenied):
            builders.sign(final, by=person)
        assert not led_by(person).exists()
    client.force_login(stranger)
    assert client.get(reverse("assessments:sheet_sign", args=[final.pk])).status_code == 404


def test_who_stands_aside_from_the_site_stands_in_there_for_nobody(final):
    leader, member = crew(final)
    factories.send_away(leader, member)
    recusals.recuse(user=member, site=final.assessment.site, reason="示例")
    with pytest.raises(PermissionDenied):
        builders.sign(final, by=member)
    assert not led_by(member).exists()


def test_day_after_it_is_over(final, on):
    leader, member = crew(final)
    factories.send_away(leader, member)
    on("2008-04-09")
    with pytest.raises(PermissionDenied):
        signing.sign(sheet=final, opinions={}, by=member)
    assert todos(member) == []


def test_deputy_settles_marks_and_moves_the_visit(final):
    leader, member = crew(final)
    item = standard_items(final)[1]
    with pytest.raises(PermissionDenied):
        builders.mark(final, item, member, version=1)
    factories.send_away(leader, member)
    builders.mark(final, item, member, version=1)
    assert final.scores.get(item=item).updated_by == member
    visits.set_day(assignment=final.assessment.assignment, visit_on=datetime.date(2008, 4, 10), by=member)


def test_deputy_has_the_leaders_to_dos_marked_and_the_page_they_lead_to(client, final):
    leader, member = crew(final)
    assert todos(member) == []
    factories.send_away(leader, member)
    [own], [theirs] = todos(leader), todos(member)
    assert theirs.what == f"For {leader}: {own.what}"
    assert (theirs.about, theirs.url, theirs.due) == (own.about, own.url, own.due)
    client.force_login(member)
    assert client.get(theirs.url).status_code == 200
    page = client.get(reverse("assessments:sheet_sign", args=[final.pk]))
    assert page.status_code == 200


def test_what_the_leader_is_told_the_deputy_is_told_as_such():
    site = builders.building()
    builders.self_assessed(site)
    made = builders.team()
    leader, member = builders.members(made)
    factories.send_away(leader, member)
    Notification.objects.all().delete()
    assessment = builders.assigned(site, made)
    for person in (leader, member):
        sheet = builders.own_sheet(assessment, person)
        builders.fill(sheet, person)
        signing.submit(sheet)
    draw_up_final_when_ready(assessment=assessment)
    final = assessment.sheets.get(role=SheetRole.FINAL)
    line = f"All sheets for {site} are in; the final sheet waits for your signature."
    told = Notification.objects.filter(url=final.get_absolute_url())
    assert {each.user: str(each) for each in told} == {leader: line, member: f"For {leader}: {line}"}


def test_deputy_waits_for_the_sheets_the_leader_waits_for():
    site = builders.building()
    builders.self_assessed(site)
    made = builders.team(size=3)
    leader, member, third = builders.members(made)
    assessment = builders.assigned(site, made)
    sheet = builders.own_sheet(assessment, member)
    builders.fill(sheet, member)
    signing.submit(sheet)
    assert not waited_for_by(member).exists()
    factories.send_away(leader, member)
    waited = {visit.member_name for visit in waited_for_by(member)}
    assert waited == {leader.name, third.name}


def test_own_sheet_and_own_word_in_a_deliberation_pass_to_nobody():
    site = builders.building()
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1)
    leader, member = crew(final)
    factories.send_away(leader, member)
    disputed = final.deliberations.get()
    proposal = deliberation.propose(
        deliberation=disputed, level=ScoreLevel.MET, points=None, reason="示例", by=member
    )
    assert (proposal.by, proposal.acted_for) == (member, leader)
    assert proposal.proposer == f"{member} (for {leader})"
    assert list(proposal.answers.values_list("by", flat=True)) == [member.pk]
    disputed.refresh_from_db()
    assert disputed.is_open
    deliberation.answer(proposal=proposal, agrees=True, text="", by=leader)
    disputed.refresh_from_db()
    assert not disputed.is_open
