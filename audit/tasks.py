"""Beat's work on the trail."""

from celery import shared_task

from . import services


@shared_task
def seal_trail() -> None:
    services.seal_trail()
