"""Releases side by side, one of which the link `current` names; the portal's processes, stopped and started.

releases/0.1.0/   releases/0.2.0/   releases/current → 0.1.0
"""

import http.client
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from deploy import listening
from deploy.console import ROOT, Stop, run
from deploy.install.units import PLACE

# The socket too: while it is open the next reader starts the web again.
UNITS = (
    "portal-web.socket",
    "portal-beat.service",
    "portal-worker.service",
    "portal-web.service",
    "portal-metrics.service",
)
# From the start of the processes to an answer that all is well (seconds).
COMING_UP = 180.0


def current() -> Path:
    """The link that says which release is served; PORTAL_CURRENT, or `current` beside this one."""
    link = Path(os.environ.get("PORTAL_CURRENT") or ROOT.parent / "current").expanduser().absolute()
    if not link.is_symlink():
        raise Stop(
            f"{link} is no link to a release. An upgrade needs releases side by side (releases/0.1.0,\n"
            "releases/0.2.0) and a link `current` to the served one, or PORTAL_CURRENT with its name.\n"
            "A single checkout is not upgraded by the portal: stop it, back it up, exchange the code."
        )
    return link


def point(link: Path, release: Path) -> None:
    """At any moment the link names one of the two."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(release)
    new.replace(link)


def stop() -> None:
    _service("stop")


def start(release: Path) -> None:
    """This release is what the link names; on other machines PORTAL_SERVICE sees to that."""
    _service("start", str(release))


def _service(what: str, *release: str) -> None:
    """By PORTAL_SERVICE, a program, else by systemd's units."""
    if program := os.environ.get("PORTAL_SERVICE"):
        run([program, what, *release])
    elif Path("/run/systemd/system").exists() and (units := units_in(PLACE)):
        run(["systemctl", what, *(units if what == "stop" else units[::-1])])
    else:
        raise Stop(
            "systemd has none of the portal's units on this machine: PORTAL_SERVICE names a program for\n"
            "`stop` and `start`"
        )


def units_in(folder: Path) -> list[str]:
    """Those that `./portal install` wrote for this machine's roles, as they are stopped."""
    return [unit for unit in UNITS if (folder / unit).exists()]


def prepare(release: Path, env: Mapping[str, str]) -> None:
    """Style sheets, translations and plan of a release, by its own code."""
    in_release(release, env, "deploy.prepare", "empty")


def in_release(release: Path, env: Mapping[str, str], *module: str) -> None:
    python = [str(release / ".venv" / "bin" / "python"), "-P", "-m"]
    run([*python, *module], env={**env, "PYTHONPATH": str(release)}, cwd=release)


def wait_until_ready(home: Path) -> None:
    """Until /readyz says that all is well; Stop, with what it says instead."""
    deadline, said = time.monotonic() + COMING_UP, "nothing answers"
    while time.monotonic() < deadline:
        try:
            status, said = _readiness(home)
            if status == 200:
                return
        except (OSError, http.client.HTTPException) as error:
            said = str(error)
        time.sleep(0.5)
    raise Stop(f"the portal did not come up within {COMING_UP:.0f} s: {said}")


def _readiness(home: Path) -> tuple[int, str]:
    connection = http.client.HTTPConnection("localhost", timeout=10)
    if at := os.environ.get("PORTAL_SOCKET"):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(10)
        connection.sock.connect(at)
    else:
        # By systemd the web listens on the machine's own address, where there are several machines.
        own = os.environ.get("PORTAL_ADDRESS")
        held = f"http://{own}:{listening.DEFAULT_PORT}" if own else "http://localhost:0"
        address = listening.running_at(home) or held
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    host = (os.environ.get("PORTAL_HOSTS") or "localhost").split(",")[0]
    connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")
