"""The plan is loaded once per test database; dates are pinned inside the plan's year."""

import datetime
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from standards import guards
from standards.models import Standard


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test starts with the plan's own data and nothing else."""
    with django_db_blocker.unblock():
        call_command("load_plan", verbosity=0)


@pytest.fixture(autouse=True)
def _plan(request):
    """Around tests that commit: their clean-up empties all tables, which the guards would refuse."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        yield
        return
    request.getfixturevalue("_django_db_helper")
    if not Standard.objects.exists():
        # A committing test ran before this one and took the data and the guards away.
        guards.drop(connection)
        guards.create(connection)
        call_command("load_plan", verbosity=0)
    yield
    if marker.kwargs.get("transaction"):
        guards.drop(connection)


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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

    set_date("2008-01-10")
    return set_date
