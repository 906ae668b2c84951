"""The worker's part in this room: messages that leave the portal, and long tables."""

from celery import shared_task

from .services import exports, messages


@shared_task
def deliver_message(message_id: int) -> None:
    messages.deliver(message_id)


@shared_task
def make_export(export_id: int) -> None:
    exports.make(export_id)
