"""The plan is loaded once a run; dates are pinned inside the plan's year."""

import datetime
import gc
from collections.abc import Callable

import hypothesis
import pytest
from _pytest.nodeid import NodeId
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from accounts import session_store
from deploy import translations
from desk.figures import kept
from desk.open_steps import bring_up_to_date
from sites.calendar import kept_arrangements
from standards import items
from tests import database, heavy, scenes
from tests.desk import kept_steps
from tests.e2e.backstage import point_at

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "nightly", hypothesis.settings.get_profile("portal"), max_examples=100, stateful_step_count=80
)
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Every test starts with the plan's own data, or with its scene, and nothing else."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        # After a test that commits Django would empty all tables; the plan's data went with them.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: database.put_back())
        database.begin()
        # What is loaded by now stays and need not be looked through for garbage again: that took 10.7 s of
        # CPU time instead of 11.4 over 100 tests of hearing and rectification.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)
        yield
        database.end()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """The database is there, and the test's own transaction is about to begin."""
    if fixturedef.argname == "_django_db_helper":
        with request.getfixturevalue("django_db_blocker").unblock():
            scenes.stand_on_what_it_wants(request)


def pytest_configure(config):
    """Screens are Chinese before the first test asks for one."""
    if not hasattr(config, "workerinput"):
        translations.compile_catalogues()


def pytest_collection_modifyitems(config, items):
    """What opens pages, plays the demo, starts processes or makes PDFs is left out of the fast group."""
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group and config.getoption("loadgroup", False):
            # xdist knows a group by the end of a test's name, and writes it where pytest 9.2 does not read it
            # (pytest-xdist 1386): each process would install a machine of its own.
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")
        asks = {"client", "demo"} & set(item.fixturenames)
        of_such = item.path.name.startswith("test_views_") or item.path.name == "test_rendering.py"
        if asks or of_such or item.path.parent.name == "deploy":
            item.add_marker(pytest.mark.heavy)
    items.sort(key=turn)


def turn(item):
    """Without a browser, then with one; of either what takes long first: no process is left alone with it."""
    takes_long, in_browser = (
        any(item.get_closest_marker(name) for name in names) for names in (("slow", "drill"), ("e2e",))
    )
    return in_browser, not takes_long


def pytest_sessionfinish(session):
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and not session.config.getoption("reuse_db"):
        database.clean_up()


@pytest.fixture(autouse=True, name="database")
def _database():
    """Which database a test of both runs on (`tests.at_once.on_both`); of other tests it says nothing."""


@pytest.fixture(autouse=True)
def _no_figure_is_kept(settings, tmp_path, monkeypatch):
    """A slow machine must not find a figure worth keeping that the test has just changed.

    Where a test does keep them, they go with it.
    """
    monkeypatch.setattr(kept, "WORTH_KEEPING", float("inf"))
    if (kept_in := settings.CACHES["figures"])["LOCATION"] == str(settings.PORTAL_HOME / "figures"):
        own = kept_in | {"LOCATION": tmp_path / "figures"}
        settings.CACHES = settings.CACHES | {"figures": own}


@pytest.fixture(autouse=True)
def _rail_counts_anew():
    """What a process keeps for all pages of the desk is of the test before."""
    caches["rail"].clear()


@pytest.fixture(autouse=True)
def _nothing_heavy_in_a_request(monkeypatch):
    """Whatever page a test opens, the worker draws its PDFs."""
    heavy.watch(monkeypatch)


@pytest.fixture(autouse=True)
def _last_page_is_not_written_meanwhile(monkeypatch):
    """Once a minute a page writes one more row; on a slow machine that falls into what is counted."""
    monkeypatch.setattr(session_store, "SEEN_SECONDS", 1200)


@pytest.fixture(autouse=True)
def _standards_are_read_anew():
    """What one test published was never there for the next, which may use its keys again."""
    items.kept.clear()
    kept.sites_about.cache_clear()
    kept_arrangements.cache_clear()


@scenes.made_once("2008-05-20")
def demo():
    """The demo campaign, on its day."""
    call_command("seed_demo", verbosity=0)


@pytest.fixture(autouse=True)
def _own_media(request, settings, tmp_path):
    """Files that a test stores go with it. A real worker (e2e) knows the home's own folder only."""
    if request.node.get_closest_marker("e2e") is None:
        settings.MEDIA_ROOT, settings.PORTAL_DRAFTS = tmp_path / "media", tmp_path / "drafts"


@pytest.fixture
def queue(settings):
    """A queue inside this process: jobs are handed over and stay there."""
    point_at("memory://")
    yield
    point_at(settings.CELERY_BROKER_URL)


@pytest.fixture(autouse=True)
def portals_own_language():
    """Every test begins in it: a request leaves that of its reader behind."""
    translation.deactivate()


@pytest.fixture
def english(client):
    """Screens and messages in English."""
    client.cookies["django_language"] = "en"
    translation.activate("en")


@pytest.fixture(autouse=True)
def on(settings) -> Callable[[str], None]:
    """`on("2008-04-10")` sets the business date; every test starts on 10 January 2008, in phase one."""

    def set_date(day: str) -> None:
        settings.PORTAL_TODAY = datetime.date.fromisoformat(day)

    settings.PORTAL_TODAY = scenes.FIRST_DAY
    return set_date


@pytest.fixture(autouse=True)
def kept_steps_are_right(request):
    """Whatever a test has done, by whichever way: the open steps that are kept are those of every site."""
    asks = {"db", "transactional_db"} & set(request.fixturenames)
    if not asks and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    yield
    if not connection.needs_rollback:
        assert kept_steps.kept() == kept_steps.worked_out()


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries):
    return counted_from_now(django_assert_num_queries)


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries):
    return counted_from_now(django_assert_max_num_queries)


def counted_from_now(asked):
    """What earlier changes ask for is worked out before a page's questions are counted."""

    def counted(*args, **kwargs):
        bring_up_to_date()
        return asked(*args, **kwargs)

    return counted
