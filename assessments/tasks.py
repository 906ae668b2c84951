"""The worker's part in this room."""

from celery import shared_task

from .services import escalation, links


@shared_task
def check_links_of(evidence_id: int) -> None:
    links.check_links_of(evidence_id)


@shared_task(expires=300)
def check_due_links() -> None:
    links.check_due_links()


@shared_task(expires=600)
def escalate_overdue() -> None:
    escalation.escalate_overdue()
