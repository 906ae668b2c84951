"""Runs the portal's processes: one log, restarts, and an end that leaves nothing behind.

honcho prints the log, but its Manager does not keep the processes: it stops all
when one ends (a killed worker must come back by itself), signals the broker
together with the worker that still needs it, waits for ever when no process
heeds SIGTERM, and does not know SIGHUP, which a closed terminal sends.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn, Self

from honcho.colour import get_colours
from honcho.printer import Message, Printer

from deploy.console import ROOT, Stop, dying_with_us, heed_signals, say, undisturbed

TICK = 0.1
GRACE = 8.0  # a paper being rendered has this long to get done
STEADY = 30.0  # having run so long, a process is no longer one that keeps dying
LONGEST_PAUSE = 60.0  # before a process that keeps dying is started again
MARK = "PORTAL_SUPERVISED"  # in the environment of our processes and of theirs, of nobody else's


@dataclass
class Child:
    """One process of the portal; `deaths` counts those in a row, each soon after its start."""

    name: str
    command: list[str]
    pass_fds: tuple[int, ...] = ()
    colour: str = ""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = 0


class Supervisor:
    """A context manager: whatever ends the block, every process and all their children end with it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = {**env, MARK: "yes"}
        self.children: list[Child] = []
        self._colours = get_colours()
        self._printer = Printer(sys.stdout, width=len("worker"))
        self._printing = threading.Lock()
        self._impatient = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, child: Child) -> None:
        child.colour = next(self._colours)
        self.children.append(child)
        self._spawn(child)

    def wait_until(self, ready: Callable[[], bool], *, what: str, timeout: float) -> None:
        """Wait for what is coming up; too late, or one of the processes dead, raises Stop."""
        deadline = time.monotonic() + timeout
        while not ready():
            heed_signals()
            if time.monotonic() > deadline:
                raise Stop(f"the {what} did not come up within {timeout:.0f} seconds")
            for child in self.children:
                if child.process and child.process.poll() is not None:
                    raise Stop(f"{child.name} died ({_in_words(child.process.returncode)}) on the way up")
            time.sleep(TICK)

    def tend(self) -> NoReturn:
        """Restart what dies until a signal raises Interrupted.

        What keeps dying is started again after growing pauses, for as long as it takes: a disk is emptied,
        a database comes back, and until then the others serve what they can.
        """
        while True:
            heed_signals()
            for child in self.children:
                if child.process is None:
                    if time.monotonic() >= child.restart_at:
                        self._spawn(child)
                elif child.process.poll() is not None:
                    self._bury(child, child.process)
            time.sleep(TICK)

    def stop(self) -> None:
        """End every process, the first one started (the broker) last; a second signal ends the grace."""

        def hurry(signum: int, frame: FrameType | None) -> None:
            self._impatient = True

        signal.signal(signal.SIGINT, hurry)
        signal.signal(signal.SIGTERM, hurry)
        self._end(self.children[1:])
        self._end(self.children[:1])

    def _spawn(self, child: Child) -> None:
        with undisturbed():
            child.process = subprocess.Popen(
                [*dying_with_us(), *child.command],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; the whole group can be signalled
                pass_fds=child.pass_fds,
            )
        child.started_at = time.monotonic()
        threading.Thread(target=self._relay, args=(child, child.process), daemon=True).start()

    def _bury(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        _kill_group(process)  # what a killed parent left behind
        now = time.monotonic()
        child.process = None
        child.deaths = 1 if now - child.started_at > STEADY else child.deaths + 1
        pause = min(0.5 * 2.0 ** min(child.deaths - 1, 10), LONGEST_PAUSE)
        child.restart_at = now + pause
        told = f"{child.name} died ({_in_words(process.returncode)})"
        if child.deaths > 1:
            told += f", {child.deaths} times in a row (the reason is above; the others go on)"
        self._print("portal", f"{told}; back in {pause:.1f} s")

    def _end(self, children: list[Child]) -> None:
        processes = [child.process for child in children if child.process]
        for process in processes:
            process.terminate()  # not the group: a worker's pool must get its papers done
        deadline = time.monotonic() + GRACE
        while any(process.poll() is None for process in processes):
            if self._impatient or time.monotonic() > deadline:
                break
            time.sleep(TICK / 2)
        for process in processes:
            _kill_group(process)
            process.wait()

    def _relay(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if line.strip():
                    self._print(child.name, line.decode(errors="replace"), child.colour)

    def _print(self, name: str, text: str, colour: str | None = None) -> None:
        message = Message(type="line", data=text, time=datetime.now().astimezone(), name=name, colour=colour)
        # The terminal may be gone while the processes still have something to say.
        with self._printing, contextlib.suppress(OSError):
            self._printer.write(message)


def end_former(home: Path) -> None:
    """End what a supervisor that was killed left behind on this home; to be called under the home's lock.

    The kernel has told them (`dying_with_us`), but a page or a paper may still be under way, and a worker
    can wait for a broker that is gone: they have the same grace as at any other end.
    """
    left = _left_on(home)
    if left:
        say("Ending the processes of a portal that was killed here.")
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == pid:  # not a worker's pool
                os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while left := _left_on(home):
        for pid in left if time.monotonic() > deadline else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(TICK)


def _left_on(home: Path) -> list[int]:
    """The living processes of a supervisor's on this home, by their environment; where there is /proc."""
    wanted = {os.fsencode(f"PORTAL_HOME={home}"), f"{MARK}=yes".encode()}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
            if wanted <= set((folder / "environ").read_bytes().split(b"\0")):
                found.append(int(folder.name))
    return found


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _in_words(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
