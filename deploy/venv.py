"""The virtual environment in `.venv`: made once, filled from the locks, and then run in."""

import hashlib
import os
import sys
from collections.abc import Sequence
from importlib import util
from pathlib import Path

from deploy.console import BUNDLE, ROOT, run, say

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
RUN = ("requirements.txt",)
DEVELOP = (*RUN, "requirements-dev.txt")  # what checks and tests the portal besides


def is_ready(locks: Sequence[str]) -> bool:
    """Whether these locks, as they are now, have been installed into `.venv`."""
    return not _missing(locks)


def is_active() -> bool:
    return Path(sys.prefix).resolve() == FOLDER.resolve()


def packages() -> list[str]:
    """What Debian keeps apart from its Python and `install` needs."""
    if is_active() or util.find_spec("ensurepip"):
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def install(locks: Sequence[str]) -> None:
    """Fill `.venv` from these locks; it is made anew where the first one changed, unless we run in it."""
    missing = _missing(locks)
    if not missing and (is_active() or PYTHON.exists()):
        return
    if not is_active() and (not PYTHON.exists() or missing[0] == locks[0]):
        say(f"· Making .venv with Python {sys.version.split()[0]}")
        run([sys.executable, "-m", "venv", "--clear", str(FOLDER)])
        missing = list(locks)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if (wheels := BUNDLE / "wheels").exists():
        pip += ["--no-index", "--find-links", str(wheels)]
    for lock in missing:
        say(f"· Installing {lock}")
        run([*pip, "-r", str(ROOT / lock)])
        _stamp(lock).write_text(_digest(lock))


def enter(arguments: list[str]) -> None:
    """Go on in `.venv`'s Python, in this same process (the terminal's signals keep finding it)."""
    if not is_active():
        os.execv(PYTHON, [str(PYTHON), "-P", "-m", "deploy", *arguments])  # noqa: S606 - our own interpreter


def _missing(locks: Sequence[str]) -> list[str]:
    return [lock for lock in locks if not _stamp(lock).exists() or _stamp(lock).read_text() != _digest(lock)]


def _stamp(lock: str) -> Path:
    """What was installed from this lock."""
    return FOLDER / f"{lock}.stamp"


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
