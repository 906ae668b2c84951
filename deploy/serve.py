"""`./portal serve ROLE` (web, worker, beat, metrics): in the foreground, for systemd or who else starts it.

Nothing is prepared and nothing is made up: a database that this version has not migrated, or that has other
keys, is refused, but by `metrics`, which tells of it. `worker` and `beat` become Celery. `web` holds the
socket and starts its processes anew: on SIGHUP one after the other is exchanged for one with new code or
settings, and a reader waits at most.
"""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy import environment, listening
from deploy.console import ROOT, Stop, dying_with_us, end, say, undisturbed
from deploy.run import PYTHON, beat_command, metrics_command, worker_command

TICK = 0.1
# A process that dies is started again so long (seconds) after its own start at the earliest.
APART = 2.0
# A page's code is loaded and the database asked by then (seconds), on a slow machine too.
COMING_UP = 60.0
# Above `deploy.web`'s own grace for what is being answered.
GRACE = 10.0
BECOMES = {"worker": worker_command, "beat": beat_command, "metrics": metrics_command}


def main(arguments: list[str]) -> NoReturn:
    parser = ArgumentParser(prog="./portal serve", description="One role in the foreground, until SIGTERM.")
    parser.add_argument("role", choices=("web", *BECOMES))
    role = parser.parse_args(arguments).role
    home = environment.home()
    if environment.is_installed() and environment.holds_demo(home):
        raise Stop(
            f"{home} holds the demo campaign, whose password everybody knows, and this machine is installed "
            "for real work (PORTAL_INSTALLED): it needs a PORTAL_HOME of its own."
        )
    processes = _wanted_processes()
    if role != "metrics":
        listening.one_role_of(home)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_listener(home)) if role == "web" else None
        address = listening.address_of(listener) if listener else "http://localhost"
        env = environment.portal(home, kind=environment.campaign(home), address=address)
        # The owner of the tables is none of theirs (see ./portal install).
        env.pop("PORTAL_OWNER_DATABASE_URL", None)
        if role != "metrics" and not _is_ready(env):
            raise Stop(f"the {role} does not start; the reason is above")
        if listener:
            Web(listener, env).tend(processes)
        command = BECOMES[role]()
        os.chdir(ROOT)
        os.execve(command[0], command, env)  # noqa: S606 - our own interpreter


def _is_ready(env: Mapping[str, str]) -> bool:
    return not subprocess.run([*PYTHON, "deploy.ready"], check=False, env=env, cwd=ROOT).returncode


def _listener(home: Path) -> socket.socket:
    """What systemd holds open, else PORTAL_SOCKET, else PORTAL_BIND and PORT."""
    if held := listening.inherited():
        return held
    if path := os.environ.get("PORTAL_SOCKET"):
        return listening.listen_on_path(Path(path))
    host = os.environ.get("PORTAL_BIND") or "127.0.0.1"
    if environment.holds_demo(home):
        listening.keep_from_the_network(host)
    return listening.listen(listening.wanted_port(os.environ), host=host)


@dataclass
class Process:
    """One of the web's processes, and when it was started."""

    started_at: float
    popen: subprocess.Popen[bytes]


class Web:
    """The processes at one socket, which stays open whatever becomes of them."""

    def __init__(self, listener: socket.socket, env: Mapping[str, str]) -> None:
        self.listener = listener
        self.env = env
        self.processes: list[Process] = []
        self._exchange = False

    def tend(self, count: int) -> NoReturn:
        """Keep so many processes serving until a signal raises Interrupted."""
        signal.signal(signal.SIGHUP, self._asked_to_exchange)
        try:
            for _ in range(count):
                self.processes.append(self._start())
            _notify("READY=1")
            say(f"{len(self.processes)} web processes serve {self.listener.getsockname()}")
            while True:
                if self._exchange:
                    self._exchange = False
                    self._exchange_all()
                self._start_what_died()
                time.sleep(TICK)
        finally:
            self._end([each.popen for each in self.processes])

    def _asked_to_exchange(self, signum: int, frame: FrameType | None) -> None:
        self._exchange = True

    def _start(self) -> Process:
        """Start one and wait until it serves; raise Stop if it does not come up."""
        reading, writing = os.pipe()
        with os.fdopen(reading) as ready:
            with undisturbed():
                popen = self._popen(writing)
                process = Process(time.monotonic(), popen)
            os.close(writing)
            try:
                with selectors.DefaultSelector() as selector:
                    selector.register(ready, selectors.EVENT_READ)
                    if selector.select(COMING_UP) and ready.read(1):
                        return process
                raise Stop("a web process did not come up; the reason is above")
            except BaseException:
                end(popen)
                raise

    def _popen(self, *descriptors: int) -> subprocess.Popen[bytes]:
        own = (self.listener.fileno(), *descriptors)
        command = [*dying_with_us(), *PYTHON, "deploy.web", *map(str, own)]
        return subprocess.Popen(command, env=self.env, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=own)

    def _start_what_died(self) -> None:
        """Without waiting for them: the others serve."""
        for process in self.processes:
            code = process.popen.poll()
            if code is not None and time.monotonic() > process.started_at + APART:
                say(f"a web process died ({code}); another takes its place")
                with undisturbed():
                    process.popen = self._popen()
                process.started_at = time.monotonic()

    def _exchange_all(self) -> None:
        """One after the other; an old one goes once the new one serves, and stays if that does not."""
        for number, old in enumerate(self.processes):
            try:
                new = self._start()
            except Stop as reason:
                say(f"not exchanged: {reason}")
                return
            self.processes[number] = new
            self._end([old.popen])
        say(f"{len(self.processes)} web processes were exchanged")

    def _end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        """All at once; what does not end by itself is made to."""
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wanted_processes() -> int:
    text = os.environ.get("PORTAL_WEB_PROCESSES") or "2"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise Stop(f"PORTAL_WEB_PROCESSES must be a number from 1 to 64, not {text!r}")
    return int(text)


def _notify(state: str) -> None:
    """Tell systemd (Type=notify); nobody else asks for it."""
    if not (name := os.environ.get("NOTIFY_SOCKET")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        asking.connect("\0" + name[1:] if name.startswith("@") else name)
        asking.sendall(state.encode())
