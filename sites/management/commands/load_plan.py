"""`manage.py load_plan`: the plan's own data, without any sample."""

from typing import Any

from django.core.management.base import BaseCommand

from sites import plan


class Command(BaseCommand):
    help = "Loads the plan, its standards, the rulebook and the holidays. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = plan.load()
        if options["verbosity"]:
            facts = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in loaded.items() if count)
            self.stdout.write(f"Loaded the plan: {facts or 'nothing new, it was complete'}.")
