"""What the worker does: one record shape and one life for every kind of it.

The row is the truth. A job waits on it, is handed to the queue after the commit, is taken up by one worker,
which holds it by a claim, and ends or fails. A broker, a worker or a queue that is lost costs it time and
nothing else: beat sends it again, and running it twice does no harm. A room's model is a `Job`, says in its
`life` what is its own, and has a task that calls `work_on`; beat finds every kind by itself.
"""

import datetime
import errno
import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from auditlog.context import set_extra_data
from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import OperationalError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.locks import change_once
from core.models import Worded
from core.queue import hand_over

logger = logging.getLogger(__name__)

J = TypeVar("J", bound="Job")

NO_ROOM = {errno.EDQUOT, errno.EFBIG, errno.ENOSPC}
# No room, no file to be opened, a disk that fails: of this the job knows nothing.
OF_THE_MACHINE = NO_ROOM | {errno.EIO, errno.EMFILE, errno.ENFILE, errno.EROFS}
# Every kind has a state of this name.
FAILED = "failed"
# What a row says that is to be done from the beginning.
ANEW: dict[str, Any] = {
    "sent_at": None,
    "claimed_at": None,
    "finished_at": None,
    "attempts": 0,
    "error": "",
}


@dataclass(frozen=True, kw_only=True)
class Life:
    """What is a kind's own in the life of its jobs.

    `pending` are the states in which the worker owes it something, `working` the one it has while a worker
    holds it ("": the one it waited in), `done` the one in which all went well; `waits_from` is the field that
    says since when one waits. A worker that wrote nothing for `stale_after` has lost it. One that was taken
    up `max_attempts` times and lost its worker each time fails with the words `given_up`, which know that
    number as %(n)d. What was made is let go after `kept`; None: never.
    """

    task: str
    pending: tuple[str, ...]
    working: str = ""
    done: str
    waits_from: str
    stale_after: datetime.timedelta
    max_attempts: int
    given_up: StrOrPromise
    kept: datetime.timedelta | None = None


class JobQuerySet(models.QuerySet[J]):
    def waiting(self) -> Self:
        """To which the worker owes something, whether one holds it or not."""
        return self.filter(state__in=self.model.life.pending)

    def free(self) -> Self:
        """Held by no worker, or by one that was silent too long."""
        return self.exclude(claimed_at__range=self.recently())

    def lost(self) -> Self:
        """Not sent, sent and never taken up, or taken up by a worker that died."""
        return self.waiting().free().exclude(sent_at__range=self.recently())

    def outlived(self) -> Self:
        """Done so long ago that what was made is not kept any more."""
        kept = self.model.life.kept
        if kept is None:
            return self.none()
        return self.filter(state=self.model.life.done, finished_at__lt=timezone.now() - kept)

    def recently(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Whatever lies further off is long ago, in the future too: a clock that was set back wrote it."""
        now, stale_after = timezone.now(), self.model.life.stale_after
        return now - stale_after, now + stale_after


class Job(Worded):
    """One piece of work for the worker. A kind declares `state` anew, with its choices, and its `life`."""

    state = models.CharField(_("state"), max_length=10)
    sent_at = models.DateTimeField(
        _("handed to the queue at"), null=True, help_text=_("Empty while the queue cannot be reached.")
    )
    claimed_at = models.DateTimeField(_("taken up at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("times taken up"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.TextField(_("error"), blank=True)

    life: ClassVar[Life]

    class Meta:
        abstract = True

    @property
    def is_pending(self) -> bool:
        return self.state in self.life.pending

    @property
    def actor(self) -> object | None:
        """In whose name the worker acts and writes the trail; None: the portal's, and the row alone tells."""
        return None

    def clear_up(self) -> None:
        """Take away what a worker that died left behind; called before each attempt."""

    def expire(self) -> bool:
        """Let go of what was made, while the row stays and says so; False where nothing is left."""
        return False


class Lost(Exception):
    """The job is not this worker's any more: it was cancelled, or another worker took it over."""


class PutOff(Exception):
    """The machine is not fit for it now; nothing is wrong with the job. What it says stands on the row."""


@dataclass
class Claim(Generic[J]):
    """A worker's hold on a job, by the time it last wrote."""

    job: J
    at: datetime.datetime

    @classmethod
    def take(cls, model: type[J], pk: int) -> "Claim[J] | None":
        """Take the job up if it waits and no worker holds it; None where it is not free."""
        now, life = timezone.now(), model.life
        working = {"state": life.working} if life.working else {}
        mine = _rows(model).filter(pk=pk)
        if not mine.waiting().free().update(claimed_at=now, attempts=F("attempts") + 1, **working):
            return None
        # Unless it was cancelled between the two.
        job = mine.filter(claimed_at=now, state__in=life.pending).first()
        return cls(job, now) if job else None

    def renew(self, **progress: int) -> None:
        """Write down how far the job is, if it still is this worker's; raises Lost."""
        now = timezone.now()
        if not self._mine().update(claimed_at=now, **progress):
            raise Lost
        self.at = now

    def end(self, **made: object) -> None:
        """The job is done; raises Lost."""
        self.leave(self.job.life.done, finished_at=timezone.now(), error="", **made)

    def leave(self, state: str, **values: object) -> None:
        """Let go of the job in another state, if it still is this worker's; raises Lost."""
        values = {"state": state, "claimed_at": None, **values}
        mine = self._mine()
        if not (change_once(mine, **values) if self.job.actor else mine.update(**values)):
            raise Lost

    def fail(self, why: str, **values: object) -> None:
        """A person reads on the row why there is nothing; raises Lost."""
        self.leave(FAILED, finished_at=timezone.now(), error=why, **values)

    def put_off(self, why: str = "") -> None:
        """Nothing is lost and nothing has failed: it is taken up again once this claim is old enough."""
        self._mine().update(attempts=F("attempts") - 1, error=why)

    def _mine(self) -> JobQuerySet[J]:
        job = self.job
        return _rows(type(job)).filter(pk=job.pk, state=job.state, claimed_at=self.at)


def kinds() -> list[type[Job]]:
    return [model for model in apps.get_models() if issubclass(model, Job)]


def waiting_unattended(model: type[J]) -> JobQuerySet[J]:
    """What no worker has taken up yet, without what failed and will be tried again later."""
    return _rows(model).waiting().free().filter(state__in=model.life.pending)


def send(job: Job) -> bool:
    """Hand a job to the queue; False (and the row waits for beat) while the broker is away."""
    if not hand_over(job.life.task, job.pk):
        return False
    _rows(type(job)).filter(pk=job.pk).update(sent_at=timezone.now())
    return True


def send_after_commit(job: Job) -> None:
    transaction.on_commit(lambda: send(job))


def work_on(model: type[J], pk: int, work: Callable[[Claim[J]], None]) -> None:
    """Take a job up and do its `work`. Safe to run twice or at once: one run takes the row up.

    Whatever goes wrong belongs on the row; what `work` says by a ValidationError stands there as it is.
    """
    claim = Claim.take(model, pk)
    if claim is None:
        logger.info("%s %s: nothing to do", model._meta.label, pk)
        return
    actor = claim.job.actor
    with set_extra_data({"actor": actor, "actor_email": None}) if actor else nullcontext():
        try:
            if why := _undone(claim, work):
                claim.fail(why)
        except PutOff as why:
            claim.put_off(str(why))
        except MemoryError:
            logger.error("%s %s: out of memory; it is taken up again", model._meta.label, pk)
        except Lost:
            logger.info("%s %s: cancelled, or taken over by another worker", model._meta.label, pk)


def _undone(claim: Claim[J], work: Callable[[Claim[J]], None]) -> str:
    """Do the work; returns why it could not be done, "" where it was. Raises Lost and PutOff."""
    job, life = claim.job, claim.job.life
    try:
        job.clear_up()
        if job.attempts > life.max_attempts:
            return str(life.given_up) % {"n": life.max_attempts}
        work(claim)
    except (Lost, MemoryError):
        raise
    except PutOff as why:
        logger.error("%s %s is put off: %s", job._meta.label, job.pk, why)
        raise
    except ValidationError as error:
        return "\n".join(error.messages)
    except SoftTimeLimitExceeded:
        logger.error("%s %s took too long and was given up", job._meta.label, job.pk)
        return str(_("This took far longer than it ever should and was given up. Have it tried again."))
    except Exception as error:  # a person sees it on the row
        if _is_of_the_machine(error):
            logger.error("%s %s is put off: %s", job._meta.label, job.pk, error)
            is_full = getattr(error, "errno", None) in NO_ROOM
            raise PutOff(
                _("The disk is full: the administrator has to make room.") if is_full else ""
            ) from error
        logger.exception("%s %s could not be done", job._meta.label, job.pk)
        return f"{type(error).__name__}: {error}"
    return ""


def _is_of_the_machine(error: Exception) -> bool:
    return isinstance(error, OperationalError) or getattr(error, "errno", None) in OF_THE_MACHINE


def resend_lost() -> int:
    """Send what got lost again, of every kind; returns how many. Beat calls it every few seconds."""
    return sum(map(resend, kinds()))


def resend(model: type[Job]) -> int:
    """The same of one kind, until the broker is away."""
    sent = 0
    for job in _rows(model).lost().order_by("pk").only("pk"):
        if not send(job):
            break
        sent += 1
    return sent


def expire_old() -> int:
    """Let go of what was kept long enough, of every kind; returns of how many jobs."""
    return sum(job.expire() for model in kinds() for job in _rows(model).outlived())


def _rows(model: type[J]) -> JobQuerySet[J]:
    """By the kind's own queryset, which may know more of what waits."""
    manager: Any = model._default_manager
    rows: JobQuerySet[J] = manager.all()
    return rows
