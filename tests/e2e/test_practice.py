"""Practice in a browser: an item a screen on a phone, no page loaded anew, and what differs at the end."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from assessments.models import PracticeMark, PracticeRun
from assessments.services import practice
from tests import factories
from tests.assessments import builders
from tests.e2e.axe import violations
from tests.e2e.people import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]


@pytest.fixture
def inspector(browser, live_server, on):
    """At a phone; a practice sheet of three items is released."""
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    final = builders.visited(site, weak=1)
    builders.sign(final)
    on("2008-04-08")
    sheet = practice.copy(source=final, title="甲单位", by=builders.office())
    kept = sheet.marks.values_list("pk", flat=True)[:3]
    PracticeMark.objects.filter(sheet=sheet).exclude(pk__in=list(kept)).delete()
    sheet.marks.filter(found="").update(found="有目录，最近一次更新在上月")
    practice.release(sheet=sheet, by=builders.office())
    person = Person(browser, live_server.url, factories.user(Role.INSPECTOR), width=360)
    person.page.set_viewport_size({"width": 360, "height": 740})
    yield person
    person.page.context.close()


def test_marked_an_item_a_screen_and_compared(inspector):
    page = inspector.page
    inspector.go("/desk/practice/")
    inspector.press("begin")
    page.evaluate("window.stayed = true")
    run = PracticeRun.objects.get()
    for code in run.sheet.marks.values_list("item__code", flat=True):
        expect(page.locator(f"[id='item-{code}']")).to_be_visible()
        assert not inspector.is_wider_than_the_screen()
        level = page.locator("label:has([value=met])")
        box = level.bounding_box()
        assert box["y"] + box["height"] < 740
        level.click()
        page.locator("article button[name=next]").click()
    expect(page.locator("#end-title")).to_be_visible()
    assert page.evaluate("window.stayed === true")
    assert violations(inspector) == []
    page.click("form[action*='finish'] button")
    expect(page.locator("main article")).to_have_count(1)
    inspector.sees("认定")
    run.refresh_from_db()
    assert run.finished_on is not None
    assert violations(inspector) == []


def test_without_javascript_each_press_is_a_page(inspector, browser):
    kept = inspector.page.context.storage_state()
    inspector.page.context.close()
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740}, storage_state=kept
    )
    inspector.page = context.new_page()
    inspector.go("/desk/practice/")
    inspector.press("begin")
    run = PracticeRun.objects.get()
    first = run.sheet.marks.first()

    # Below full marks without a reason: said at the field, and what was chosen stays.
    inspector.page.check("[name=level][value=unmet]")
    inspector.page.click("article button[name=next]")
    inspector.sees("未得满分的，须填写理由")
    assert inspector.page.is_checked("[name=level][value=unmet]")
    inspector.page.fill("[name=reason]", "现场没有目录")
    inspector.page.click("article button[name=next]")
    assert run.answers.get().item_id == first.item_id
    for _ in range(2):
        inspector.page.check("[name=level][value=met]")
        inspector.page.click("article button[name=next]")
    inspector.page.click("form[action*='finish'] button")
    inspector.sees("现场没有目录")
    assert not inspector.is_wider_than_the_screen()
    run.refresh_from_db()
    assert run.finished_on is not None
