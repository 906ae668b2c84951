"""The Celery application: worker and beat load `wuhai_portal.celery`."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_before_create_process, worker_init

from .keys import look_at_triggers, refuse_other_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")

app = Celery("wuhai_portal", task_cls="core.maintenance:PausedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(refuse_other_keys)
beat_init.connect(refuse_other_keys)
worker_init.connect(look_at_triggers)
beat_init.connect(look_at_triggers)


@beat_init.connect
def work_beside_beat(sender: Any, **_from_celery: object) -> None:
    sender.scheduler.work_beside()


@setup_logging.connect
def leave_logging(**_from_celery: object) -> None:
    """Django has set it up (LOGGING); Celery's own would write past what keeps personal data out."""


@worker_before_create_process.connect
def share_what_is_loaded(**_from_celery: object) -> None:
    """A pool's process works on the same memory as its parent, as far as nobody writes there.

    The collector would: it marks each object that it looks through.
    """
    gc.collect()
    gc.freeze()
