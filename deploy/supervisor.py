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
from types import FrameType, TracebackType
from typing import NoReturn, Self

from honcho.colour import get_colours
from honcho.printer import Message, Printer

from deploy.console import ROOT, Stop, dying_with_us

TICK = 0.1
GRACE = 8.0  # a paper being rendered has this long to get done
STEADY = 30.0  # having run so long, a process gets its first chances back
CHANCES = 6  # deaths in a row after which we give up


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
        self.env = env
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
            if time.monotonic() > deadline:
                raise Stop(f"the {what} did not come up within {timeout:.0f} seconds")
            for child in self.children:
                if child.process and child.process.poll() is not None:
                    raise Stop(f"{child.name} died ({_in_words(child.process.returncode)}) on the way up")
            time.sleep(TICK)

    def tend(self) -> NoReturn:
        """Restart what dies until a signal raises Interrupted; a process that keeps dying raises Stop."""
        while True:
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
        if child.deaths == CHANCES:
            raise Stop(f"{child.name} died {CHANCES} times in a row; its last lines are above")
        pause = 0.5 * 2 ** (child.deaths - 1)
        child.restart_at = now + pause
        self._print("portal", f"{child.name} died ({_in_words(process.returncode)}); back in {pause:.1f} s")

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


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _in_words(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
