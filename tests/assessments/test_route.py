"""The route of the day: who goes where, in which order, and who receives the team."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import RoundKind
from assessments.models import Assignment
from assessments.services import recusals, sheets, visits
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
DAY = datetime.date(2008, 4, 8)
ROUTE = reverse("assessments:route")


def sent(team, count=3):
    made = [builders.building() for _ in range(count)]
    for site in made:
        builders.self_assessed(site)
    with builders.on("2008-04-08"):
        return [visits.assign(team=team, site=site, visit_on=DAY, by=builders.office()) for site in made]


@made_once("2008-04-08")
def day():
    """A team with three visits on one day."""
    return sent(builders.team())


def shown(client, user, query="") -> list[int]:
    client.force_login(user)
    page = client.get(ROUTE + query).context["page"]
    return [stop.assessment.pk for stop in page.left]


def keys(assignments) -> list[int]:
    return [each.assessment_id for each in assignments]


def lead(assignment):
    return assignment.team.leader


def move(assignment, *, is_up, by=None):
    assignment.refresh_from_db()
    visits.move(assignment=assignment, is_up=is_up, by=by or lead(assignment))


def submit(assignment, by):
    sheet = builders.own_sheet(assignment.assessment, by)
    builders.fill(sheet, by)
    sheets.submit_inspector_sheet(sheet=sheet, by=by)


def test_a_member_sees_the_visits_of_the_day_and_of_another_on_demand(client, day):
    first, second, third = day
    member = builders.members(first.team)[1]
    visits.set_day(assignment=third, visit_on=datetime.date(2008, 4, 10), by=builders.office())
    assert shown(client, member) == keys([first, second])
    assert shown(client, member, "?day=2008-04-10") == keys([third])
    assert shown(client, member, "?day=nonsense") == keys([first, second])
    page = client.get(ROUTE).content.decode()
    assert "?day=2008-04-10" in page
    assert url("inspect_pocket", first.assessment_id) in page
    assert first.assessment.site.address in page


def test_nobody_else_has_a_route(client, day):
    client.force_login(factories.user(Role.INSPECTOR))
    assert client.get(ROUTE).context["page"].left == []
    for role in (Role.OFFICE, Role.LIAISON, Role.DISTRICT, Role.AUDITOR):
        client.force_login(factories.user(role))
        assert client.get(ROUTE).status_code == 403


def test_who_stood_aside_does_not_find_the_site(client, day):
    member = builders.members(day[0].team)[1]
    recusals.recuse(user=member, site=day[0].assessment.site, reason="示例", by=member)
    assert shown(client, member) == keys(day[1:])


def test_the_leader_changes_the_order_for_all_by_buttons(client, day):
    first, second, third = day
    leader, member = builders.members(first.team)
    client.force_login(leader)
    answer = client.post(url("route_up", third.assessment_id))
    assert answer.url == f"{ROUTE}?day=2008-04-08#visit-{third.assessment_id}"
    assert shown(client, member) == keys([first, third, second])
    assert url("route_up", third.assessment_id) not in client.get(ROUTE).content.decode()
    client.force_login(leader)
    client.post(url("route_down", first.assessment_id))
    assert shown(client, leader) == keys([third, first, second])


def test_at_the_ends_it_stays(day):
    move(day[0], is_up=True)
    move(day[2], is_up=False)
    assert list(Assignment.objects.filter(team=day[0].team).in_order()) == day


def test_a_member_changes_no_order(client, day):
    member = builders.members(day[0].team)[1]
    client.force_login(member)
    assert client.post(url("route_down", day[0].assessment_id)).status_code == 403
    assert not Assignment.objects.exclude(place=None).exists()
    client.force_login(factories.user(Role.INSPECTOR))
    assert client.post(url("route_down", day[0].assessment_id)).status_code == 404


def test_a_submitted_sheet_goes_out_of_the_list_and_is_passed_over(client, day):
    first, second, third = day
    leader = lead(first)
    submit(second, leader)
    assert shown(client, leader) == keys([first, third])
    page = client.get(ROUTE)
    assert keys_of_finished(page) == keys([second])
    move(third, is_up=True)
    assert shown(client, leader) == keys([third, first])
    move(second, is_up=True)  # what is finished is not moved
    assert list(Assignment.objects.filter(team=first.team).in_order()) == [third, first, second]


def keys_of_finished(answer) -> list[int]:
    return [stop.assessment.pk for stop in answer.context["page"].finished]


def test_another_day_has_its_own_order(day):
    move(day[1], is_up=True)
    day[1].refresh_from_db()
    assert day[1].place == 1
    visits.set_day(assignment=day[1], visit_on=datetime.date(2008, 4, 9), by=builders.office())
    day[1].refresh_from_db()
    assert day[1].place is None
    visits.set_day(assignment=day[1], visit_on=None, by=builders.office())
    with pytest.raises(WorkflowError):
        move(day[1], is_up=True)


def test_the_same_questions_for_any_number_of_visits(client, day):
    leader = lead(day[0])
    client.force_login(leader)
    client.get(ROUTE)
    with CaptureQueriesContext(connection) as few:
        client.get(ROUTE)
    sent(day[0].team, 2)
    client.get(ROUTE)  # what waits is counted anew
    with CaptureQueriesContext(connection) as more:
        client.get(ROUTE)
    assert len(more) == len(few)


# -- who receives ---------------------------------------------------------------


def test_the_liaison_receives_until_somebody_else_is_named(client, day):
    visit = day[0]
    site, member = visit.assessment.site, builders.members(visit.team)[1]
    post = site.liaisons.get()
    client.force_login(member)
    page = client.get(ROUTE).content.decode()
    assert post.name in page
    assert f"tel:{post.phone}" in page
    client.force_login(builders.liaison(site))
    Notification.objects.all().delete()
    address = url("visit_receiver", visit.assessment_id)
    assert address in client.get(site.get_absolute_url()).content.decode()
    answer = client.post(address, {"received_by": "示例主任", "received_phone": "0473-1234567"})
    assert answer.url == site.get_absolute_url()
    client.force_login(member)
    page = client.get(ROUTE).content.decode()
    assert "示例主任" in page
    assert "tel:0473-1234567" in page
    assert post.phone not in page.split(str(site))[1].split("</li>")[0]
    told = Notification.objects.all()
    assert {each.user for each in told} == set(builders.members(visit.team))
    assert not any("1234567" in each.text for each in told)


def test_a_telephone_is_somebodys(client, day):
    client.force_login(lead(day[0]))
    answer = client.post(url("visit_receiver", day[0].assessment_id), {"received_phone": "0473-1234567"})
    assert answer.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=day[0].pk).update(received_phone="0473-1234567")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=day[0].pk).update(visit_on=None, place=1)


def test_who_names_the_receiver(client, day):
    visit = day[0]
    leader, member = builders.members(visit.team)
    address = url("visit_receiver", visit.assessment_id)
    for person, status in (
        (leader, 200),
        (member, 403),
        (builders.office(), 200),
        (builders.liaison(visit.assessment.site), 200),
        (builders.liaison(day[1].assessment.site), 404),
        (factories.user(Role.INSPECTOR), 404),
        (builders.leader(), 403),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status, person.role
    with pytest.raises(PermissionDenied):
        visits.name_receiver(assignment=visit, name="示例", phone="", by=member)
    with pytest.raises(ValidationError):
        visits.name_receiver(assignment=visit, name="", phone="1", by=leader)


def test_the_trail_keeps_no_telephone(day):
    visits.name_receiver(assignment=day[0], name="示例主任", phone="0473-7654321", by=lead(day[0]))
    entry = LogEntry.objects.get_for_object(day[0]).order_by("-pk").first()
    assert "received_phone" in entry.changes
    assert "7654321" not in str(entry.changes)


def test_after_signing_nobody_is_named(site):
    final = builders.put(site)
    assignment = final.assessment.assignment
    assert final.assessment.round.kind == RoundKind.INSPECTION
    with pytest.raises(WorkflowError):
        visits.name_receiver(assignment=assignment, name="示例", phone="", by=builders.office())
