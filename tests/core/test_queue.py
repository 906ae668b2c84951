"""Work is handed over by the task's name: each name that stands anywhere has a task."""

import ast

from django.conf import settings

from tests.sources import modules
from wuhai_portal.celery import app


def tasks() -> set[str]:
    """What a worker knows once it has started."""
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def handed_over() -> dict[str, ast.expr]:
    """The first argument of every call of the queue's `hand_over`, by where it stands."""
    return {
        f"{path}:{call.lineno}": call.args[0]
        for path, tree in modules()
        if any(isinstance(each, ast.ImportFrom) and each.module == "core.queue" for each in tree.body)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "hand_over"
    }


def test_every_name_that_is_handed_over_has_a_task():
    names = {where: ast.literal_eval(name) for where, name in handed_over().items()}
    assert names
    assert {where: name for where, name in names.items() if name not in tasks()} == {}


def test_every_entry_of_the_beat_schedule_has_a_task():
    entries = {name: entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert {name: task for name, task in entries.items() if task not in tasks()} == {}


def test_every_task_is_called_for_by_somebody():
    named = {ast.literal_eval(name) for name in handed_over().values()}
    named |= {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks() - named == set()
