"""A worker's hold on a row: renewed step by step, and another worker's once it was silent too long.

For models with `state`, `sent_at`, `claimed_at` and `attempts` (imports of registers, dossiers).
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from core.locks import change_once

Job = TypeVar("Job", bound=Model)


class Lost(Exception):
    """The job is not this worker's any more: it was cancelled, or another worker took it over."""


@dataclass
class Claim(Generic[Job]):
    """A worker's hold on a job."""

    job: Job
    at: datetime.datetime

    @classmethod
    def take(
        cls, waiting: QuerySet[Job], pk: int, *, stale_after: datetime.timedelta, **values: object
    ) -> Self | None:
        """Take up the row of `waiting` if no worker holds it, writing `values`; None where it is not free."""
        now = timezone.now()
        free = waiting.filter(_free(now - stale_after), pk=pk)
        if not free.update(claimed_at=now, attempts=F("attempts") + 1, **values):
            return None
        return cls(waiting.model._default_manager.get(pk=pk), now)

    def renew(self, **progress: int) -> None:
        """Write down how far the job is, if it still is this worker's; raises Lost."""
        now = timezone.now()
        if not self._mine().update(claimed_at=now, **progress):
            raise Lost
        self.at = now

    def end(self, state: str, **values: Any) -> None:
        """Leave the job in another state, if it still is this worker's; raises Lost."""
        if not change_once(self._mine(), state=state, claimed_at=None, **values):
            raise Lost

    def _mine(self) -> QuerySet[Job]:
        job: Any = self.job
        rows: QuerySet[Job] = type(job)._default_manager.all()
        return rows.filter(pk=job.pk, state=job.state, claimed_at=self.at)


def resend(waiting: QuerySet[Any], send: Callable[[int], bool], *, stale_after: datetime.timedelta) -> int:
    """Send again what got lost: not sent, sent but never taken up, taken up by a worker that died.

    Returns how many were sent. Beat calls it every few seconds; running a job twice does no harm.
    """
    long_ago = timezone.now() - stale_after
    lost = waiting.filter(Q(sent_at=None) | Q(sent_at__lt=long_ago), _free(long_ago))
    sent = 0
    for pk in lost.order_by("pk").values_list("pk", flat=True):
        if not send(pk):
            break
        sent += 1
    return sent


def _free(long_ago: datetime.datetime) -> Q:
    """No worker holds it."""
    return Q(claimed_at=None) | Q(claimed_at__lt=long_ago)
