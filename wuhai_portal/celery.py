"""The Celery application: worker and beat load `wuhai_portal.celery`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")

app = Celery("wuhai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
