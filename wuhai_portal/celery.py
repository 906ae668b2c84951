"""The Celery application: worker and beat load `wuhai_portal.celery`."""

import os

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

from .keys import refuse_other_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")

app = Celery("wuhai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(refuse_other_keys)
beat_init.connect(refuse_other_keys)


@setup_logging.connect
def leave_logging(**_from_celery: object) -> None:
    """Django has set it up (LOGGING); Celery's own would write past what keeps personal data out."""
