"""What falls due by the clock is sent once, however many machines run a beat.

Every beat asks for the one lease; who has it renews it each turn, and the others wait. Who is dead, stopped
or cut off loses it after half a minute to another, under the next *fencing number*. Each due time of a task
is a row, written in a transaction that holds the lease's row and sees that number in it: of two that both
believe they have the lease, one writes. The rows also tell when each task was last due, so no machine keeps a
file of it, and what fell due while all were down is sent once.

All times are the database's, so a machine whose clock is wrong changes nothing. What cannot be asked or sent
to is waited for; losing the lease, the database or the broker ends no process.
"""

import datetime
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any, NamedTuple

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.schedules import BaseSchedule, crontab
from django.db import Error, connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from core import maintenance
from core.models import BeatLease, DueTask

logger = logging.getLogger(__name__)

# After so long without a turn of its holder the lease is another's.
LEASE = datetime.timedelta(seconds=30)
# The longest time (seconds) between two turns.
TURN = 5
# A due time that was written, and by then not sent, lost its beat between the two.
UNSENT = datetime.timedelta(minutes=2)
# How long rows are kept besides each task's last.
KEPT = datetime.timedelta(hours=1)
EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)

# Says, in the transaction it is asked in, whether the lease is still ours; until its end nobody takes it.
May = Callable[[], bool]


class _Work(NamedTuple):
    name: str
    every: float
    make: Callable[[], Callable[[May], object]]


_beside: list[_Work] = []


def beside(name: str, every: float, make: Callable[[], Callable[[May], object]]) -> None:
    """A room's work that comes too often for a task; every so many seconds, by whoever has the lease.

    `make` gives the turn; after one that failed it is asked for another.
    """
    _beside.append(_Work(name, every, make))


class LeaseScheduler(Scheduler):
    """Celery's beat, with lease and rows in the database instead of a file."""

    max_interval = TURN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{token_hex(4)}"
        self.fencing = 0  # of the lease that is ours; 0: it is not
        self.since = EPOCH  # of a task that was never due, what falls due from when this beat began
        self._in_turn = False
        super().__init__(*args, **kwargs)

    def tick(self, *_celerys_own: Any, **_: Any) -> float:
        """One turn: hold the lease and send what is due; returns the seconds until the next."""
        self._in_turn = True
        try:
            return self._send_due() if self._hold() else TURN
        except Error as error:
            logger.warning("beat waits for the database: %s", error)
            connection.close()
            return TURN
        finally:
            self._in_turn = False

    def close(self) -> None:
        """Give the lease back, so that another beat need not wait for its end.

        Celery calls it in a signal's handler too, in the middle of a turn, when the connection is in use; and
        again when that turn has ended.
        """
        super().close()
        if self.fencing and not self._in_turn:
            try:
                self._mine().update(until=Now())
            except Error as error:
                logger.warning("beat could not give the lease back: %s", error)
            self.fencing = 0

    def work_beside(self) -> None:
        """Begin each work that is done beside beat, in a thread of its own that ends with the process."""
        for work in _beside:
            threading.Thread(target=self._tend, args=[work], name=work.name, daemon=True).start()

    def _tend(self, work: _Work) -> None:
        turn = None
        while True:
            time.sleep(work.every)
            if not self.fencing or maintenance.is_on():
                turn = None  # another may do it meanwhile
                connection.close()
                continue
            try:
                turn = turn or work.make()
                turn(self.is_ours)
            except Exception as error:  # noqa: BLE001  # whatever it is, the next turn begins anew
                logger.warning("%s waits: %s", work.name, error)
                connection.close()
                turn = None

    def is_ours(self) -> bool:
        """Within a transaction: the lease is ours, and stays so until its end."""
        return self._mine().filter(until__gte=Now()).select_for_update().first() is not None

    def _mine(self) -> QuerySet[BeatLease]:
        return BeatLease.objects.filter(holder=self.holder, fencing=self.fencing)

    def _hold(self) -> bool:
        """Renew the lease, or take it from nobody or from who lost it; False where another has it."""
        if self.fencing and self._mine().update(until=Now() + LEASE):
            return True
        if self.fencing:
            logger.warning("beat lost the lease to another, and waits")
            self.fencing = 0
        BeatLease.objects.get_or_create(pk=BeatLease.ONLY, defaults={"until": EPOCH})
        if self.since == EPOCH:
            self.since = self._database_now()
        # An end too far ahead was written before the database's clock was set back.
        free = BeatLease.objects.exclude(until__gt=Now(), until__lt=Now() + 2 * LEASE)
        if not free.update(holder=self.holder, fencing=F("fencing") + 1, until=Now() + LEASE):
            return False
        mine = BeatLease.objects.filter(holder=self.holder)
        self.fencing = mine.values_list("fencing", flat=True).first() or 0
        logger.info("beat has the lease, number %s", self.fencing)
        return bool(self.fencing)

    def _send_due(self) -> float:
        now = self._database_now()
        # Of a due time ahead the clock was set back since; who wrote one and did not send it is gone.
        DueTask.objects.filter(
            Q(due_at__gt=now + LEASE) | Q(sent_at=None, claimed_at__lt=now - UNSENT)
        ).delete()
        rows = DueTask.objects.filter(due_at__lte=now).values("name")
        last = dict(rows.annotate(last=Max("due_at")).values_list("name", "last"))
        upcoming = now + self.max_interval * datetime.timedelta(seconds=1)
        for name, entry in self.schedule.items():
            after = last.get(name, self.since)
            due_at = latest(entry.schedule, after=after, now=now)
            if due_at and not self._send(name, entry, due_at):
                return TURN
            upcoming = min(upcoming, following(entry.schedule, due_at or after))
        return max((upcoming - self._database_now()).total_seconds(), 0.0)

    def _send(self, name: str, entry: ScheduleEntry, due_at: datetime.datetime) -> bool:
        """Send a task unless another beat did; False where the rest of the turn is in vain."""
        began = time.monotonic()
        task = self._claim(name, due_at)
        if task is None:
            return bool(self.fencing)
        if time.monotonic() - began > LEASE.total_seconds():
            return False  # stopped meanwhile: it is another's to send
        try:
            self.apply_async(entry, advance=False)
        except SchedulingError as error:
            if isinstance(error.__context__, OperationalError | ConnectionError):
                logger.warning("%s waits: the broker cannot be reached (%s)", name, error)
                task.delete()
                return False
            logger.exception("%s could not be sent", name)
        DueTask.objects.filter(pk=task.pk).update(sent_at=Now())
        return True

    def _claim(self, name: str, due_at: datetime.datetime) -> DueTask | None:
        """Write the row of this due time while the lease is certainly ours; None where we may not send."""
        with transaction.atomic():
            if not self._mine().filter(until__gte=Now()).select_for_update().first():
                self.fencing = 0
                return None
            values = {"fencing": self.fencing, "claimed_at": Now()}
            task, is_new = DueTask.objects.get_or_create(name=name, due_at=due_at, defaults=values)
        return task if is_new else None

    @staticmethod
    def _database_now() -> datetime.datetime:
        now: datetime.datetime = BeatLease.objects.values_list(Now(), flat=True).get()
        return now


def latest(
    when: BaseSchedule | None, *, after: datetime.datetime, now: datetime.datetime
) -> datetime.datetime | None:
    """The last due time after the one and up to the other; None where there is none."""
    found = None
    if not isinstance(when, crontab):
        after = max(after, now - _every(when))
    while (after := following(when, after)) <= now:
        found = after
    return found


def following(when: BaseSchedule | None, moment: datetime.datetime) -> datetime.datetime:
    """The first due time after a moment; an hour is the clock's, whenever a beat began."""
    if isinstance(when, crontab):
        start, ahead, _now = when.remaining_delta(moment)
        at: datetime.datetime = start + ahead
        return at
    every = _every(when)
    return EPOCH + ((moment - EPOCH) // every + 1) * every


def _every(when: Any) -> datetime.timedelta:
    """Of a schedule that is no crontab; Celery's type stubs do not know of it."""
    every: datetime.timedelta = when.run_every
    return every


def ticked_at() -> datetime.datetime | None:
    """When whoever has the lease last had a turn, by the database's clock; None before the first."""
    lease = BeatLease.objects.filter(fencing__gt=0).first()
    return lease.until - LEASE if lease else None


def forget_old() -> int:
    """Delete the rows of due times long past, but for each task's last; returns how many."""
    later = DueTask.objects.filter(name=OuterRef("name"), due_at__gt=OuterRef("due_at"))
    deleted, _by_model = DueTask.objects.filter(Exists(later), due_at__lt=Now() - KEPT).delete()
    return deleted
