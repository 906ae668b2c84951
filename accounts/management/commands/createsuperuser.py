"""Django's `createsuperuser`, which makes somebody who may do everything: here it makes nobody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Makes nobody: no account may do everything. portal manage administrators makes the three."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.help)
