"""The one life of all jobs: sent, taken up once, lost and found again, given up; of every kind there is."""

import datetime
import errno

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils import timezone

from audit.models import KeyRotation
from core import jobs, tasks
from core.jobs import FAILED, Claim, Lost
from sites.enums import Register
from tests.accounts.exporting import asked as export
from tests.accounts.mail import message
from tests.at_once import at_once, on_both
from tests.desk.dossiers.making import asked
from tests.documents import previewed
from tests.documents.drafted import waiting as waiting_draft
from tests.documents.papers import issue_paper
from tests.e2e.backstage import point_at
from tests.sites.registers import organisations, start

pytestmark = pytest.mark.django_db

MADE = {
    "accounts.Export": export,
    "audit.KeyRotation": lambda: KeyRotation.objects.create(key="data", version=2),
    "accounts.Message": message,
    "desk.Dossier": asked,
    "documents.Document": issue_paper,
    "documents.DraftPaper": waiting_draft,
    "documents.PreviewPaper": previewed.waiting,
    "sites.ImportJob": lambda: start(Register.ORGANISATIONS, organisations(1)),
}
KINDS = {model._meta.label: model for model in jobs.kinds()}


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.PORTAL_MAIL_ON = True
    settings.PORTAL_MAIL_DOMAINS = ["wuhai.example"]


@pytest.fixture(params=KINDS)
def made(request):
    """One job that waits."""
    return MADE[request.param]()


def put(job, **values):
    type(job).objects.filter(pk=job.pk).update(**values)
    job.refresh_from_db()
    return job


def off(job, times):
    """So many times its staleness away from now."""
    return timezone.now() + times * job.life.stale_after


def take(job):
    return Claim.take(type(job), job.pk)


# -- getting lost -------------------------------------------------------------


def test_job_that_was_never_sent_is_sent_and_then_left_alone(made, queue):
    assert jobs.resend(type(made)) == 1
    assert jobs.resend(type(made)) == 0


@pytest.mark.parametrize(("times", "expected"), [(-2, 1), (-0.5, 0), (2, 1)])
def test_job_that_was_sent_and_never_taken_up_is_sent_again(made, queue, times, expected):
    """In the future too: the clock was set back since."""
    put(made, sent_at=off(made, times))
    assert jobs.resend(type(made)) == expected


@pytest.mark.parametrize(("times", "expected"), [(-2, 1), (-0.5, 0), (2, 1)])
def test_job_whose_worker_died_is_sent_again_and_taken_up_by_another(made, queue, times, expected):
    first = take(made)
    put(made, sent_at=off(made, -9), claimed_at=off(made, times))
    assert jobs.resend(type(made)) == expected
    second = take(made)
    assert (second is not None) == bool(expected)
    if second:
        assert second.job.attempts == 2
        for late in (first.renew, first.end, lambda: first.fail("示例")):
            with pytest.raises(Lost):
                late()


def test_job_that_waits_for_nobody_is_not_sent_again(made, queue):
    take(made).fail("示例")
    put(made, attempts=made.life.max_attempts)
    assert (jobs.resend(type(made)), take(made)) == (0, None)


def test_beat_sends_what_was_lost_of_every_kind(queue):
    waiting = [make() for make in MADE.values()]
    tasks.resend_lost_jobs()
    for job in waiting:
        job.refresh_from_db()
        assert job.sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_every_kind_waits_on_its_row(settings):
    point_at("redis+socket:///nowhere.sock")
    waiting = [make() for make in MADE.values()]
    assert jobs.resend_lost() == 0
    point_at(settings.CELERY_BROKER_URL)
    for job in waiting:
        job.refresh_from_db()
        assert (job.sent_at, job.is_pending) == (None, True)


# -- being taken up -----------------------------------------------------------


@on_both
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_one_takes_it_up(database, kind):
    job = MADE[kind]()
    taken = at_once(lambda: take(job), lambda: take(job))
    assert sum(isinstance(each, Claim) for each in taken) == 1
    assert put(job).attempts == 1


def test_renewed_claim_holds_the_job(made):
    claim = take(made)
    put(made, claimed_at=off(made, -0.9))
    claim.at = made.claimed_at
    claim.renew()
    assert made.claimed_at < put(made).claimed_at == claim.at
    assert take(made) is None


# -- how it ends --------------------------------------------------------------


def fall(why):
    def work(_claim):
        raise why

    return work


@pytest.mark.parametrize(
    ("why", "told"),
    [(OSError(errno.ENOSPC, "full"), "磁盘空间不足"), (OperationalError("disk is full"), "")],
)
def test_what_the_machine_lacks_costs_no_attempt_and_fails_nothing(made, why, told):
    """Until there is room again it is tried again and again, and nobody has to ask for it."""
    for _again in range(made.life.max_attempts + 2):
        jobs.work_on(type(made), made.pk, fall(why))
        assert (put(made).is_pending, made.attempts) == (True, 0)
        assert told in made.error
        assert bool(told) == bool(made.error)
        assert take(made) is None
        put(made, claimed_at=off(made, -1.1))
    assert take(made) is not None


@pytest.mark.parametrize(
    ("why", "told"),
    [(ValidationError(["示例一", "示例二"]), "示例一\n示例二"), (KeyError("示例"), "KeyError: '示例'")],
)
def test_what_goes_wrong_stands_on_the_row(made, why, told):
    jobs.work_on(type(made), made.pk, fall(why))
    put(made)
    assert (made.state, made.error, made.claimed_at) == (FAILED, told, None)
    assert made.finished_at is not None


def test_job_that_killed_its_worker_each_time_is_given_up(made):
    def work(_claim):
        pytest.fail("it was tried once more")

    put(made, attempts=made.life.max_attempts)
    jobs.work_on(type(made), made.pk, work)
    assert put(made).state == FAILED
    assert made.error == made.life.given_up % {"n": made.life.max_attempts}
    assert take(made) is None


def test_job_taken_over_in_the_middle_is_left_to_who_has_it(made):
    def slow(claim):
        put(made, claimed_at=off(made, -2))
        assert take(made) is not None
        claim.renew()

    jobs.work_on(type(made), made.pk, slow)
    assert put(made).is_pending
    assert made.attempts == 2


def test_trail_tells_what_was_done_for_somebody_and_nothing_of_the_portals_own(made):
    before = LogEntry.objects.latest("pk").pk
    jobs.work_on(type(made), made.pk, fall(KeyError("示例")))
    entries = LogEntry.objects.filter(pk__gt=before)
    assert [entry.actor for entry in entries] == ([made.actor] if made.actor else [])


def test_job_to_be_done_anew_is_as_at_the_beginning(made):
    """Whatever a kind's earlier life wrote is gone."""
    before, state = {name: getattr(made, name) for name in jobs.ANEW}, made.state
    take(made).fail("示例")
    put(made, state=state, **jobs.ANEW)
    assert {name: getattr(made, name) for name in jobs.ANEW} == before
    assert take(made) is not None


def test_every_kind_is_tested_here():
    assert KINDS.keys() == MADE.keys()


def test_what_is_old_is_let_go_once_by_the_clock():
    kept = [MADE[label]() for label, model in KINDS.items() if model.life.kept]
    assert kept
    for job in kept:
        claim = take(job)
        claim.end(file="示例.zip", sha256="0" * 64)
        put(job, finished_at=timezone.now() - job.life.kept - datetime.timedelta(minutes=1))
    assert [jobs.expire_old(), jobs.expire_old()] == [len(kept), 0]
