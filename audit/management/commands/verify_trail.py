"""`./portal manage verify_trail`: is the trail as it was written?"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from audit import anchors, heads
from audit.checking import Anchor, check_trail

# Of a seal's digest, as a sheet of paper has it.
SHORT = re.compile(r"(\d+):((?:[0-9a-f]{4}-?){5,16})$")


class Command(BaseCommand):
    help = "Walks the trail against its seals and names the first entry or seal that was touched."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="FILE",
            help="heads noted elsewhere: a file of anchors, a log or a mail; or SEAL:DIGEST from a sheet",
        )
        parser.add_argument(
            "--key", default="", help="the public key (or a file with it) that must have signed"
        )
        parser.add_argument(
            "--tsa", default="", metavar="PEM", help="root certificate of the time stamps' authority"
        )

    def handle(self, *, anchor: list[str], key: str, tsa: str, **_options: Any) -> None:
        pinned = Path(key).read_text().strip() if key and Path(key).is_file() else key
        root = x509.load_pem_x509_certificate(Path(tsa).read_bytes()) if tsa else None
        noted = [each for name in anchor for each in _noted(name, pinned, root)]
        check = check_trail(anchors=noted, pinned=pinned)
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
        if noted:
            self.stdout.write(f"{len(noted)} heads that were anchored outside are in the chain.")
        if check.last_digest:
            self.stdout.write(f"The last seal is {check.last_seal}: {check.last_digest}")
        self.stdout.write("The trail is as it was written.")


def _noted(name: str, pinned: str, root: x509.Certificate | None) -> Iterator[Anchor]:
    """What was noted elsewhere; a line that was itself changed there is named."""
    if short := SHORT.match(name):
        yield Anchor(int(short[1]), short[2].replace("-", ""))
        return
    try:
        lines = list(anchors.read(Path(name).read_text()))
    except (OSError, ValueError) as error:
        raise CommandError(f"{name} cannot be read: {error}") from error
    if not lines:
        raise CommandError(f"{name} holds no head of the trail.")
    for said in lines:
        where = f"The head of seal {said.get('seal')} in {name}"
        if not {"seal", "digest", "signature", "key"} <= said.keys():
            raise CommandError(f"{where} is not whole.")
        if (said["signature"] or pinned) and not heads.signed_by(
            said["digest"], said["signature"], said["key"]
        ):
            raise CommandError(f"{where} was changed there: its signature is of something else.")
        if root and "token" in said and not anchors.is_time_stamped(said, root):
            raise CommandError(f"{where} bears a time stamp that is of something else or another authority.")
        yield Anchor(int(said["seal"]), str(said["digest"]))
