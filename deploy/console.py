"""Talking to the person at the terminal, and running other programs quietly."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# What `./portal bundle` puts beside the code: where it lies, everything comes from it, without a network.
BUNDLE = ROOT / "bundle"

# The command, and no path that ends so.
_CALLED = re.compile(r"(?<![\w./])\./portal(?![\w/-])")
_running: set[subprocess.Popen[str]] = set()
_ending = threading.Event()
# The signals that asked us to end.
_asked: list[int] = []


class Stop(Exception):
    """The command cannot go on; the message is all there is to read."""


class Interrupted(BaseException):
    """Ctrl-C, a kill or a closed terminal. A BaseException, so that no `except Exception` eats it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def say(text: str) -> None:
    """Print one line; a terminal that has gone away is no reason to fail."""
    with contextlib.suppress(OSError):
        print(as_called_here(text), flush=True)


def as_called_here(text: str) -> str:
    """With the command as it is called on this machine: on an installed one from any folder."""
    return _CALLED.sub("portal", text) if os.environ.get("PORTAL_INSTALLED") else text


def raise_on_signals() -> None:
    """From now on a signal that asks us to end raises Interrupted (nohup's ignored SIGHUP stays ignored)."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        _asked.append(signum)
        raise Interrupted(signum)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, interrupt)


def heed_signals() -> None:
    """Raise Interrupted where we were asked to end: Python drops what is raised inside a finalizer."""
    if _asked:
        raise Interrupted(_asked[0])


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A signal that asks us to end waits for the end of the block: what that starts is known by then."""
    waiting: list[int] = []
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {signum: signal.getsignal(signum) for signum in ending}
    heard = {signum: handler for signum, handler in handlers.items() if callable(handler)}
    for signum in heard:
        signal.signal(signum, lambda signum, frame: waiting.append(signum))
    try:
        yield
    finally:
        for signum, handler in heard.items():
            signal.signal(signum, handler)
    for heard_now in waiting:
        signal.raise_signal(heard_now)


def attempt(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> tuple[int, str]:
    """Run a program without showing its output; return its exit code and what it said."""
    if _ending.is_set():
        raise Stop("interrupted")
    try:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a terminal's Ctrl-C is ours to pass on (see end_all)
        )
    except OSError as error:
        raise Stop(f"{command[0]} cannot be run: {error.strerror}") from error
    _running.add(process)
    try:
        output, _ = process.communicate()
    except Interrupted:
        end(process)
        raise
    finally:
        _running.discard(process)
    return process.returncode, output.strip()


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> str:
    """`attempt` that must work: returns what the program said, or raises Stop with its last lines."""
    code, output = attempt(command, env=env, cwd=cwd)
    if code:
        tail = "\n".join(output.splitlines()[-25:])
        raise Stop(f"`{' '.join(command)}` failed (exit {code}):\n{tail}")
    return output


def run_in_foreground(command: Sequence[str], *, env: Mapping[str, str], cwd: Path = ROOT) -> int:
    """Run a program on our own terminal; when we are told to end, it is told too and waited for."""
    process = subprocess.Popen(command, env=env, cwd=cwd)
    try:
        return process.wait()
    except Interrupted:
        end(process)
        raise


def end(
    process: subprocess.Popen[str] | subprocess.Popen[bytes],
    *,
    signum: signal.Signals = signal.SIGTERM,
    grace: float = 10,
) -> None:
    """Ask a process to end, and insist after the grace."""
    process.send_signal(signum)
    try:
        process.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_all() -> None:
    """End what was started in other threads and let it start no more: no installer outlives us."""
    _ending.set()
    for process in list(_running):
        end(process)


def dying_with_us(signame: str = "TERM") -> list[str]:
    """A prefix for a long-running command: the kernel ends it if we are killed without a chance to."""
    return ["setpriv", "--pdeathsig", signame] if shutil.which("setpriv") else []


def fail(text: str, code: int = 1) -> int:
    """Say why on the error stream and give the exit code back."""
    with contextlib.suppress(OSError):
        print(f"portal: {as_called_here(text)}", file=sys.stderr, flush=True)
    return code


def is_root() -> bool:
    return os.geteuid() == 0
