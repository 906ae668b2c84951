"""`./portal rotate-keys [data|sign|year|trail]`: a new version of a key; unused ones go by `--forget`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from audit import rotation, year_keys
from audit.enums import RingKey, RotationState
from audit.models import KeyRotation
from core import ring
from core.acting import Refusal
from core.jobs import work_on
from core.ring import MissingKey

BACK_UP = "Make a backup, which takes them along."
OLDER_BACKUPS = (
    "Older copies of the file of keys hold it still: take them away. Of the keys' own backups three newer "
    "ones push them out, but for those of a data key that was exchanged (docs/operate.md, Keys)."
)


class Command(BaseCommand):
    help = "Makes a new version of a key; what the former one closed is closed anew by the worker meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", choices=RingKey.values, default=RingKey.DATA.value)
        parser.add_argument("--now", action="store_true", help="close anew here, and not by the worker")
        parser.add_argument(
            "--forget", action="store_true", help="take away the former versions, once nothing needs them"
        )

        parser.add_argument(
            "--keep-up",
            action="store_true",
            help="make and destroy keys of years, as is due; for a timer",
        )

    def handle(self, *, key: str, now: bool, forget: bool, keep_up: bool, **_options: Any) -> None:
        if keep_up:
            year_keys.keep_up()
            return
        with translation.override("en"):
            try:
                if key == RingKey.YEAR:
                    told = self._destroy() if forget else self._make()
                else:
                    told = self._forget(RingKey(key)) if forget else self._rotate(RingKey(key), now=now)
            except (Refusal, MissingKey) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(told)

    def _forget(self, key: RingKey) -> str:
        lines = rotation.forget(key=key)
        if not lines:
            return "There is no former version."
        told = f"The database needs {', '.join(lines)} no more; older backups do (see the keys' own backups)."
        if kept := [line for line in lines if line in settings.PORTAL_GIVEN_KEYS]:
            return f"{told} Take {', '.join(kept)} out of the settings of every machine."
        return told

    def _make(self) -> str:
        made = year_keys.make()
        return f"New keys: {', '.join(map(str, made)) or 'none'}. The next is made in December. {BACK_UP}"

    def _destroy(self) -> str:
        gone = year_keys.destroy()
        kept = [why for key in ring.versions("year") if (why := year_keys.why_kept(key.version))]
        if not gone:
            return " ".join(["No key of a year was destroyed.", *kept])
        told = f"Destroyed: the key of {', '.join(map(str, gone))}. {OLDER_BACKUPS}"
        return " ".join([told, *kept])

    def _rotate(self, key: RingKey, *, now: bool) -> str:
        made = rotation.begin(key=key)
        if now and made.state != RotationState.DONE:
            work_on(KeyRotation, made.pk, rotation.close_anew)
            made.refresh_from_db()
        if made.error:
            raise CommandError(made.error)
        told = f"{made.get_key_display()}: version {made.version}, kept in {settings.PORTAL_KEYS}. "
        if key == RingKey.SIGN:
            return (
                told + "Start the portal anew: it signs by it then, and what was signed before stays valid."
            )
        if made.state == RotationState.DONE:
            return told + (f"{made.closed_anew} values were closed anew." if key == RingKey.DATA else "")
        return (
            told
            + "The worker closes anew what the former one closed; the page Keys of the health page tells."
        )
