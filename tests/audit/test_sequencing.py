"""What is written is sealed within the second, in whatever order transactions end, and by one sequencer."""

import threading
import time

import pytest
from auditlog.models import LogEntry
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from audit import sealing, sequencing
from audit.checking import look_through
from audit.models import Seal
from audit.sealing import Overtaken, Sequencer, late_entries, seal_trail
from core.beat import LEASE, LeaseScheduler
from core.models import BeatLease
from tests import factories
from tests.at_once import on_both
from wuhai_portal.celery import app

on_postgres = pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)])


def leave_a_trace():
    factories.unit()
    return LogEntry.objects.latest("pk").pk


def sealed(seals):
    return [key for seal in seals for key, _digest in seal.entries]


class Open:
    """A transaction of another connection that has written its entry and not ended."""

    def __init__(self):
        self._written, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._written.wait(10)

    def _run(self):
        try:
            with transaction.atomic():
                self.entry = leave_a_trace()
                self._written.set()
                self._end.wait(30)
        finally:
            connection.close()

    def end(self):
        self._end.set()
        self._thread.join()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_entry_whose_transaction_ends_later_is_sealed_all_the_same(database):
    seal_trail()
    sequencer, long = Sequencer(), Open()
    later = leave_a_trace()
    try:
        assert long.entry < later
        assert sealed(sequencer.turn()) == [later]  # and nobody waited for the other
        assert sequencer.turn() == []
    finally:
        long.end()
    assert sealed(sequencer.turn()) == [long.entry]
    assert look_through().found == ""


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_below_an_open_transaction_counts_as_settled(database, monkeypatch):
    """And once it has ended, nothing is looked for there any more."""
    monkeypatch.setattr(sealing, "MARGIN", 0)
    seal_trail()
    sequencer, long = Sequencer(), Open()
    try:
        for _ in range(3):
            leave_a_trace()
            sequencer.turn()
        assert sequencer._floor < long.entry
    finally:
        long.end()
    assert sealed(sequencer.turn()) == [long.entry]
    last = leave_a_trace()
    began = time.monotonic()
    while sequencer._floor < last:  # what other databases of the server do is waited for as well
        assert time.monotonic() < began + 120
        sequencer.turn()
    assert sequencer._sealed == set()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_late_entry_is_found_by_a_sequencer_that_begins(database):
    """As after a change of the machine that has beat's lease."""
    seal_trail()
    long = Open()
    leave_a_trace()
    Sequencer().turn()
    long.end()
    assert late_entries() == [long.entry]
    assert sealed(seal_trail()) == [long.entry]
    assert late_entries() == []


@on_both
@pytest.mark.django_db
def test_late_entry_far_below_is_found(database, monkeypatch):
    monkeypatch.setattr(sealing, "DEEP", 0)
    seal_trail()
    late = leave_a_trace()
    newer = leave_a_trace()
    sequencer = Sequencer()
    sequencer._floor = late  # as one that took it for settled
    assert sealed(sequencer.turn()) == [newer]
    assert sealed(seal_trail()) == [late]


@on_both
@pytest.mark.django_db
def test_turn_with_nothing_new_asks_once_or_twice(database, django_assert_max_num_queries):
    leave_a_trace()
    sequencer = Sequencer()
    sequencer.turn()
    with django_assert_max_num_queries(2):
        assert sequencer.turn() == []


@on_both
@pytest.mark.django_db
def test_who_lost_the_lease_seals_nothing(database):
    leave_a_trace()
    before = Seal.objects.count()
    assert Sequencer().turn(lambda: False) == []
    assert Seal.objects.count() == before


@on_both
@pytest.mark.django_db
def test_second_sequencer_notices_that_it_was_overtaken(database):
    first, second = Sequencer(), Sequencer()
    leave_a_trace()
    first.turn()
    leave_a_trace()
    with pytest.raises(Overtaken):
        second.turn()
    assert look_through().found == ""
    turn = sequencing.begin()
    turn(lambda: True)
    assert late_entries() == []
    assert look_through().unsealed == 0


@on_both
@pytest.mark.django_db
def test_lease_is_asked_for_in_the_seals_own_transaction(database):
    """A beat that was stopped and goes on seals nothing once another has its lease."""
    old, new = LeaseScheduler(app=app, lazy=True), LeaseScheduler(app=app, lazy=True)
    old.tick()
    turn = sequencing.begin()
    leave_a_trace()
    turn(old.is_ours)
    assert look_through().unsealed == 0
    BeatLease.objects.update(until=F("until") - 2 * LEASE)
    new.tick()
    leave_a_trace()
    turn(old.is_ours)
    assert look_through().unsealed > 0
    turn(new.is_ours)
    assert look_through().unsealed == 0


@pytest.mark.django_db(transaction=True)
def test_beat_seals_within_a_second():
    scheduler = LeaseScheduler(app=app, lazy=True)
    assert scheduler._hold()
    scheduler.work_beside()
    for _ in range(3):
        key = leave_a_trace()
        began = time.monotonic()
        while not Seal.objects.filter(first_entry__lte=key, last_entry__gte=key).exists():
            assert time.monotonic() < began + 5
            time.sleep(0.05)
    scheduler.close()
    assert BeatLease.objects.filter(until__lte=Now()).exists()
    assert look_through().found == ""
