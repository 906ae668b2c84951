"""What stands above a public page on a telephone without JavaScript, in ordinary and in large type."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

TELEPHONE = "0473-1234567"


@pytest.fixture
def at_telephone(browser, live_server, settings):
    """A page in 360 px; `large` brings the cookie of 长辈模式."""
    settings.PORTAL_TELEPHONE = TELEPHONE
    opened = []

    def page_of(*, large):
        context = browser.new_context(
            locale="zh-CN", viewport={"width": 360, "height": 740}, java_script_enabled=False
        )
        if large:
            context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield page_of
    for context in opened:
        context.close()


@pytest.mark.parametrize("large", [False, True], ids=["ordinary", "large"])
def test_one_line_stands_above_the_page_and_its_menu_leads_everywhere(at_telephone, live_server, large):
    page = at_telephone(large=large)
    page.goto(f"{live_server.url}/sites/")
    line = page.locator(".masthead").bounding_box()
    assert line["y"] == 0
    assert line["height"] <= (75 if large else 56)
    expect(page.get_by_role("link", name="公示", exact=True)).to_be_hidden()
    page.locator(".masthead summary").click()
    menu = page.locator(".bar-menu > div")
    for name in ("首页", "工作方案", "建设标准", "示范点", "公示", "社会评议", "公文验证", "工作人员登录"):
        expect(menu.get_by_role("link", name=name, exact=True)).to_be_visible()
    menu.get_by_role("link", name="公示", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/notices/")


def test_content_begins_within_120_px(at_telephone, live_server):
    page = at_telephone(large=False)
    for address in ("/", "/sites/", "/notices/", "/search/", "/verify/", "/help/"):
        page.goto(live_server.url + address)
        assert page.locator("h1").bounding_box()["y"] <= 120, address


def test_large_type_puts_the_telephone_first_and_leaves_less(at_telephone, live_server):
    page = at_telephone(large=True)
    page.goto(f"{live_server.url}/")
    call = page.locator(".shell:has(#main) a").first
    expect(call).to_contain_text(TELEPHONE)
    expect(call).to_have_attribute("href", f"tel:{TELEPHONE}")
    ways = page.get_by_role("navigation", name="常用入口").get_by_role("link")
    expect(ways).to_have_count(4)
    assert all(way.bounding_box()["height"] >= 60 for way in ways.all())
    expect(page.get_by_role("heading", name="工作进展")).to_have_count(0)


def test_page_is_read_aloud_where_the_browser_can(browser, live_server):
    context = browser.new_context(locale="zh-CN")
    context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    page = context.new_page()
    page.add_init_script(
        "window.heard = []; speechSynthesis.speak = (said) => heard.push([said.text, said.lang]);"
    )
    page.goto(f"{live_server.url}/sites/")
    button = page.get_by_role("button", name="朗读本页")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    heard = page.evaluate("heard")
    assert heard[0] == ["示范点", "zh-hans"]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    context.close()
