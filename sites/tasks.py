"""The worker's part in this room: registers that are loaded as a whole."""

from celery import shared_task

from .services import imports


@shared_task
def run_import(job_id: int) -> None:
    imports.run(job_id)
