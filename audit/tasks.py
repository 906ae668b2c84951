"""Beat's work on the trail."""

from celery import shared_task

from core.jobs import work_on

from . import rotation, sealing, year_keys
from .models import KeyRotation


@shared_task
def seal_trail() -> None:
    sealing.seal_trail()


@shared_task(expires=120)
def keep_up_year_keys() -> None:
    year_keys.keep_up()


@shared_task
def close_anew(pk: int) -> None:
    work_on(KeyRotation, pk, rotation.close_anew)
