"""`./portal rotate-keys [data|sign|trail]`: a new version of a key; former ones go once they are unused."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from audit import rotation
from audit.enums import RingKey, RotationState
from audit.models import KeyRotation
from core.acting import Refusal
from core.jobs import work_on
from core.ring import MissingKey


class Command(BaseCommand):
    help = "Makes a new version of a key; what the former one closed is closed anew by the worker meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", choices=RingKey.values, default=RingKey.DATA.value)
        parser.add_argument("--now", action="store_true", help="close anew here, and not by the worker")
        parser.add_argument(
            "--forget", action="store_true", help="take away the former versions, once nothing needs them"
        )

    def handle(self, *, key: str, now: bool, forget: bool, **_options: Any) -> None:
        with translation.override("en"):
            try:
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
