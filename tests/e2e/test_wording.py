"""The office words its papers: a passage reads while it is typed, script or not; a colleague publishes."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from documents.papers import DocumentKind
from documents.services import wordings
from tests import factories
from tests.documents.papers import issue_paper
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

PAGE = "/desk/documents/kinds/restoration_notice/wording/"
NEW = "{如 答复日期}收到{示范点}的答复后{否则}其后{完}，我办进行了复查。"


@pytest.fixture
def desks(browser, live_server):
    issue_paper(DocumentKind.RESTORATION_NOTICE)
    seated = [Person(browser, live_server.url, factories.user(Role.OFFICE)) for _ in range(2)]
    yield seated
    for person in seated:
        person.page.context.close()


def test_text_is_typed_read_and_published(desks):
    writer, colleague = desks
    writer.go(f"{PAGE}edit/")
    passage, reads = writer.page.locator("[name=p3]"), writer.page.locator("#id_p3_helptext")
    passage.fill("请{密码}")
    expect(reads).to_contain_text("没有“密码”这个字段")
    passage.fill(NEW)
    expect(reads).to_contain_text("收到示例政务服务中心的答复后，我办进行了复查。")
    expect(reads).to_contain_text("其后，我办进行了复查。")
    expect(reads).to_contain_text("收到海勃湾区人民政府政务服务中心的答复后")
    expect(passage).to_be_focused()
    writer.page.get_by_role("button", name="保存为草稿").click()
    writer.sees("起草人不能发布自己起草的用语")
    writer.page.set_viewport_size({"width": 320, "height": 740})
    assert not writer.is_wider_than_the_screen()
    colleague.go(PAGE)
    colleague.press("/publish/")
    made = wordings.in_force(DocumentKind.RESTORATION_NOTICE)
    assert NEW in made.texts.values()


def test_preview_comes_without_a_script(browser, live_server):
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page, user = context.new_page(), factories.user(Role.OFFICE)
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{live_server.url}{PAGE}edit/")
    page.fill("[name=p3]", NEW)
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#id_p3_helptext")).to_contain_text("其后，我办进行了复查。")
    assert page.input_value("[name=p3]") == NEW
    context.close()
