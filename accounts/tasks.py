"""The worker's part in this room: messages that leave the portal, and long tables."""

from celery import shared_task
from django.core.management import call_command

from . import known_devices
from .services import exports, messages, tries


@shared_task
def deliver_message(message_id: int) -> None:
    messages.deliver(message_id)


@shared_task
def make_export(export_id: int) -> None:
    exports.make(export_id)


@shared_task(expires=3600)
def clear_expired() -> None:
    """Sessions that are over, places nobody came from for long, and counts of old hours."""
    call_command("clearsessions")
    known_devices.forget_old()
    tries.forget_old()


@shared_task(expires=3600)
def tell_of_tries() -> None:
    tries.tell_trail()
