"""`note_backup`: tells the other machines of the last backup that this one made."""

from typing import Any

from django.core.management.base import BaseCommand

from core.conditions.machine import note_backup


class Command(BaseCommand):
    help = "Notes this machine's last backup in the database, where every machine finds it."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        note_backup()
