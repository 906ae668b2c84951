"""Whoever looks into an objection is away: a deputy does, and is no second person for what they did."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from assessments.services import recusals
from desk.todo import todos
from publicity.enums import ObjectionState
from publicity.models import Objection
from publicity.services import handling
from publicity.services.inquirers import in_turn, investigators
from tests import factories
from tests.publicity import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.date(2008, 5, 5)


@pytest.fixture(autouse=True)
def _day(on):
    on(DAY.isoformat())


@pytest.fixture
def letter():
    return scene.object_to(scene.publish(*scene.accepted(1)))


def turn(letter):
    return set(in_turn(letter))


def waiting(letter):
    """What `waiting_for` says of everybody whose turn it could be."""
    roles = (Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR)
    people = type(letter.investigator or factories.user(Role.OFFICE)).objects.filter(role__in=roles)
    return {person for person in people if letter in Objection.objects.waiting_for(person)}


def test_deputy_looks_into_it_under_the_own_name(client, letter):
    scene.take_up(letter)
    named, deputy = letter.investigator, factories.user(Role.INSPECTOR, name="示例代理")
    client.force_login(deputy)
    assert client.get(letter.get_absolute_url()).status_code == 404
    factories.send_away(named, deputy)
    assert turn(letter) == waiting(letter) == {named, deputy}
    [own], [theirs] = todos(named), todos(deputy)
    assert (theirs.what, theirs.url) == (f"For {named}: {own.what}", own.url)
    page = client.get(theirs.url)
    assert "report_form" in page.context
    handling.report(objection=letter, findings="示例", by=deputy)
    done = letter.handlings.latest("pk")
    assert (done.by, done.acted_for, letter.investigator) == (deputy, named, named)
    assert f"示例代理 (for {named})" in client.get(letter.get_absolute_url()).content.decode()


def test_reminder_and_line_reach_the_deputy_as_such(letter):
    named, deputy = factories.user(Role.INSPECTOR), factories.user(Role.INSPECTOR)
    factories.send_away(named, deputy)
    handling.accept(objection=letter, investigator=named, by=factories.user(Role.OFFICE))
    lines = {each.user: str(each) for each in Notification.objects.filter(text__contains="look into an")}
    line = f"You are to look into an objection against {letter.site}."
    assert lines == {named: line, deputy: f"For {named}: {line}"}


def test_after_the_last_day_the_letter_is_shut_to_the_deputy(client, letter, on):
    scene.take_up(letter)
    deputy = factories.user(Role.INSPECTOR)
    factories.send_away(letter.investigator, deputy)
    on("2008-05-06")
    client.force_login(deputy)
    assert client.get(letter.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        handling.report(objection=letter, findings="示例", by=deputy)


@pytest.mark.parametrize("aside", ["named", "deputy"])
def test_nobody_acts_where_one_of_both_stands_aside(letter, aside):
    scene.take_up(letter)
    named, deputy = letter.investigator, factories.user(Role.INSPECTOR)
    factories.send_away(named, deputy)
    recusals.recuse(user={"named": named, "deputy": deputy}[aside], site=letter.site, reason="示例")
    with pytest.raises(PermissionDenied):
        handling.report(objection=letter, findings="示例", by=deputy)
    assert deputy not in turn(letter) | waiting(letter)


def test_report_of_a_deputy_who_stands_aside_later_does_not_hold(letter):
    scene.take_up(letter)
    deputy = factories.user(Role.INSPECTOR)
    factories.send_away(letter.investigator, deputy)
    handling.report(objection=letter, findings="示例", by=deputy)
    recusals.recuse(user=deputy, site=letter.site, reason="示例")
    with pytest.raises(handling.InvalidTransition):
        scene.draft(letter, "not_upheld")


def test_deputy_of_whoever_had_a_part_takes_no_second_one(letter):
    """Of the office: who took it up is away, and the deputy is no other person for that time."""
    accepting, deputy, other = (factories.user(Role.OFFICE) for _ in range(3))
    factories.send_away(accepting, deputy)
    with pytest.raises(ValidationError):
        handling.accept(objection=letter, investigator=accepting, by=deputy)
    with pytest.raises(ValidationError):
        handling.accept(objection=letter, investigator=deputy, by=accepting)
    handling.accept(objection=letter, investigator=factories.user(Role.INSPECTOR), by=accepting)
    assert deputy not in investigators(letter)
    scene.look_into(letter)
    assert turn(letter) == waiting(letter)
    assert deputy not in turn(letter)
    with pytest.raises(PermissionDenied) as refused:
        handling.conclude(objection=letter, result=ObjectionState.NOT_UPHELD, reply="示例", by=deputy)
    assert "You took this objection up, or stand in for whoever did." in str(refused.value)
    scene.draft(letter, "not_upheld", by=other)
    assert not turn(letter) & {accepting, deputy, other}
    with pytest.raises(PermissionDenied):
        scene.approve(letter, by=deputy)


def test_deputy_may_where_the_days_are_over(letter, on):
    accepting, deputy = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    factories.send_away(accepting, deputy)
    scene.look_into(scene.take_up(letter, accepting))
    on("2008-05-06")
    assert deputy in turn(letter) & waiting(letter)
    scene.draft(letter, "not_upheld", by=deputy)


def test_neither_who_stood_in_nor_who_was_stood_in_for_takes_the_next_part(letter, on):
    """Looked into by a deputy, it is reassigned: the first one named had the part all the same."""
    named, deputy, other = (factories.user(Role.OFFICE) for _ in range(3))
    factories.send_away(named, deputy)
    handling.accept(objection=letter, investigator=named, by=other)
    handling.report(objection=letter, findings="示例", by=deputy)
    on("2008-05-06")
    handling.reassign(objection=letter, investigator=factories.user(Role.INSPECTOR), by=other)
    handling.report(objection=letter, findings="示例", by=letter.investigator)
    for person in (named, deputy):
        assert person not in turn(letter) | waiting(letter)
        with pytest.raises(PermissionDenied):
            scene.draft(letter, "not_upheld", by=person)


def test_deputy_who_took_it_up_does_not_look_into_it(letter):
    accepting, named = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    handling.accept(objection=letter, investigator=named, by=accepting)
    factories.send_away(named, accepting)
    assert turn(letter) == waiting(letter) == {named}
    with pytest.raises(PermissionDenied):
        handling.report(objection=letter, findings="示例", by=accepting)
