"""Beat's work on the trail."""

from celery import shared_task

from . import sealing


@shared_task
def seal_trail() -> None:
    sealing.seal_trail()
