"""Work is handed over by the task's name: each name that stands anywhere has a task."""

import ast
from pathlib import Path

from django.conf import settings

from core import jobs
from tests.sources import modules
from wuhai_portal.celery import app

# Sends each kind's own task.
JOBS = Path("core/jobs.py")


def tasks() -> set[str]:
    """What a worker knows once it has looked for its tasks in every room."""
    app.autodiscover_tasks(force=True)
    return {name for name in app.tasks if not name.startswith("celery.")}


def handed_over() -> dict[str, str]:
    """Every task that is handed work, by where: what `hand_over` is called with, and the task of each job."""
    return {model._meta.label: model.life.task for model in jobs.kinds()} | {
        f"{path}:{call.lineno}": ast.literal_eval(call.args[0])
        for path, tree in modules()
        if any(isinstance(each, ast.ImportFrom) and each.module == "core.queue" for each in tree.body)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "hand_over" and path != JOBS
    }


def test_every_name_that_is_handed_over_has_a_task():
    assert {where: name for where, name in handed_over().items() if name not in tasks()} == {}


def test_every_entry_of_the_beat_schedule_has_a_task():
    entries = {name: entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert {name: task for name, task in entries.items() if task not in tasks()} == {}


def test_every_task_is_called_for_by_somebody():
    named = set(handed_over().values()) | {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks() - named == set()


def test_what_somebody_waits_for_has_a_queue_of_its_own():
    """And each name there has a task; the worker takes from every queue that is named."""
    assert settings.CELERY_TASK_ROUTES.keys() <= tasks()
    ways = {name: app.amqp.router.route({}, name)["queue"].name for name in tasks()}
    assert {name: queue for name, queue in ways.items() if queue != "celery"} == settings.CELERY_TASK_ROUTES
    assert set(ways.values()) == {queue.name for queue in settings.CELERY_TASK_QUEUES}
