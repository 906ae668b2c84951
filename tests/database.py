"""The tests' database: made once a run and then copied, for each worker and after each test that commits.

A *snapshot* is a database as it once stood, under a name: `PLAN` is the plan's own data and nothing else,
others are what scenes begin with (tests/scenes.py). All workers of a run share them.
"""

import fcntl
import os
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections

from core.planner import renew_statistics
from standards import items

PLAN = "plan"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
# Workers inherit their run's name from the process that starts them. With `--reuse-db` and a name of one's
# own the next run of that name finds the snapshots made: for whoever changes tests and nothing else.
FOLDER = settings.PORTAL_HOME / "tests" / os.environ.setdefault("PORTAL_TEST_RUN", str(os.getpid()))


class Sqlite:
    """A snapshot is a file; putting it back is SQLite's own backup, which every open connection sees."""

    def __init__(self) -> None:
        self.worker = FOLDER / f"{WORKER}.sqlite3"
        self.version = 0

    def open(self) -> None:
        self.watch = sqlite3.connect(self.worker)
        self.watch.execute("PRAGMA journal_mode=WAL")  # by which each connection would change the file else
        _point_at(str(self.worker))

    def keep(self, name: str) -> None:
        with closing(sqlite3.connect(self.worker)) as own:
            own.execute("VACUUM INTO ?", [str(self._file(name))])

    def put_back(self, name: str) -> None:
        with closing(sqlite3.connect(self._file(name))) as kept, closing(sqlite3.connect(self.worker)) as own:
            own.execute("PRAGMA synchronous=OFF")
            kept.backup(own)
        self.version = self._version()

    def has_changed(self) -> bool:
        """Somebody committed since it was put back, whichever connection or process it was."""
        return self._version() != self.version

    def _version(self) -> int:
        found: int = self.watch.execute("PRAGMA data_version").fetchone()[0]
        return found

    def close(self) -> None:
        self.watch.close()
        for path in FOLDER.glob(f"{self.worker.name}*"):
            path.unlink()

    def _file(self, name: str) -> Path:
        return FOLDER / name / "database.sqlite3"


class Postgres:
    """A snapshot is a database that others are made from (`TEMPLATE`)."""

    def __init__(self) -> None:
        self.server = dict(connection.settings_dict)
        self.worker = f"portal_{WORKER}"

    def open(self) -> None:
        self._make(self.worker, "template1")

    def keep(self, name: str) -> None:
        connections.close_all()
        self._run(f'CREATE DATABASE "portal_{name}" TEMPLATE "{self.worker}"')

    def put_back(self, name: str) -> None:
        self._make(self.worker, f"portal_{name}")

    def has_changed(self) -> bool:
        """A server does not tell; what a test leaves is found on SQLite, where all tests run."""
        return False

    def close(self) -> None:
        self._run(f'DROP DATABASE "{self.worker}" WITH (FORCE)')

    def _make(self, database: str, template: str) -> None:
        connections.close_all()
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        _point_at(database)

    def _run(self, statement: str) -> None:
        other = connection.copy()
        other.settings_dict |= {"NAME": self.server["NAME"]}
        with closing(other), other.cursor() as cursor:
            cursor.execute(statement)


def _point_at(name: str) -> None:
    """Let this process, and what a test starts (`connection.settings_dict`), use another database."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


engine: Sqlite | Postgres = Postgres() if connection.vendor == "postgresql" else Sqlite()
_standing: str | None = None


def begin() -> None:
    """Make this worker's database; the first worker migrates and loads the plan, the others copy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    engine.open()
    snapshot(PLAN, _migrate_and_load)
    stand_on(PLAN)


def end() -> None:
    connections.close_all()
    engine.close()


def clean_up() -> None:
    """Once all workers of the run have ended."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def stand_on(name: str) -> None:
    """The snapshot the next test begins with; nothing to do where the worker stands on it already.

    What a test before left for good, though it should have rolled back, is told and undone.
    """
    if _standing == name and engine.has_changed():
        warnings.warn(f"Left before {os.environ.get('PYTEST_CURRENT_TEST')}", stacklevel=2)
    elif _standing == name:
        return
    put_back(name)


def put_back(name: str | None = None) -> None:
    """Undo whatever was committed; without a name, back to where the worker stood."""
    global _standing  # noqa: PLW0603  # a process has one database
    _standing = name or _standing or PLAN
    engine.put_back(_standing)
    # What a process keeps of the database would outlive it.
    caches["rail"].clear()
    items.kept.clear()


def snapshot(name: str, make: Callable[[], None]) -> Path:
    """The snapshot's folder; made by the first worker to ask for it while the others wait.

    `make` finds the database the worker stands on and may leave files of its own in the folder.
    """
    folder = FOLDER / name
    with _one_at_a_time(name):
        if not (folder / "made").exists():
            folder.mkdir(exist_ok=True)
            make()
            renew_statistics()  # copied with the rest: without them a page of the demo can take minutes
            engine.keep(name)
            (folder / "made").touch()
    return folder


def _migrate_and_load() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("load_plan", verbosity=0)


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    with (FOLDER / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
