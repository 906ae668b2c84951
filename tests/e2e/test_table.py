"""Deliberation at one table and apart, in a browser: no page is loaded anew, on a phone a gap is a screen."""

import pytest
from playwright.sync_api import Page, expect

from assessments.models import BatchConfirmation
from tests import factories
from tests.assessments import builders
from tests.e2e.axe import violations
from tests.e2e.people import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]


@pytest.fixture
def final(on):
    """Ten items are disputed."""
    on("2008-04-08")
    site = builders.building()
    builders.self_assessed(site)
    made = builders.apart(site, 0, 10)
    on("2008-04-08")
    return made


@pytest.fixture
def leader(final, browser, live_server):
    person = Person(browser, live_server.url, final.assessment.assignment.team.leader, width=360)
    person.page.set_viewport_size({"width": 360, "height": 740})
    yield person
    person.page.context.close()


def mark(page: Page) -> None:
    """What a page that is loaded anew forgets."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def test_ten_gaps_and_a_confirmation_without_a_page_loaded_anew(final, leader):
    page = leader.page
    leader.go(f"/desk/sheets/{final.pk}/table/")
    mark(page)
    for number, code in enumerate(final.deliberations.values_list("item__code", flat=True), 1):
        expect(page.locator(f"[id='item-{code}']")).to_be_visible()
        taken = page.locator(".gap-buttons button").nth(number % 2)
        assert taken.bounding_box()["y"] + taken.bounding_box()["height"] < 740
        assert not leader.is_wider_than_the_screen()
        page.fill("[name=reason]", "看过材料")
        taken.click()
    member = builders.members(final.assessment.assignment.team)[1]
    expect(page.locator("#end-title")).to_be_visible()
    assert violations(leader) == []
    page.select_option("[name=person]", str(member.pk))
    page.fill("[name=password]", "wrong")
    page.click("form[action*='beside'] button[type=submit]")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.select_option("[name=person]", str(member.pk))
    page.fill("[name=password]", factories.PASSWORD)
    page.click("form[action*='beside'] button[type=submit]")
    expect(page.locator("#table")).to_contain_text("已确认")
    assert stayed(page)
    assert BatchConfirmation.objects.get().by == member
    assert not final.deliberations.open().exists()
    assert leader.script_errors == []


def test_apart_a_form_exchanges_its_own_item_alone(final, leader):
    page = leader.page
    leader.go(f"/desk/sheets/{final.pk}/deliberation/")
    mark(page)
    code = final.deliberations.first().item.code
    case = page.locator(f"[id='item-{code}']")
    case.locator("form[action*='propose'] label", has_text="达标").first.click()
    case.locator("form[action*='propose'] button[type=submit]").click()
    expect(case.locator(".invalid-feedback")).to_be_visible()
    case.locator("form[action*='propose'] textarea").fill("看过材料")
    case.locator("form[action*='propose'] button[type=submit]").click()
    expect(case).to_contain_text("看过材料")
    expect(page.locator("#turn")).to_contain_text("9")
    assert stayed(page)


def test_without_a_script_each_button_leads_to_the_next_gap(final, browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(live_server.url + "/accounts/login/")
    page.fill("[name=login]", final.assessment.assignment.team.leader.username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{live_server.url}/desk/sheets/{final.pk}/table/")
    first, second, *_rest = final.deliberations.values_list("item__code", flat=True)
    expect(page.locator(f"[id='item-{first}']")).to_be_visible()
    page.fill("[name=reason]", "看过材料")
    page.locator(".gap-buttons button").first.click()
    expect(page.locator(f"[id='item-{second}']")).to_be_visible()
    context.close()
