"""No task goes on for ever, and none is handed out again while it still goes on."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from core import jobs
from core.jobs import Claim
from tests.documents.papers import issue_paper
from wuhai_portal.celery import app

app.autodiscover_tasks(force=True)
TASKS = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
# They write down how far they are, so that no other worker takes them up.
LONG = {"audit.tasks.close_anew", "desk.tasks.make_dossier", "sites.tasks.run_import"}


def limits(task):
    """Its soft and hard limit, in seconds."""
    soft, hard = task.soft_time_limit, task.time_limit
    return soft or settings.CELERY_TASK_SOFT_TIME_LIMIT, hard or settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.parametrize("name", TASKS)
def test_each_task_has_an_end(name):
    soft, hard = limits(TASKS[name])
    assert 0 < soft < hard
    assert name in LONG or hard < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


@pytest.mark.parametrize("kind", jobs.kinds(), ids=lambda kind: kind._meta.label)
def test_a_job_ends_before_another_worker_takes_it_up(kind):
    _soft, hard = limits(TASKS[kind.life.task])
    assert kind.life.task in LONG or hard < kind.life.stale_after.total_seconds()


@pytest.mark.django_db
def test_a_job_that_took_too_long_says_so():
    paper = issue_paper()

    def go_on_for_ever(_claim):
        raise SoftTimeLimitExceeded

    jobs.work_on(type(paper), paper.pk, go_on_for_ever)
    paper.refresh_from_db()
    assert paper.state == jobs.FAILED
    assert paper.error == "用时远超正常范围，已停止办理。请重新办理。"
    assert Claim.take(type(paper), paper.pk) is None
