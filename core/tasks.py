"""The worker's part in this room: forgetting old keys of forms, and the nightly count of the tables."""

from celery import shared_task

from . import once, planner


@shared_task(expires=3600)
def forget_sent_forms() -> None:
    once.forget_old()


@shared_task
def renew_statistics() -> None:
    planner.renew_statistics()
