"""The Celery application: worker and beat load `wuhai_portal.celery`."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from .keys import refuse_other_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")

app = Celery("wuhai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(refuse_other_keys)
beat_init.connect(refuse_other_keys)
