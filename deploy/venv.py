"""The virtual environment in `.venv`: made once, filled from the lock, and then run in."""

import hashlib
import os
import sys
from importlib import util
from pathlib import Path

from deploy.console import ROOT, run, say

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
STAMP = FOLDER / "portal.stamp"


def is_ready() -> bool:
    """Whether the lock, as it is now, has been installed into `.venv`."""
    return STAMP.exists() and STAMP.read_text() == _wanted_stamp()


def is_active() -> bool:
    return Path(sys.prefix).resolve() == FOLDER.resolve()


def packages() -> list[str]:
    """What Debian keeps apart from its Python and `install` needs."""
    if is_active() or util.find_spec("ensurepip"):
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def install() -> None:
    """Fill `.venv` from requirements.txt; start anew unless we already run in it."""
    if is_ready() and (is_active() or PYTHON.exists()):
        return
    if not is_active():
        say(f"· Making .venv with Python {sys.version.split()[0]}")
        run([sys.executable, "-m", "venv", "--clear", str(FOLDER)])
    say("· Installing requirements.txt")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "-r", str(ROOT / "requirements.txt")])
    STAMP.write_text(_wanted_stamp())


def enter(arguments: list[str]) -> None:
    """Go on in `.venv`'s Python, in this same process (the terminal's signals keep finding it)."""
    if not is_active():
        os.execv(PYTHON, [str(PYTHON), "-P", "-m", "deploy", *arguments])  # noqa: S606 - our own interpreter


def _wanted_stamp() -> str:
    return hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
