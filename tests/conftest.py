"""The plan is loaded once per test database; dates are pinned inside the plan's year."""

import datetime
import gc
from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from audit import guards as audit_guards
from standards import guards
from standards.models import Standard
from tests import scenes


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test starts with the plan's own data and nothing else."""
    with django_db_blocker.unblock():
        call_command("load_plan", verbosity=0)
    # What is loaded by now stays and need not be looked through for garbage again: that took 10.7 s of CPU
    # time instead of 11.4 over 100 tests of hearing and rectification.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    yield
    with django_db_blocker.unblock():
        scenes.stand_on(None)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """The database is there, and the test's own transaction is about to begin."""
    if fixturedef.argname != "_django_db_helper":
        return
    with request.getfixturevalue("django_db_blocker").unblock():
        if not Standard.objects.exists():
            # A committing test ran before this one and took the data and the guards away. Put back here,
            # they stay; within the test's transaction every test from now on would have to load them.
            guards.drop(connection)
            guards.create(connection)
            call_command("load_plan", verbosity=0)
            import_module("desk.migrations.0002_reminder_rules").create(apps, None)
        scenes.stand_on(scenes.wanted(request.node))


@pytest.fixture(autouse=True)
def _plan(request):
    """After a test that commits its clean-up empties all tables, which the guards would refuse."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("_django_db_helper")
        yield
        guards.drop(connection)
        # These come back by themselves: emptying the tables tells `post_migrate`.
        audit_guards.drop(connection, audit_guards.append_only_guards())
    else:
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = scenes.QUICK_PASSWORDS


@pytest.fixture(autouse=True)
def _own_media(request, settings, tmp_path):
    """Files that a test stores go with it. A real worker (e2e) knows the home's own folder only."""
    if request.node.get_closest_marker("e2e") is None:
        settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def english(client):
    """Screens and messages in English; afterwards the language is put back, which a request does not do."""
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def on(settings) -> Callable[[str], None]:
    """`on("2008-04-10")` sets the business date; every test starts on 10 January 2008, in phase one."""

    def set_date(day: str) -> None:
        settings.PORTAL_TODAY = datetime.date.fromisoformat(day)

    settings.PORTAL_TODAY = scenes.FIRST_DAY
    return set_date
