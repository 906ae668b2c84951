"""A message's way out: by a real conversation with a mail server, one that is down, and people in between."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services, tasks
from accounts.channels import Email
from accounts.enums import MessageState, Role
from accounts.models import Message, Notification
from accounts.models.messages import PAUSES
from accounts.services.messages import deliver
from assessments.services import recusals
from core.acting import Refusal
from core.jobs import resend, send
from sites.enums import Stage
from tests import factories
from tests.accounts import mail_server
from tests.accounts.mail import SMTP, message, reader, tell
from tests.at_once import at_once, on_both
from tests.e2e.backstage import point_at

pytestmark = pytest.mark.django_db
OUTSIDE = "reader@elsewhere.example"


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.PORTAL_MAIL_ON = True
    settings.PORTAL_MAIL_DOMAINS = ["wuhai.example"]
    settings.PORTAL_MAIL_FROM = "portal@wuhai.example"


@pytest.fixture
def server(settings):
    """A mail server that runs."""
    with mail_server.running() as running:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", running.port
        yield running


@pytest.fixture
def down(settings):
    """A port at which no mail server answers."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
    settings.EMAIL_PORT = mail_server.closed_port()


def again(made: Message) -> Message:
    made.refresh_from_db()
    return made


def due(made: Message) -> None:
    """Let the time pass until its next attempt."""
    Message.objects.filter(pk=made.pk).update(due_at=timezone.now())


# -- a server that takes it ---------------------------------------------------


def test_mail_goes_out_as_it_stands(server):
    made = message()
    tasks.deliver_message(made.pk)
    (taken,) = server.taken
    assert (taken["To"], taken["From"], taken["Subject"]) == (
        made.address,
        "portal@wuhai.example",
        made.subject,
    )
    assert taken["Message-ID"] == made.message_id
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_content_type() == "text/plain"
    assert taken.get_content().replace("\r\n", "\n").strip() == made.text.strip()
    assert again(made).state == MessageState.SENT
    assert made.finished_at


def test_sent_message_is_not_sent_again(server):
    made = message()
    for _ in range(2):
        deliver(made.pk)
    Message.objects.update(sent_at=timezone.now() - 2 * Message.life.stale_after)
    assert resend(Message) == 0
    assert len(server.taken) == 1


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(database, server):
    made = message()
    at_once(lambda: deliver(made.pk), lambda: deliver(made.pk))
    assert len(server.taken) == 1
    assert again(made).state == MessageState.SENT


def test_worker_killed_before_the_server_took_it_sends_it_once(server, queue):
    made = message()
    Message.objects.update(state=MessageState.SENDING, claimed_at=timezone.now(), attempts=1)
    deliver(made.pk)
    assert server.taken == []
    Message.objects.update(claimed_at=timezone.now() - 2 * Message.life.stale_after)
    assert resend(Message) == 1
    deliver(made.pk)
    assert len(server.taken) == 1


def test_line_broken_after_the_server_took_it_sends_the_same_mail_again(server):
    made = message()
    server.hangs_up = True
    deliver(made.pk)
    assert again(made).state == MessageState.QUEUED
    server.hangs_up = False
    due(made)
    deliver(made.pk)
    assert [taken["Message-ID"] for taken in server.taken] == [made.message_id] * 2
    assert again(made).state == MessageState.SENT


def test_worker_at_work_is_left_alone(server, queue):
    message()
    Message.objects.update(state=MessageState.SENDING, claimed_at=timezone.now(), sent_at=timezone.now())
    assert resend(Message) == 0
    assert Message.objects.get().state == MessageState.SENDING


class Slow(Email):
    """While the server thinks it over, beat takes the worker for dead and queues the row for the next one."""

    def send(self, message):
        super().send(message)
        Message.objects.filter(pk=message.pk).update(state=MessageState.QUEUED)


def test_worker_taken_for_dead_says_that_it_is_out_after_all(server, settings):
    settings.PORTAL_CHANNELS = [f"{__name__}.Slow"]
    made = message()
    for _ in range(2):
        deliver(made.pk)
    assert again(made).state == MessageState.SENT
    assert len(server.taken) == 1


# -- a server that does not ---------------------------------------------------


def test_server_down_loses_nothing(down, settings):
    made = message()
    deliver(made.pk)
    assert again(made).state == MessageState.QUEUED
    assert made.attempts == 1
    assert "Connection refused" in made.error
    assert PAUSES[0] / 2 < made.due_at - timezone.now() <= PAUSES[0]
    deliver(made.pk)
    assert again(made).attempts == 1
    with mail_server.running() as server:
        settings.EMAIL_PORT = server.port
        due(made)
        deliver(made.pk)
        assert len(server.taken) == 1
    assert again(made).state == MessageState.SENT
    assert made.error == ""


def test_server_down_is_asked_once_for_all_that_wait(down):
    first, second = message(), message()
    deliver(first.pk)
    assert again(second).attempts == 1
    assert second.due_at == again(first).due_at
    deliver(second.pk)
    assert again(second).attempts == 1


def test_after_three_days_a_person_decides(down):
    made = message()
    waited = datetime.timedelta()
    while again(made).state == MessageState.QUEUED:
        due(made)
        before = timezone.now()
        deliver(made.pk)
        waited += max(again(made).due_at - before, datetime.timedelta())
    assert made.state == MessageState.FAILED
    assert datetime.timedelta(days=3) < waited < datetime.timedelta(days=3, hours=4)
    assert "Connection refused" in made.error


def test_address_that_does_not_exist_is_not_tried_for_days(server):
    made = message()
    server.refuses = "550 no such person"
    deliver(made.pk)
    assert again(made).state == MessageState.FAILED
    assert "550 no such person" in made.error


def test_address_refused_for_now_is_tried_again(server):
    made, other = message(), message()
    server.refuses = "450 come back later"
    deliver(made.pk)
    assert again(made).state == MessageState.QUEUED
    assert again(other).attempts == 0
    server.refuses = ""
    due(made)
    deliver(made.pk)
    assert len(server.taken) == 1


def test_message_that_kills_its_workers_ends_with_a_person(queue):
    made = message()
    long_ago = timezone.now() - 2 * Message.life.stale_after
    Message.objects.update(state=MessageState.SENDING, claimed_at=long_ago, attempts=len(PAUSES) + 1)
    assert resend(Message) == 1
    deliver(made.pk)
    assert mail.outbox == []
    assert again(made).state == MessageState.FAILED
    assert resend(Message) == 0


def test_message_made_before_the_clock_was_set_back_goes_out(server):
    made = message(due_at=timezone.now() + datetime.timedelta(days=1))
    deliver(made.pk)
    assert again(made).state == MessageState.SENT


def test_channel_taken_away_keeps_its_messages(settings):
    made = message()
    settings.PORTAL_CHANNELS = []
    deliver(made.pk)
    assert again(made).state == MessageState.QUEUED
    assert "email" in made.error


# -- the broker ---------------------------------------------------------------


def test_broker_down_the_row_waits_for_beat(settings):
    made = message()
    point_at("redis+socket:///nowhere.sock")
    try:
        assert not send(made)
        assert again(made).sent_at is None
    finally:
        point_at("memory://")
    assert resend(Message) == 1
    assert again(made).sent_at
    point_at(settings.CELERY_BROKER_URL)


def test_digest_is_handed_over_after_the_commit(queue, django_capture_on_commit_callbacks):
    tell(reader())
    with django_capture_on_commit_callbacks(execute=True):
        services.make_digests()
        assert Message.objects.get().sent_at is None
    assert Message.objects.get().sent_at


# -- between making and sending -----------------------------------------------


def test_recusal_meanwhile_takes_the_line_out(server):
    person, site = reader(role=Role.INSPECTOR), factories.site(Stage.BUILDING)
    tell(person, "关于示范点", site)
    made = message(person)
    recusals.recuse(user=person, site=site, reason="示例")
    deliver(made.pk)
    text = server.taken[0].get_content()
    assert "关于示范点" not in text
    assert "示例提醒" in text
    assert again(made).subject == server.taken[0]["Subject"] == "示范点建设：1 件待办提醒"
    assert "关于示范点" not in made.text


def test_nothing_left_to_tell_is_not_sent(server):
    made = message()
    Notification.objects.update(read_at=timezone.now())
    deliver(made.pk)
    assert server.taken == []
    assert again(made).state == MessageState.DISCARDED
    assert made.discarded_why


def test_told_later_is_not_added(server):
    made = message()
    tell(made.user, "后来")
    deliver(made.pk)
    assert "后来" not in server.taken[0].get_content()


@pytest.mark.parametrize(
    "change", [{"wants_mail": False}, {"is_active": False}, {"email": "other@b.example"}]
)
def test_who_does_not_want_it_any_more_gets_nothing(server, change, on):
    made = message()
    for name, value in change.items():
        setattr(made.user, name, value)
    made.user.save()
    deliver(made.pk)
    assert server.taken == []
    assert again(made).state == MessageState.DISCARDED
    on("2008-01-11")
    # To the new address it comes with the next digest.
    assert services.make_digests() == ("email" in change)


# -- held ---------------------------------------------------------------------


def test_held_message_goes_out_only_once_it_is_released(queue):
    made = message(reader(OUTSIDE))
    deliver(made.pk)
    assert resend(Message) == 0
    assert mail.outbox == []
    office = factories.user(Role.OFFICE)
    assert services.release(messages=[made], by=office) == 1
    deliver(made.pk)
    assert [sent.to for sent in mail.outbox] == [[OUTSIDE]]
    assert (again(made).released_by, str(made.released_on)) == (office, "2008-01-10")


def test_discarded_message_never_goes_out_nor_comes_back(on):
    made, office = message(reader(OUTSIDE)), factories.user(Role.OFFICE)
    with pytest.raises(ValidationError):
        services.discard(messages=[made], reason=" ", by=office)
    assert services.discard(messages=[made], reason="示例理由", by=office) == 1
    with pytest.raises(Refusal):
        services.release(messages=[made], by=office)
    deliver(made.pk)
    on("2008-01-11")
    assert services.make_digests() == 0
    assert mail.outbox == []
    assert (again(made).discarded_by, made.discarded_why) == (office, "示例理由")


def test_failed_message_is_sent_again(down, settings):
    made, office = message(), factories.user(Role.OFFICE)
    with pytest.raises(Refusal):
        services.send_again(messages=[made], by=office)
    Message.objects.update(state=MessageState.FAILED, error="示例", attempts=16)
    assert services.send_again(messages=[made], by=office) == 1
    assert (again(made).state, made.attempts, made.error) == (MessageState.QUEUED, 0, "")


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT])
def test_what_is_on_its_way_cannot_be_stopped(state):
    made = message(
        state=state, claimed_at=timezone.now(), finished_at=timezone.now() if state == "sent" else None
    )
    with pytest.raises(Refusal):
        services.discard(messages=[made], reason="示例", by=factories.user(Role.OFFICE))
    assert again(made).state == state


@on_both
@pytest.mark.django_db(transaction=True)
def test_released_and_discarded_at_once_one_wins(database, queue):
    made = message(reader(OUTSIDE))
    one, other = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    at_once(
        lambda: services.release(messages=[made], by=one),
        lambda: services.discard(messages=[made], reason="示例", by=other),
    )
    assert bool(again(made).discarded_by) == (made.state == MessageState.DISCARDED)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_acts(role):
    made, by = message(reader(OUTSIDE)), factories.user(role)
    for verb in (services.release, services.send_again):
        with pytest.raises(PermissionDenied):
            verb(messages=[made], by=by)
    with pytest.raises(PermissionDenied):
        services.discard(messages=[made], reason="示例", by=by)
    assert list(Message.objects.visible_to(by)) == []


def test_office_that_stood_aside_neither_sees_nor_acts():
    person, site = reader(OUTSIDE), factories.site(Stage.BUILDING)
    tell(person, "关于示范点", site)
    made, aside = message(person), factories.user(Role.OFFICE)
    assert list(Message.objects.visible_to(aside)) == [made]
    recusals.recuse(user=aside, site=site, reason="示例")
    assert list(Message.objects.visible_to(aside)) == []
    with pytest.raises(Refusal):
        services.release(messages=[made], by=aside)
    assert again(made).state == MessageState.HELD


# -- what the database itself refuses -----------------------------------------


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"state": "queued"}, "message_goes_outside_released"),
        ({"state": "sending"}, "message_goes_outside_released"),
        ({"released_on": "2008-01-10"}, "message_released_by_somebody"),
        ({"state": "sent", "is_outside": False}, "message_sent_at_a_time"),
        ({"state": "failed", "is_outside": False}, "message_failed_has_error"),
        ({"state": "sending", "is_outside": False}, "message_sending_is_claimed"),
        ({"state": "discarded"}, "message_discarded_has_reason"),
        ({"discarded_why": "示例"}, "message_discarded_has_reason"),
        ({"address": ""}, "message_has_address"),
    ],
)
def test_database_refuses(wrong, constraint):
    message(reader(OUTSIDE))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.update(**wrong)
