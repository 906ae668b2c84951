"""The worker's part in this room."""

from typing import Any

from celery import shared_task
from celery.signals import task_postrun
from django.conf import settings
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from sites.calendar import judged, today

from . import open_steps
from .dossiers import services as dossiers
from .figures import kept
from .reminders import services as reminders
from .trail import checks


@task_postrun.connect
def work_out_steps(**_kwargs: Any) -> None:
    """What a task has touched, such as an import of thousands: no page waits for it."""
    open_steps.bring_up_to_date()


@shared_task
def begin_day() -> None:
    """What a new day changes of the open steps, before anybody asks: done as after each task."""


@shared_task
def check_open_steps() -> None:
    open_steps.check()


@shared_task
def recount_figures(order_key: str) -> None:
    kept.recount(order_key)


@shared_task(expires=1800)
def make_digests() -> None:
    """On working days, from the hour that the installation names: `accounts` knows no working days."""
    if timezone.localtime().hour >= settings.PORTAL_DIGEST_HOUR and judged(today()).working:
        accounts.make_digests()


@shared_task
def make_dossier(dossier_id: int) -> None:
    dossiers.make(dossier_id)


@shared_task(expires=600)
def remind() -> None:
    reminders.remind_all()


@shared_task
def check_trail(asked_by_id: int) -> None:
    checks.check_for(User.objects.get(pk=asked_by_id))


@shared_task
def check_trail_daily() -> None:
    checks.check_daily()
