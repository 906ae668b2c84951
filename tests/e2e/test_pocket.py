"""A sheet in a pocket: one item a screen, one tap a full mark, on a phone, with and without the network."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.enums import SheetState
from assessments.marks import standard_items
from assessments.models import Sheet
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.test_visit import Visit, stored

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]


@pytest.fixture
def phone(browser, live_server, on):
    on("2008-04-08")
    visit = Visit(browser, live_server.url)
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.person.go("/desk/sheets/")
    visit.page.locator("main a[href*='/inspect/']:visible").tap()
    expect(visit.page.locator(".is-here")).to_be_visible()
    yield visit
    visit.network.close()
    visit.wire.close()


def here(page: Page) -> Locator:
    return page.locator(".is-here")


def kept(page: Page) -> None:
    """The device has the sheet and all that belongs to it."""
    expect(page.locator("#kept-note:not([hidden])")).to_be_attached()


def tap(page: Page, level: str) -> None:
    here(page).locator(f"label:has([value={level}])").tap()


def sheet_of(visit: Visit) -> Sheet:
    return Sheet.objects.get(author=visit.inspector)


def scrolled(page: Page) -> int:
    """Pixels between the end of what is shown and the end of the screen."""
    return int(page.evaluate("Math.max(document.documentElement.scrollHeight - innerHeight, 0)"))


def test_a_sheet_of_full_marks_is_a_tap_an_item_and_no_scrolling(phone: Visit) -> None:
    page, sheet = phone.page, sheet_of(phone)
    codes = [item.code for item in standard_items(sheet)]
    for code in codes:
        expect(here(page)).to_have_attribute("data-code", code)
        assert scrolled(page) == 0
        tap(page, "met")
    expect(here(page)).to_have_attribute("id", "end")
    expect(page.locator("#score-bar")).to_contain_text("43/43")
    assert page.evaluate("document.querySelector('.pocket-head').offsetHeight") <= 56
    assert set(sheet.scores.values_list("level", flat=True)) == {"met"}
    page.locator("[data-finish]").tap()
    phone.person.press("")
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED


def test_below_full_marks_the_item_waits_for_its_reason(phone: Visit) -> None:
    page, sheet = phone.page, sheet_of(phone)
    tap(page, "partly")
    expect(here(page)).to_have_attribute("data-code", "ZW-1.1")
    reason = here(page).locator("textarea")
    expect(reason).to_be_in_viewport()
    reason.fill("缺少近期纪要")
    page.locator("[data-go=next]").tap()
    expect(here(page)).to_have_attribute("data-code", "ZW-1.2")
    wait_for(lambda: stored(sheet, "ZW-1.1") == ("partly", "缺少近期纪要", 1), says="the mark is missing")


def test_ways_to_an_item(phone: Visit) -> None:
    """The overview, the buttons, the address and the browser's own way back."""
    page = phone.page
    tap(page, "met")
    page.locator(".pocket-overview summary").tap()
    cell = page.locator(".pocket-cells a", has_text="ZW-2.3")
    expect(page.locator(".pocket-cells a", has_text=re.compile("^ZW-1\\.1")).first).to_contain_text("达标")
    cell.tap()
    expect(here(page)).to_have_attribute("data-code", "ZW-2.3")
    expect(page.locator(".pocket-overview")).not_to_have_attribute("open", "")
    page.locator("[data-go=unmarked]").tap()
    expect(here(page)).to_have_attribute("data-code", "ZW-2.4")
    page.locator("[data-go=previous]").tap()
    expect(here(page)).to_have_attribute("data-code", "ZW-2.3")
    page.go_back()
    expect(here(page)).to_have_attribute("data-code", "ZW-2.4")
    page.reload()
    expect(here(page)).to_have_attribute("data-code", "ZW-2.4")


def test_without_network_the_whole_sheet_opens_and_is_marked(phone: Visit) -> None:
    page, sheet = phone.page, sheet_of(phone)
    kept(page)
    phone.go_offline()
    page.reload()
    for item in standard_items(sheet)[:12]:  # over the border of a section
        expect(here(page)).to_have_attribute("data-code", item.code)
        tap(page, "met")
    expect(here(page)).to_have_attribute("data-code", "ZW-2.4")
    tap(page, "unmet")
    here(page).locator("textarea").fill("现场未见公示")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：13")
    figures, found = told(page)
    assert figures.startswith("13/43")
    assert not sheet.scores.exists()
    phone.go_online()
    expect(page.locator(".pocket-unsent")).to_be_hidden()
    assert sheet.scores.count() == 13
    assert told(page) == (figures, found)
    page.reload()
    assert told(page) == (figures, found)  # what the phone counted is what the portal counts


def told(page: Page) -> tuple[str, str]:
    """The figures above, and what the check-up at the end finds."""
    found = page.locator("#end").evaluate("end => end.textContent.replace(/\\s+/g, ' ')")
    return page.locator("#score-bar").inner_text(), found


@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 740), (740, 360), (768, 1024), (1440, 900)])
def test_no_fault_for_whoever_reads_by_ear_or_key(phone: Visit, width: int, height: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": height})
    assert violations(phone.person) == []
    assert not phone.person.is_wider_than_the_screen()
    phone.page.locator(".pocket-overview summary").click()
    assert violations(phone.person) == []
