"""A passkey in a browser, by Chromium's own virtual authenticator: set up, asked for, of no other origin."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from accounts.enums import Role
from accounts.models import User
from tests import factories
from tests.accounts.factors import code_of
from tests.settings import COMPULSORY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

HOME = re.compile("/desk/$")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _needed(settings):
    settings.PORTAL_SECOND_FACTOR = COMPULSORY


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    yield made
    made.close()


def authenticator(page: Page) -> CDPSession:
    """What a telephone's or a computer's own authenticator is to the page."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return wire


def knock(page: Page, url: str, person: User) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", person.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")


def fits(page: Page) -> None:
    """The page, with all its scripts, does not scroll sideways, narrow or wide."""
    page.wait_for_load_state()
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_passkey_is_set_up_asked_for_and_of_no_other_origin(context, live_server, settings):
    person, page = factories.user(Role.OFFICE), context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    authenticator(page)
    knock(page, live_server.url, person)
    expect(page).to_have_url(re.compile("/desk/account/second-factor/$"))
    fits(page)
    page.click("main a[href*=webauthn]")
    fits(page)
    page.fill("main [name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")
    fits(page)
    page.click("#passkey-button")
    expect(page.locator("code.recovery-code")).to_have_count(10)
    fits(page)
    page.click("main a.btn-primary")
    expect(page).to_have_url(HOME)
    page.goto(f"{live_server.url}/accounts/2fa/")
    fits(page)
    page.goto(f"{live_server.url}/desk/account/sessions/")
    fits(page)

    context.clear_cookies()
    knock(page, live_server.url, person)
    expect(page).to_have_url(re.compile("/2fa/authenticate/$"))
    fits(page)
    page.click("#passkey-button")
    expect(page).to_have_url(HOME)
    assert refused == []

    # The browser itself hands no passkey of localhost to another name of the same machine.
    context.clear_cookies()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "portal.localhost"]
    elsewhere = live_server.url.replace("localhost", "portal.localhost")
    knock(page, elsewhere, person)
    expect(page).to_have_url(re.compile("/2fa/authenticate/$"))
    fits(page)
    page.click("#passkey-button")
    expect(page.locator("#passkey-failed")).to_be_visible()
    assert "/desk/" not in page.url


def test_app_does_without_a_script(browser: Browser, live_server):
    person = factories.user(Role.INSPECTOR)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    knock(page, live_server.url, person)
    page.click("main a[href*=totp]")
    page.fill("main [name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", code_of(secret))
    page.click("main form button[type=submit]")
    expect(page.locator("code.recovery-code")).to_have_count(10)
    context.clear_cookies()
    knock(page, live_server.url, person)
    page.fill("[name=code]", code_of(secret, steps_on=1))
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/desk/"))
    context.close()
