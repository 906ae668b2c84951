"""Beat's work in public."""

from celery import shared_task

from sites.calendar import today

from .services import erasure, notices, search_words


@shared_task(expires=120)
def close_ended_notices() -> None:
    notices.close_ended(today())


@shared_task(expires=120)
def erase_expired() -> None:
    erasure.erase_expired(today())
    erasure.erase_destroyed()
    search_words.forget(today())
