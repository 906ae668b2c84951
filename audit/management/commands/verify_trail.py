"""`./portal manage verify_trail`: is the trail as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from audit.checking import check_trail


class Command(BaseCommand):
    help = "Walks the trail against its seals and names the first entry or seal that was touched."

    def handle(self, **_options: Any) -> None:
        check = check_trail()
        self.stdout.write(
            f"{check.seals} seals hold, over {check.entries} entries; "
            f"{check.unsealed} entries after the last seal."
        )
        if check.fault:
            with translation.override("en"):
                raise CommandError(check.found)
        if check.nothing_is_sealed:
            self.stdout.write("Nothing is sealed yet, so nothing was compared; beat seals within a second.")
            return
        if check.last_digest:
            self.stdout.write(f"The last seal is {check.last_seal}: {check.last_digest}")
        self.stdout.write("The trail is as it was written.")
