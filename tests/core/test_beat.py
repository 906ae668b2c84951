"""What falls due is sent once, whoever believes to have the lease."""

import datetime
import time

import pytest
from celery.schedules import crontab
from django.db import OperationalError, connection
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerDown

from core.beat import (
    EPOCH,
    KEPT,
    LEASE,
    TURN,
    UNSENT,
    LeaseScheduler,
    following,
    forget_old,
    latest,
    ticked_at,
)
from core.models import BeatLease, DueTask
from tests.at_once import at_once, on_both
from wuhai_portal.celery import app

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def sent(monkeypatch):
    """Names of the tasks handed to the queue, in their order."""
    names = []

    def send(self, entry, **_options):
        names.append(entry.name)

    monkeypatch.setattr(LeaseScheduler, "apply_async", send)
    return names


def beat(**schedule):
    """A beat with a schedule of its own: a name and every so many seconds, or a crontab."""
    scheduler = LeaseScheduler(app=app, lazy=True)
    scheduler.update_from_dict(
        {name: {"task": "core.tasks.resend_lost_jobs", "schedule": each} for name, each in schedule.items()}
    )
    return scheduler


def an_hour_passes():
    """Nothing was due since an hour ago, and nobody had a turn."""
    BeatLease.objects.update(until=F("until") - HOUR)
    for row in DueTask.objects.order_by("due_at"):
        DueTask.objects.filter(pk=row.pk).update(due_at=row.due_at - HOUR, claimed_at=row.claimed_at - HOUR)


def held(scheduler):
    """The beat has had its first turn: from now on what falls due is sent."""
    wait = scheduler.tick()
    scheduler.since -= HOUR
    return wait


@pytest.mark.django_db
def test_one_has_the_lease_and_sends_the_other_waits(sent):
    first, second = beat(hourly=3600.0), beat(hourly=3600.0)
    assert 0 < held(first) <= TURN
    assert held(second) == TURN
    first.tick()
    second.tick()
    assert sent == ["hourly"]
    row = DueTask.objects.get()
    assert (row.name, row.fencing, row.due_at.minute, row.sent_at is None) == ("hourly", 1, 0, False)
    assert BeatLease.objects.get().holder == first.holder


@on_both
@pytest.mark.django_db
def test_who_was_stopped_wakes_and_sends_nothing(database, sent):
    """The lease ran out meanwhile, another took it and sent: the fencing number has gone on."""
    assert connection.vendor == database
    first, second = beat(hourly=3600.0), beat(hourly=3600.0)
    held(first)
    held(second)
    an_hour_passes()
    second.tick()
    assert sent == ["hourly"]
    assert first.fencing == 1
    assert BeatLease.objects.get().fencing == second.fencing == 2
    # In the middle of a turn: it has seen that it holds the lease, and is about to send.
    first.since -= HOUR
    assert first._send("hourly", first.schedule["hourly"], EPOCH) is False
    assert first.tick() == TURN
    assert sent == ["hourly"]
    assert list(DueTask.objects.values_list("fencing", flat=True)) == [2]


@pytest.mark.django_db
def test_a_due_time_that_another_wrote_is_not_sent_again(sent):
    scheduler = beat(hourly=3600.0)
    held(scheduler)
    now = scheduler._database_now()
    DueTask.objects.create(
        name="hourly",
        due_at=latest(scheduler.schedule["hourly"].schedule, after=now - HOUR, now=now),
        fencing=9,
        claimed_at=now,
        sent_at=now,
    )
    scheduler.tick()
    assert sent == []
    assert scheduler._send("hourly", scheduler.schedule["hourly"], DueTask.objects.get().due_at) is True
    assert sent == []


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_send_one(database, sent):
    assert connection.vendor == database
    beats = [beat(hourly=3600.0, often=600.0) for _ in range(4)]
    for scheduler in beats:
        held(scheduler)
    BeatLease.objects.update(until=EPOCH)
    for _ in range(5):
        at_once(*(scheduler.tick for scheduler in beats))
    assert sorted(sent) == ["hourly", "often"]
    assert [bool(scheduler.fencing) for scheduler in beats].count(True) == 1


@pytest.mark.django_db
def test_what_was_due_while_all_were_down_is_sent_once(sent):
    scheduler = beat(often=600.0, daily=crontab(hour=0, minute=1))
    held(scheduler)
    now = scheduler._database_now()
    for name in ("often", "daily"):
        before = now - 7 * datetime.timedelta(days=1)
        DueTask.objects.create(name=name, due_at=before, fencing=1, claimed_at=before, sent_at=before)
    another = beat(often=600.0, daily=crontab(hour=0, minute=1))
    scheduler.close()
    another.tick()
    another.tick()
    assert sorted(sent) == ["daily", "often"]


@pytest.mark.django_db
def test_an_ended_beat_gives_the_lease_back_but_not_in_the_middle_of_a_turn(sent):
    first, second = beat(), beat()
    first.tick()
    first._in_turn = True
    first.close()
    assert second.tick() == TURN
    assert not second.fencing
    first._in_turn = False
    first.close()
    second.tick()
    assert second.fencing == 2


@pytest.mark.django_db
def test_a_clock_of_one_machine_means_nothing(sent, monkeypatch):
    scheduler = beat(hourly=3600.0, daily=crontab(hour=0, minute=1))
    held(scheduler)
    scheduler.tick()
    before = len(sent)
    real = time.time
    for jump in (-86400, 86400):
        monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
        scheduler.tick()
    assert len(sent) == before
    assert scheduler.fencing == 1


@pytest.mark.django_db
def test_the_databases_clock_set_back_stops_nothing(sent):
    scheduler = beat(often=60.0)
    held(scheduler)
    scheduler.tick()
    DueTask.objects.update(due_at=F("due_at") + HOUR)
    BeatLease.objects.update(until=Now() + HOUR)
    another = beat(often=60.0)
    held(another)
    another.tick()
    assert sent == ["often", "often"]
    assert another.fencing == 2


@pytest.mark.django_db
def test_broker_down_it_is_sent_when_it_is_back(monkeypatch):
    state = {"down": True}
    sent = []

    def send(self, *args, **options):
        if state["down"]:
            raise BrokerDown("away")
        sent.append(args)

    app.autodiscover_tasks(force=True)
    monkeypatch.setattr(type(app.tasks["core.tasks.resend_lost_jobs"]), "apply_async", send)
    scheduler = beat(hourly=3600.0, often=60.0)
    held(scheduler)
    assert scheduler.tick() == TURN
    assert (scheduler.fencing, DueTask.objects.count()) == (1, 0)
    state["down"] = False
    scheduler.tick()
    scheduler.tick()
    assert len(sent) == 2
    assert set(DueTask.objects.values_list("name", flat=True)) == {"hourly", "often"}


@pytest.mark.django_db(transaction=True)
def test_database_down_it_waits(sent):
    scheduler = beat(hourly=3600.0)
    held(scheduler)

    def away(*_args):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        assert scheduler.tick() == TURN
    scheduler.tick()
    assert sent == ["hourly"]


@pytest.mark.django_db
def test_killed_between_row_and_queue_it_is_sent_after_a_while(sent):
    scheduler = beat(hourly=3600.0)
    held(scheduler)
    scheduler.tick()
    DueTask.objects.update(sent_at=None)
    scheduler.tick()
    assert sent == ["hourly"]
    DueTask.objects.update(claimed_at=Now() - UNSENT - LEASE)
    scheduler.tick()
    assert sent == ["hourly", "hourly"]


@pytest.mark.django_db
def test_old_rows_go_but_the_last_of_each_stays():
    scheduler = beat()
    scheduler.tick()
    now = scheduler._database_now()
    for name, age in {"often": 0 * HOUR, "again": KEPT / 2, "daily": 20 * HOUR}.items():
        for due_at in (now - age, now - age - KEPT - HOUR):
            DueTask.objects.create(name=name, due_at=due_at, fencing=1, claimed_at=due_at)
    DueTask.objects.filter(name="again").update(name="often")
    forget_old()
    left = DueTask.objects.order_by("due_at").values_list("name", flat=True)
    assert list(left) == ["daily", "often", "often"]


@pytest.mark.django_db
def test_when_it_last_had_a_turn():
    assert ticked_at() is None
    scheduler = beat()
    scheduler.tick()
    assert abs(ticked_at() - scheduler._database_now()) < datetime.timedelta(seconds=5)


def test_due_times_are_the_clocks():
    moment = datetime.datetime(2026, 5, 1, 10, 0, tzinfo=datetime.UTC)
    schedule = beat(hourly=3600.0, daily=crontab(hour=0, minute=1)).schedule
    hourly, daily = (schedule[name].schedule for name in ("hourly", "daily"))
    assert following(hourly, moment) == moment + HOUR
    assert following(hourly, moment - datetime.timedelta(seconds=1)) == moment
    assert following(daily, moment) == datetime.datetime(2026, 5, 1, 16, 1, tzinfo=datetime.UTC)
    assert latest(daily, after=moment, now=moment + 24 * HOUR) == following(daily, moment)
    assert latest(daily, after=moment, now=moment + 5 * HOUR) is None
    assert latest(hourly, after=moment - 900 * HOUR, now=moment + HOUR / 2) == moment
