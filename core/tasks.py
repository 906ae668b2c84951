"""The worker's part in this room: jobs that got lost, and what is let go or counted by the clock."""

from celery import shared_task

from . import beat, brakes, jobs, once, planner
from .conditions import work


@shared_task(expires=30)
def resend_lost_jobs() -> None:
    work.note_tick()
    jobs.resend_lost()


@shared_task(expires=3600)
def expire_old_jobs() -> None:
    jobs.expire_old()


@shared_task(expires=3600)
def forget_sent_forms() -> None:
    once.forget_old()


@shared_task(expires=3600)
def forget_due_times() -> None:
    beat.forget_old()


@shared_task(expires=3600)
def clear_cache() -> None:
    """Places of brakes whose time is over: the cache itself lets go of them only when it is full."""
    brakes.forget_old()


@shared_task
def renew_statistics() -> None:
    planner.renew_statistics()
