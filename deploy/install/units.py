"""systemd's units of a machine: what it is told when the portal is installed, again, or with fewer roles."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from deploy.console import attempt
from deploy.install.site import FILES

PLACE = Path("/etc/systemd/system")
KINDS = {".service", ".socket", ".timer", ".path"}


def with_files(units: Iterable[str]) -> set[str]:
    """Those units and what the timers among them start."""
    every = {*units, *(re.sub(r"\.(timer|path)$", ".service", unit) for unit in units)}
    return {unit for unit in every if (FILES / unit).exists()}


def left_over(root: Path, units: Iterable[str]) -> list[str]:
    """Ours that an installation with other roles or settings left on the machine."""
    ours = {path.name for path in FILES.iterdir() if path.suffix in KINDS} - with_files(units)
    return sorted(unit for unit in ours if (root / PLACE.relative_to("/") / unit).exists())


def changed(units: Sequence[str]) -> set[str]:
    """Whose file is another than the one that systemd goes by; asked before `daemon-reload`."""
    asked = ["systemctl", "show", "--property=Id", "--property=NeedDaemonReload", *units]
    told = attempt(asked)[1].split("\n\n")
    found = [dict(line.split("=", 1) for line in each.splitlines() if "=" in line) for each in told]
    return {each["Id"] for each in found if each.get("NeedDaemonReload") == "yes" and "Id" in each}


def taking_over(units: Sequence[str], changed: Collection[str]) -> Iterator[list[str]]:
    """What systemctl is told, in this order: all run, each as its file says now.

    A socket stays open while what serves is started anew, unless it is another; that one is not opened while
    its service runs. Who waits for a time or a file may be started anew at any moment.
    """
    sockets = [unit for unit in units if unit.endswith(".socket")]
    services = [unit for unit in units if unit.endswith(".service")]
    waiting = [unit for unit in units if unit not in sockets and unit not in services]
    others = [unit for unit in sockets if unit in changed]
    yield ["daemon-reload"]
    yield ["enable", *units]
    if others:
        yield ["stop", *(unit.replace(".socket", ".service") for unit in others)]
    for verb, which in (("restart", [*others, *waiting]), ("start", sockets), ("restart", services)):
        if which:
            yield [verb, *which]
