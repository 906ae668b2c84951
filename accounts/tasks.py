"""The worker's part in this room: messages that leave the portal."""

from celery import shared_task

from .services import messages


@shared_task
def deliver_message(message_id: int) -> None:
    messages.deliver(message_id)
