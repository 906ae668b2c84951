"""Two clerks at one form, and whoever writes while the session ends: nobody's words are lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.enums import Role
from accounts.models import User
from sites.enums import PlanState, Stage
from sites.models import Site
from tests import factories
from tests.e2e.people import Person
from tests.sites import making

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

TEXT = "示例文字：请把办事指南贴在窗口"


@pytest.fixture
def clerk(on) -> User:
    on("2008-01-10")
    office = factories.district_office(factories.district())
    return factories.user(Role.DISTRICT, office)


@pytest.fixture
def row(clerk: User) -> Site:
    return making.add_site(making.own_list(clerk), clerk)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.form-shell button[type=submit]").last.click()


def test_two_clerks_at_one_row(browser: Browser, live_server, clerk: User, row: Site) -> None:
    colleague = factories.user(Role.DISTRICT, clerk.organisation)
    first, second = (Person(browser, live_server.url, user) for user in (clerk, colleague))
    form = f"/desk/filings/{row.filing_id}/sites/{row.pk}/"
    for person in (first, second):
        person.go(form)
    first.fill(liaison_phone="0473-1111111")
    save(first.page)
    # What only one of them changed is kept.
    second.fill(address="海勃湾区（示例地址）")
    save(second.page)
    row.refresh_from_db()
    assert (row.address, row.liaisons.get().phone) == ("海勃湾区（示例地址）", "0473-1111111")
    # What both changed is chosen from.
    for person in (first, second):
        person.go(form)
    first.fill(liaison_phone="0473-2222222")
    save(first.page)
    second.fill(liaison_phone="0473-3333333", reason="改写的理由（示例）。")
    save(second.page)
    choice = second.page.locator(".clash")
    expect(choice).to_contain_text("0473-2222222")
    expect(choice).to_contain_text("0473-3333333")
    second.page.check("[name=take-liaison_phone][value^=stored]")
    save(second.page)
    row.refresh_from_db()
    assert (row.reason, row.liaisons.get().phone) == ("改写的理由（示例）。", "0473-2222222")


def test_button_of_one_form_drops_no_text_of_another(browser: Browser, live_server, row: Site) -> None:
    building = factories.site(Stage.BUILDING)
    unit = Person(browser, live_server.url, factories.user(Role.LIAISON, building.organisation))
    unit.go(f"/desk/sites/{building.pk}/means/")
    unit.page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = true))")
    unit.fill(name=TEXT)
    enter = unit.page.locator("main form[action*='/investments/'] button[type=submit]")
    enter.click()
    expect(unit.page.locator("#not-together")).to_contain_text(TEXT)
    expect(unit.page.locator("[name=name]")).to_have_value(TEXT)
    with unit.page.expect_navigation():
        enter.click()


def test_both_answers_to_a_plan_send_what_was_written(browser: Browser, live_server, on) -> None:
    """Without a script as well: the plan is not agreed over it."""
    on("2008-01-10")
    building = factories.site(Stage.DETERMINED)
    plan = making.file_plan(building, factories.user(Role.LIAISON, building.organisation))
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/?next=/desk/sites/{building.pk}/plan/")
    sign_in(page, factories.user(Role.OFFICE))
    page.fill("[name=remarks]", TEXT)
    page.click("main button[formaction*='/agree/']")
    expect(page.locator("[name=remarks]")).to_have_value(TEXT)
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED
    page.fill("[name=remarks]", "")
    page.click("main button[formaction*='/agree/']")
    plan.refresh_from_db()
    assert plan.state == PlanState.AGREED
    context.close()


FORMS = {
    "row": "/desk/filings/{filing}/sites/{site}/",
    "plan": "/desk/sites/{building}/plan/",
    "programme": "/desk/programmes/{programme}/edit/",
    "person": "/desk/people/add/",
    "article": "/desk/articles/add/",
}
FIELD_OF = {"row": "reason", "plan": "goals", "programme": "issuer", "person": "name", "article": "text"}


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("kind", FORMS)
def test_session_that_ends_eats_no_text(
    browser: Browser, live_server, clerk: User, row: Site, kind: str, script: bool
) -> None:
    building = factories.site(Stage.DETERMINED)
    writers = {"row": clerk, "plan": factories.user(Role.LIAISON, building.organisation)}
    user = writers.get(kind) or factories.user(Role.OFFICE)
    context = browser.new_context(locale="zh-CN", java_script_enabled=script)
    page = context.new_page()
    address = FORMS[kind].format(
        filing=row.filing_id, site=row.pk, building=building.pk, programme=row.programme_id
    )
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    sign_in(page, user)
    field = page.locator(f"main [name={FIELD_OF[kind]}]").first
    field.fill(TEXT)
    context.clear_cookies(name="sessionid")
    form = page.locator(f"main form:has([name={FIELD_OF[kind]}])").first
    is_by_script = script and form.get_attribute("hx-post")
    form.locator("button[type=submit]:not([name=add_rows])").last.click()
    if is_by_script:
        signed_in_elsewhere(page, user)
        return
    expect(page.locator("main")).to_contain_text("登录已失效")
    sign_in(page, user)
    expect(page.locator("body")).to_contain_text("尚未保存")
    expect(page.locator(f"main [name={FIELD_OF[kind]}]").first).to_have_value(TEXT)
    context.close()


def sign_in(page: Page, user: User) -> None:
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).not_to_have_url(re.compile("/accounts/"))
    page.wait_for_load_state()  # the next page's scripts hear what is typed


def signed_in_elsewhere(page: Page, user: User) -> None:
    """The text stays on the page, which says what to do; signed in in another window, it can be sent."""
    expect(page.locator("#not-sent")).to_be_visible()
    expect(page.locator("main [name=text]").first).to_have_value(TEXT)
    with page.context.expect_page() as opened:
        page.locator("#not-sent a").click()
    opened.value.goto(page.locator("#not-sent a").evaluate("link => link.href"))
    sign_in(opened.value, user)
    page.fill("main [name=title]", "示例题名")
    page.locator("main form.form-shell button[type=submit]").last.click()
    expect(page.locator("#not-sent")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("请更正以下内容")  # it names no site yet
    page.context.close()
