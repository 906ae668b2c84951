"""A browser, a served portal and what works behind it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.models import User
from tests.e2e.backstage import Backstage, point_at, redis_to_celery
from tests.e2e.people import Person

# Playwright's event loop runs in the test's thread; the ORM is used there all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What a page is waited for. A quick machine never waits so long, and a busy one is no reason to fail.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def backstage(transactional_db, settings) -> Iterator[Backstage]:
    """Nothing runs yet; a test starts what it needs, and all of it ends with the test."""
    behind = Backstage()
    usual = settings.CELERY_BROKER_URL
    settings.REDIS_URL = behind.url
    point_at(redis_to_celery(behind.url))
    yield behind
    behind.stop()
    point_at(usual)
    shutil.rmtree(behind.home, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)


@pytest.fixture
def sign_in(browser, live_server) -> Iterator[Callable[[User], Person]]:
    """Somebody at a browser of their own."""
    people: list[Person] = []

    def signed_in(user: User) -> Person:
        people.append(Person(browser, live_server.url, user))
        return people[-1]

    yield signed_in
    for person in people:
        person.page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """A picture of every open page of a test that failed, beside its other output."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and browser:
        folder = Path(tempfile.gettempdir()) / "portal-e2e-failures"
        folder.mkdir(exist_ok=True)
        for number, context in enumerate(browser.contexts):
            for page in context.pages:
                page.screenshot(path=folder / f"{item.name}-{number}.png", full_page=True)
                report.sections.append(("page", f"{page.url} → {folder / f'{item.name}-{number}.png'}"))
    return report
