"""The print shop's work."""

from celery import shared_task

from . import services


@shared_task
def render_document(document_id: int) -> None:
    services.render(document_id)
