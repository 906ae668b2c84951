"""A PostgreSQL for one test run: its own folder, a Unix socket, no care for durability."""

import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import debian
from deploy.console import Stop, dying_with_us, end, is_root, say

# The data is thrown away with the folder, so nothing needs to reach the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give its DATABASE_URL; however the block ends, server and folder are gone."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user := _unprivileged():
            shutil.chown(folder, user)
        _initialise(programs, folder)
        say("· Starting a PostgreSQL for this run")
        process = _start(programs, folder)
        try:
            _wait(programs, folder, process)
            yield f"postgres://portal@/{folder}/postgres"
        finally:
            end(process, signum=signal.SIGINT)  # its “fast” shutdown: clients are not waited for


def _programs() -> Path:
    """The folder of initdb and postgres, from Debian's package unless they are there."""
    found = _find()
    if not found:
        debian.install(debian.POSTGRES)
        found = _find()
    if not found:
        raise Stop("no PostgreSQL server found; install one with initdb on PATH")
    return found


def _find() -> Path | None:
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _unprivileged() -> str | None:
    """PostgreSQL refuses root; None where we are somebody else already."""
    if not is_root():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _initialise(programs: Path, folder: Path) -> None:
    made = subprocess.run(
        [
            str(programs / "initdb"),
            "--pgdata",
            str(folder / "data"),
            "--username",
            "portal",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        user=_unprivileged(),
    )
    if made.returncode:
        raise Stop(f"PostgreSQL cannot make its folder:\n{made.stderr.strip()}")


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", *CARELESS]
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            [
                *dying_with_us("INT"),
                str(programs / "postgres"),
                "-D",
                str(folder / "data"),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=_unprivileged(),
            start_new_session=True,  # our Ctrl-C is for pytest; the server ends after it
        )


def _wait(programs: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        asked = subprocess.run(
            [str(programs / "pg_isready"), "--quiet", "--host", str(folder), "--username", "portal"],
            check=False,
        )
        if asked.returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise Stop(f"PostgreSQL did not start:\n{(folder / 'server.log').read_text(errors='replace').strip()}")
