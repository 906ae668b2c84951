"""What many tests begin with: played once a run, kept as a snapshot, and given to each of them as a copy."""

import datetime
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests import database, factories

FIRST_DAY = datetime.date(2008, 1, 10)

# The module and name of a fixture that is a scene → how it is made.
_scenes: dict[tuple[str, str], Callable[[], Any]] = {}


def made_once(day: str = "") -> Callable[[Callable[[], Any]], Any]:
    """A fixture made once for all tests that ask for it, and for no others; they begin on `day`.

    It takes no other fixtures, a test has one such fixture, and what it returns can be pickled.
    """

    def decorate(make: Callable[[], Any]) -> Any:
        _scenes[make.__module__, make.__name__] = make

        def given(settings, on):
            folder = database.FOLDER / _name(make)
            shutil.copytree(folder / "media", Path(settings.MEDIA_ROOT), dirs_exist_ok=True)
            if day:
                on(day)
            return pickle.loads((folder / "result").read_bytes())  # noqa: S301  # our own

        return pytest.fixture(given, name=make.__name__)

    return decorate


def stand_on_what_it_wants(request: pytest.FixtureRequest) -> None:
    """Called before a test's own transaction begins: its database is the scene it asks for, or the plan."""
    make = wanted(request)
    if make is None:
        database.stand_on(database.PLAN)
        factories.count_from(0)
        return
    name = _name(make)
    database.snapshot(name, lambda: _play(make, database.FOLDER / name))
    database.stand_on(name)
    factories.count_from(int((database.FOLDER / name / "counted").read_text()))


def wanted(request: pytest.FixtureRequest) -> Callable[[], Any] | None:
    """The scene among a test's fixtures: its module's own, else one of the nearest folder's conftest."""
    package = request.module.__package__.split(".")
    folders = [".".join(package[:depth]) for depth in range(len(package), 0, -1)]
    places = [request.module.__name__, *(f"{folder}.conftest" for folder in folders)]
    for name in request.fixturenames:
        for place in places:
            if make := _scenes.get((place, name)):
                return make
            if hasattr(sys.modules.get(place), name):
                break  # a plain fixture of that name: what lies further out is hidden by it
    return None


def _play(make: Callable[[], Any], folder: Path) -> None:
    """Make it upon the plan's data; what waits for the commit (a paper's way to a worker) stays undone."""
    database.stand_on(database.PLAN)
    factories.count_from(0)
    own = {
        "PORTAL_TODAY": FIRST_DAY,
        "MEDIA_ROOT": folder / "media",
    }
    (folder / "media").mkdir()
    with override_settings(**own), transaction.atomic():
        made = make()
        connection.run_on_commit.clear()
    (folder / "result").write_bytes(pickle.dumps(made))
    (folder / "counted").write_text(str(factories.counted()))


def _name(make: Callable[[], Any]) -> str:
    return f"{make.__module__}.{make.__name__}".removeprefix("tests.").replace(".", "-")
