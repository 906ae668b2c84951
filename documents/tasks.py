"""The print shop's work."""

from importlib import import_module
from typing import Any

from celery import shared_task
from celery.signals import worker_init

from . import services
from .services import drafts, previews


@shared_task
def render_document(document_id: int) -> None:
    services.render(document_id)


@shared_task
def render_draft(paper_id: int) -> None:
    drafts.render_draft(paper_id)


@shared_task
def render_preview(paper_id: int) -> None:
    previews.render(paper_id)


@worker_init.connect
def open_print_shop(**_from_celery: Any) -> None:
    """Load WeasyPrint and pyHanko before the pool is forked: its processes share them, a new one too.

    Its fonts each process finds for itself: Pango draws nothing any more in a process that was forked later.
    """
    import_module("documents.pdf")
    import_module("documents.pades")
