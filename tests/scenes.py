"""What many tests begin with, made once: they run above it one after the other, each on a copy of its own."""

import copy
import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from desk import rail

# Shared with the tests themselves (tests/conftest.py): no test is about how slowly a password is hashed.
QUICK_PASSWORDS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FIRST_DAY = datetime.date(2008, 1, 10)


class Scene:
    """What `make` made, in a transaction that stays open; `leave` takes it back."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.media = TemporaryDirectory(prefix="portal-scene-")
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        own = {"PASSWORD_HASHERS": QUICK_PASSWORDS, "PORTAL_TODAY": FIRST_DAY, "MEDIA_ROOT": self.media.name}
        try:
            with override_settings(**own):
                self.made = make()
            if connection.vendor == "postgresql":
                # Nobody counts for its planner what is not committed: a page of the demo can take minutes.
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.media.cleanup()


_standing: Scene | None = None


def made_once(day: str = "") -> Callable[[Callable[[], Any]], Any]:
    """A fixture made once for all tests in a row that ask for it, and for no others; they begin on `day`.

    It takes no other fixtures, and a test has one such fixture. For a test that commits it is made anew.
    """

    def decorate(make: Callable[[], Any]) -> Any:
        def given(settings, on):
            if _standing:
                shutil.copytree(_standing.media.name, Path(settings.MEDIA_ROOT), dirs_exist_ok=True)
                rail._made.clear()  # its keys come back with the scene, with what another test was told
            made = copy.deepcopy(_standing.made) if _standing else make()
            if day:
                on(day)
            return made

        given.scene = make  # read by `wanted`
        return pytest.fixture(given, name=make.__name__)

    return decorate


def wanted(test: pytest.Item) -> Callable[[], Any] | None:
    """The scene among a test's fixtures; below a test that commits there is none."""
    marker = test.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        return None
    # pytest's public `fixturenames` does not do: a name is a scene in one module and plain in the next, and
    # which of the two a test gets, only this table says.
    fixtures = [definitions[-1].func for definitions in test._fixtureinfo.name2fixturedefs.values()]
    return next((fixture.scene for fixture in fixtures if hasattr(fixture, "scene")), None)


def stand_on(make: Callable[[], Any] | None) -> None:
    """Called before a test's own transaction begins: the one scene that stands is the one it asks for."""
    global _standing  # noqa: PLW0603  # a process has one database, and that has one scene
    if _standing and _standing.make is not make:
        _standing.leave()
        _standing = None
    if make and not _standing:
        _standing = Scene(make)
