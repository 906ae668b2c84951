"""One of some hundred units is found by typing: with a script, without one, by keyboard, on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.enums import Role
from accounts.models import Organisation, User
from core.look_up import MOST
from sites.enums import Stage
from tests import factories
from tests.e2e.test_together import sign_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

ADD = "/desk/people/add/"


@pytest.fixture
def wanted(on) -> Organisation:
    units = [factories.unit() for _each in range(300)]
    return units[-7]


def at(browser: Browser, url: str, address: str, *, script: bool = True) -> Page:
    context = browser.new_context(
        locale="zh-CN", java_script_enabled=script, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{url}/accounts/login/?next={address}")
    sign_in(page, factories.user(Role.OFFICE))
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_unit_is_found_by_typing(browser: Browser, live_server, wanted: Organisation, script: bool) -> None:
    page = at(browser, live_server.url, ADD, script=script)
    line, units = page.locator("[name=look-for-organisation]"), page.locator("[name=organisation]")
    page.fill("[name=name]", "示例甲")
    assert units.locator("option").count() == 51
    line.focus()
    page.keyboard.type(wanted.name)
    if not script:
        page.keyboard.press("Enter")
    expect(page.locator("#told-id_organisation")).to_contain_text("找到 1 项")
    expect(page.locator("[name=name]")).to_have_value("示例甲")
    expect(line).to_be_focused()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    units.select_option(str(wanted.pk))
    line.fill("海勃湾")
    if not script:
        page.click("button[name=look-up]")
    expect(page.locator("#told-id_organisation")).not_to_contain_text("找到 1 项")
    expect(units).to_have_value(str(wanted.pk))
    page.locator("[name=name]").press("Enter")
    expect(page).not_to_have_url(f"{live_server.url}{ADD}")
    assert User.objects.get(name="示例甲").organisation == wanted
    page.context.close()


def test_boxes_that_are_ticked_stay_when_others_are_looked_for(browser: Browser, live_server, on) -> None:
    """In a form with files, which a script sends."""
    sites = [factories.site(Stage.BUILDING) for _each in range(70)]
    page = at(browser, live_server.url, "/desk/articles/add/")
    boxes = page.locator("[name=sites]")
    assert boxes.count() == MOST
    page.fill("[name=title]", "示例题名")
    page.set_input_files("[name=files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"1"})
    listed = {box.get_attribute("value") for box in boxes.all()}
    wanted = next(site for site in sites if str(site.pk) not in listed)
    boxes.nth(3).check()
    page.fill("[name=look-for-sites]", wanted.window_name)
    page.locator("[name=look-for-sites]").press("Enter")
    expect(page.locator("#told-id_sites")).to_contain_text("找到")
    page.check(f"[name=sites][value='{wanted.pk}']")
    page.fill("[name=look-for-sites]", "不存在")
    expect(page.locator("#told-id_sites")).to_contain_text("找到 0 项")
    expect(page.locator("[name=sites]:checked")).to_have_count(2)
    expect(page.locator(".upload-row")).to_have_count(1)
    expect(page.locator("[name=title]")).to_have_value("示例题名")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.emulate_media(reduced_motion="reduce")
    assert Axe().run(page).response["violations"] == []
    page.context.close()
