"""The portal's address: one listening socket, and one running portal per home."""

import contextlib
import errno
import fcntl
import ipaddress
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.console import Stop, say

DEFAULT_PORT = 8000
NEIGHBOURS = 20
# A process that was killed keeps its sockets for a moment after it is gone from sight (seconds).
PATIENCE = 1.0
# What holds a home where systemd starts it (docs/operate.md, Restore).
STOPPING = "systemctl stop portal-web.socket portal-web portal-worker portal-beat"


def wanted_port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Stop(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def listen(port: int, *, host: str = "127.0.0.1", or_next: bool = False) -> socket.socket:
    """Listen on the port; when it is taken, on the next free one if that will do, else raise Stop.

    The web server inherits the open socket, so nobody can take the port in
    between, and a visitor waits while a crashed web server is restarted.
    """
    deadline = time.monotonic() + PATIENCE
    while not (listener := _listener(host, port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if listener:
        return listener
    others = (*range(port + 1, min(port + NEIGHBOURS, 65536)), 0) if or_next else ()
    for other in others:
        if listener := _listener(host, other):
            say(f"!! Port {port} is taken by another program; this portal takes {listener.getsockname()[1]}.")
            return listener
    raise Stop(f"port {port} is taken by another program; end that one, or ask for another port: PORT=…")


def _listener(host: str, port: int) -> socket.socket | None:
    """None where the port is taken."""
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return None
        raise Stop(f"cannot listen on {host}:{port}: {error.strerror}") from error


def keep_from_the_network(host: str) -> None:
    """The demo's people have a password that stands in the README: it is for this machine's own readers."""
    if not is_loopback(host):
        raise Stop(
            f"PORTAL_BIND={host} would open the demo's accounts, whose password everybody knows, to the "
            "network.\nAn empty portal may be reached from there, with a home of its own:\n"
            f"    PORTAL_HOME=another/folder PORTAL_BIND={host} ./portal run --empty\n"
            "For real work install it: ./portal install --name portal.example.gov.cn"
        )


def inherited() -> socket.socket | None:
    """The socket that systemd holds open for us (`LISTEN_FDS`), while we are started anew as well."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=3)


def listen_on_path(path: Path) -> socket.socket:
    """Listen on a Unix socket that our user and group may use; one that was left behind is replaced."""
    if path.exists():
        with socket.socket(socket.AF_UNIX) as asked, contextlib.suppress(ConnectionRefusedError):
            asked.connect(str(path))
            raise Stop(f"another program listens on {path}; end that one, or give another PORTAL_SOCKET")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
    except OSError as error:
        raise Stop(f"cannot listen on {path}: {error.strerror or error}") from error
    path.chmod(0o660)
    listener.listen(512)
    return listener


def is_loopback(host: str) -> bool:
    """Whether only this machine's own programs reach it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_of(listener: socket.socket) -> str:
    if listener.family == socket.AF_UNIX:
        return "http://localhost"
    host, port = listener.getsockname()[:2]
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"


@contextmanager
def only_portal(home: Path) -> Iterator[None]:
    """Hold the home's lock (the kernel lets go of it however we end), or say who holds it."""
    descriptor = os.open(_lock_path(home), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            at = running_at(home)
            raise Stop(
                f"this portal is already running{f' at {at}' if at else ''} (PORTAL_HOME {home}).\n"
                "Stop it first, or give this one a PORTAL_HOME of its own. What systemd started ends by\n"
                f"    {STOPPING}"
            ) from None
        file.truncate(0)
        yield


def one_role_of(home: Path) -> None:
    """Hold the home's lock beside the other roles of `./portal serve`, until this process ends, whatever
    program it becomes meanwhile."""
    descriptor = os.open(_lock_path(home), os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(descriptor, True)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Stop(
            f"PORTAL_HOME {home} is held by ./portal run, or by a restore or an upgrade that has not ended"
        ) from None


def announce(home: Path, address: str) -> None:
    """Leave the address in the lock file, for `running_at`."""
    _lock_path(home).write_text(address + "\n")


def running_at(home: Path) -> str:
    """The address of the portal that runs on this home, or an empty string."""
    path = _lock_path(home)
    if not path.exists():
        return ""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip()
    return ""


def _lock_path(home: Path) -> Path:
    return home / "run.lock"
