"""Switching accounts off with what is open handed over, and on again."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import PersonState, Role
from accounts.models import Notification, Organisation, User
from accounts.signals import OpenWork, open_work, work_handed_over
from tests import factories
from tests.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def work():
    """A room with something open for everybody who is handed in; `moved` is what it was told."""
    moved = []

    @receiver(open_work)
    def tell(sender, *, user, **kwargs):
        return [OpenWork("示例待办", "/desk/")]

    @receiver(work_handed_over)
    def move(sender, *, leaver, successor, **kwargs):
        moved.append((leaver, successor))

    yield moved
    open_work.disconnect(tell)
    work_handed_over.disconnect(move)


@pytest.fixture
def colleague(liaison):
    return factories.user(Role.LIAISON, liaison.organisation, name="示例接任")


def url(name, person):
    return reverse(f"people:{name}", args=[person.pk])


def off(client, person, **fields):
    return client.post(url("switch_off", person), {"reason": "调离", **fields})


def test_account_is_switched_off_with_a_reason(client, clerk, liaison, colleague):
    theirs = Client()
    theirs.force_login(liaison)
    client.force_login(clerk)
    assert off(client, liaison).url == url("person", liaison)
    liaison.refresh_from_db()
    assert liaison.state == PersonState.OFF
    assert (str(liaison.off_since), liaison.off_reason) == ("2008-01-10", "调离")
    assert theirs.get(reverse("desk:home")).status_code == 302
    changes = LogEntry.objects.get_for_object(liaison).exclude(action=LogEntry.Action.ACCESS)
    entry = changes.latest("pk")
    assert (entry.actor, entry.changes_dict["off_reason"]) == (clerk, ["", "调离"])
    assert "调离" in client.get(url("person", liaison)).content.decode()


def test_sessions_do_not_come_back_with_the_account(client, office, liaison, colleague):
    theirs = Client()
    theirs.force_login(liaison)
    client.force_login(office)
    off(client, liaison)
    assert client.post(url("switch_on", liaison)).url == url("link", liaison)
    assert "/accounts/link/" in client.get(url("link", liaison)).content.decode()
    liaison.refresh_from_db()
    assert (liaison.state, liaison.off_since, liaison.off_reason) == (PersonState.INVITED, None, "")
    assert theirs.get(reverse("desk:home")).status_code == 302


@pytest.mark.parametrize("reason", ["", "  ", "\u202e", "长" * 301])
def test_reason_is_asked_for(client, clerk, liaison, colleague, reason):
    client.force_login(clerk)
    response = off(client, liaison, reason=reason)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    liaison.refresh_from_db()
    assert liaison.is_active


def test_open_work_needs_a_successor(client, clerk, liaison, colleague, work):
    client.force_login(clerk)
    assert "示例待办" in client.get(url("switch_off", liaison)).content.decode()
    response = off(client, liaison)
    assert list(response.context["form"].errors) == ["successor"]
    assert not work
    assert off(client, liaison, successor=colleague.pk).status_code == 302
    assert work == [(liaison, colleague)]


def test_open_work_may_stay_open_and_be_handed_over_later(client, clerk, liaison, colleague, work):
    client.force_login(clerk)
    assert off(client, liaison, leaves_open="on").status_code == 302
    assert work == [(liaison, None)]
    assert url("switch_off", liaison) in client.get(url("person", liaison)).content.decode()
    assert list(off(client, liaison, leaves_open="on").context["form"].errors) == ["successor"]
    assert off(client, liaison, successor=colleague.pk).status_code == 302
    assert work[1] == (liaison, colleague)
    assert "work is handed over" in client.get(url("person", liaison)).content.decode()
    liaison.refresh_from_db()
    assert liaison.off_reason == "调离"


def test_unread_notifications_go_to_the_successor(client, clerk, liaison, colleague, work):
    Notification.objects.create(user=liaison, text="示例", url="/desk/")
    client.force_login(clerk)
    off(client, liaison, successor=colleague.pk)
    assert not liaison.notifications.exists()
    assert colleague.notifications.unread().count() == 2


def test_successor_fits(client, office, liaison, colleague, work):
    elsewhere = factories.user(Role.LIAISON)
    inspector = factories.user(Role.INSPECTOR, liaison.organisation)
    gone = factories.user(Role.LIAISON, liaison.organisation)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(office)
    offered = client.get(url("switch_off", liaison)).context["form"].fields["successor"].queryset
    assert list(offered) == [colleague]
    for other in (elsewhere, inspector, gone, liaison, office):
        assert list(off(client, liaison, successor=other.pk).context["form"].errors) == ["successor"]
    assert not work


def test_successor_switched_off_meanwhile_is_refused(clerk, liaison, colleague, work):
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    with pytest.raises(ValidationError) as refused:
        services.switch_off(person=liaison, successor=colleague, reason="调离", by=clerk)
    assert list(refused.value.error_dict) == ["successor"]
    liaison.refresh_from_db()
    assert liaison.is_active
    assert not work


def test_room_that_cannot_hand_over_stops_everything(clerk, liaison, colleague):
    @receiver(work_handed_over)
    def refuse(sender, **kwargs):
        raise ValidationError({"successor": "示例"})

    try:
        with pytest.raises(ValidationError):
            services.switch_off(person=liaison, successor=colleague, reason="调离", by=clerk)
    finally:
        work_handed_over.disconnect(refuse)
    liaison.refresh_from_db()
    assert liaison.is_active
    assert liaison.check_password(factories.PASSWORD)


def test_switching_off_twice_is_told(client, clerk, liaison, colleague):
    client.force_login(clerk)
    off(client, liaison)
    response = off(client, liaison, reason="再次")
    assert response.status_code == 422
    assert "switched off already" in response.content.decode()
    liaison.refresh_from_db()
    assert liaison.off_reason == "调离"


def test_switching_on_twice_is_told(client, clerk, liaison):
    client.force_login(clerk)
    assert client.get(url("switch_on", liaison)).status_code == 200
    assert client.post(url("switch_on", liaison)).url == url("person", liaison)
    assert liaison.check_password(factories.PASSWORD)


def test_nobody_comes_back_to_an_organisation_that_is_gone(client, office, liaison, colleague):
    client.force_login(office)
    off(client, liaison)
    Organisation.objects.filter(pk=liaison.organisation_id).update(is_active=False)
    assert client.post(url("switch_on", liaison)).url == url("person", liaison)
    liaison.refresh_from_db()
    assert not liaison.is_active


def test_nobody_comes_back_beside_a_second_account_of_theirs(client, office, liaison, colleague):
    client.force_login(office)
    off(client, liaison)
    User.objects.filter(pk=colleague.pk).update(name=liaison.name)
    client.post(url("switch_on", liaison))
    liaison.refresh_from_db()
    assert not liaison.is_active


def test_service_refuses_who_may_not(liaison, colleague, clerk, office):
    strangers = [
        liaison,
        colleague,
        factories.user(Role.LEADING_GROUP),
        factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达"))),
    ]
    for by in strangers:
        for verb in (
            lambda by=by: services.switch_off(person=liaison, successor=None, reason="x", by=by),
            lambda by=by: services.switch_on(person=liaison, by=by),
            lambda by=by: services.make_link(person=liaison, by=by),
        ):
            with pytest.raises(PermissionDenied):
                verb()


@pytest.mark.django_db(transaction=True)
def test_two_who_switch_each_other_off_leave_one(office):
    other = factories.user(Role.OFFICE)
    outcomes = at_once(
        lambda: services.switch_off(person=other, successor=None, reason="x", by=office),
        lambda: services.switch_off(person=office, successor=None, reason="x", by=other),
    )
    assert kinds(outcomes) == ["PermissionDenied", "done"]
    assert User.objects.filter(role=Role.OFFICE, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_account_is_switched_off_by_one_of_two_at_once(office, clerk, liaison, colleague):
    outcomes = at_once(
        lambda: services.switch_off(person=liaison, successor=None, reason="甲", by=office),
        lambda: services.switch_off(person=liaison, successor=None, reason="乙", by=clerk),
    )
    assert kinds(outcomes) == ["Refusal", "done"]
