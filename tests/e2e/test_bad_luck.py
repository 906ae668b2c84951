"""What goes wrong with a phone at a counter: nothing is lost, nothing comes twice, and it is said why."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from assessments.models import FieldPhoto
from tests.assessments import photos
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.e2e.test_field_photos import digests, jpeg, take
from tests.e2e.test_pocket import here, kept, phone, sheet_of, tap
from tests.e2e.test_visit import Visit, stored

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

__all__ = ["phone"]

MEGABYTE = 1024 * 1024


# What a browser does on a full phone.
FULL = """void (window.realPut = IDBObjectStore.prototype.put, IDBObjectStore.prototype.put = () => {
  throw new DOMException("full", "QuotaExceededError");
})"""
ROOM_AGAIN = "void (IDBObjectStore.prototype.put = window.realPut)"
RENEW = """navigator.serviceWorker.getRegistration().then(({ active, scope }) =>
  navigator.serviceWorker.register(`${active.scriptURL}&renewed=1`, { scope }))"""


def tool(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def slow_line(page: Page, bytes_a_second: int) -> None:
    tool(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 40, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )


def of_size(place: Path, seed: int, size: int, pixels: tuple[int, int]) -> Path:
    """A photograph as large as a camera makes it: the picture, and bytes behind it that no reader minds."""
    content = photos.photo(seed, size=pixels)
    place.write_bytes(content + bytes(size - len(content)))
    return place


def test_line_cut_in_the_middle_of_a_photograph(phone: Visit) -> None:
    page = phone.page
    slow_line(page, 20_000)
    taken = jpeg(1, (2000, 1500))
    assert len(taken["buffer"]) > 60_000  # seconds on this line
    with page.expect_request("**/photos/"):
        take(page, taken)
    page.wait_for_timeout(1000)
    phone.wire.cut()
    expect(here(page).locator(".photo-list li")).to_contain_text("网络不通")
    assert not FieldPhoto.objects.exists()
    slow_line(page, -1)
    phone.wire.mend()
    expect(here(page).locator(".photo-list li")).to_contain_text("已提交")
    assert digests() == [hashlib.sha256(taken["buffer"]).hexdigest()]


def test_full_phone_says_so_and_keeps_what_it_has(phone: Visit) -> None:
    page = phone.page
    kept(page)
    phone.go_offline()
    take(page, jpeg(1))
    expect(page.locator("[data-unsent-photos]")).to_contain_text("1")
    expect(here(page).locator("[data-photo-problem]")).to_be_empty()
    page.evaluate("void (navigator.storage.estimate = async () => ({ quota: 300e6, usage: 270e6 }))")
    take(page, jpeg(2))
    expect(here(page).locator("[data-photo-problem]")).to_contain_text("存储空间")  # a warning, in time
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")
    page.evaluate(FULL)
    take(page, jpeg(3))
    expect(here(page).locator("[data-photo-problem]")).to_contain_text("手机空间不足")
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")
    page.reload()  # there is room again
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")
    phone.go_online()
    wait_for(lambda: FieldPhoto.objects.count() == 2, says="what was kept did not arrive")


def test_mark_for_which_there_is_no_room_says_so_and_is_kept_once_there_is(phone: Visit) -> None:
    page = phone.page
    kept(page)
    phone.go_offline()
    page.evaluate(FULL)
    tap(page, "met")
    why = page.locator("#outbox li [data-why]")
    expect(why).to_contain_text("未能存在本机")
    assert page.evaluate("deviceStore.all('marks')") == []
    page.evaluate(ROOM_AGAIN)
    page.locator("#queue [data-send]").evaluate("button => button.click()")
    expect(why).to_contain_text("网络不通")
    assert len(page.evaluate("deviceStore.all('marks')")) == 1
    phone.go_online()
    wait_for(lambda: stored(sheet_of(phone), "ZW-1.1") == ("met", "", 1), says="the mark is missing")


def test_full_phone_goes_on_showing_what_the_portal_answers(phone: Visit) -> None:
    """The worker has no room to keep a page: the page itself comes none the less."""
    page = phone.page
    kept(page)
    tool(page).send("Storage.overrideQuotaForOrigin", {"origin": phone.wire.url, "quotaSize": 1})
    phone.assessment.site.window_name = "示例窗口（改名）"
    phone.assessment.site.save()
    page.goto(phone.wire.url + "/desk/sheets/")
    expect(page.locator("main")).to_contain_text("改名")
    page.goto(phone.wire.url + "/help/")
    expect(page.locator("h1")).not_to_contain_text("没有网络")


def test_photograph_of_fifty_megabytes_arrives_scaled(phone: Visit, tmp_path: Path) -> None:
    file = of_size(tmp_path / "large.jpg", 1, 50 * MEGABYTE, (4000, 3000))
    here(phone.page).locator("[data-take][multiple]").set_input_files(file)
    expect(here(phone.page).locator(".photo-list li")).to_contain_text("已提交")
    photo = FieldPhoto.objects.get()
    assert photo.is_scaled
    assert photo.file.width == 2048
    assert photo.file.size < 5 * MEGABYTE


@pytest.mark.slow
def test_two_hundred_photographs_on_a_slow_line_arrive_once_each(phone: Visit, tmp_path: Path) -> None:
    """Four of 5 MB, which the page scales, and 196 small ones, which are as many in the queue.

    Scaling costs the same for each of them, and what two hundred cost is the queue: so large ones all through
    would show nothing more, in many minutes. The line is cut once on the way.
    """
    page = phone.page
    large = [of_size(tmp_path / f"{n}.jpg", n, 5 * MEGABYTE, (3000, 2250)) for n in range(4)]
    here(page).locator("[data-take][multiple]").set_input_files(large)
    slow_line(page, 500_000)
    small = [jpeg(seed, (320, 240)) for seed in range(100, 296)]
    for start in range(0, len(small), 49):
        take(page, *small[start : start + 49])
        expect(here(page).locator(".photo-list li")).to_have_count(4 + start + 49, timeout=60_000)
    wait_for(lambda: FieldPhoto.objects.count() > 50, says="nothing is sent")
    phone.wire.cut()
    page.wait_for_timeout(1000)
    phone.wire.mend()
    expect(page.locator("[data-unsent-photos]")).to_be_hidden(timeout=100_000)
    assert FieldPhoto.objects.count() == 200
    assert FieldPhoto.objects.filter(is_scaled=True).count() == 4
    arrived = set(FieldPhoto.objects.filter(is_scaled=False).values_list("file__sha256", flat=True))
    assert arrived == {hashlib.sha256(each["buffer"]).hexdigest() for each in small}
    assert phone.person.script_errors == []


def test_two_phones_on_one_sheet_say_which_was_whose(phone: Visit, browser: Browser) -> None:
    """The same person's other device: both marks are shown, and neither is called somebody else's."""
    page, sheet = phone.page, sheet_of(phone)
    kept(page)
    phone.network.set_offline(True)
    tap(page, "met")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    other = Person(browser, phone.wire.url, phone.inspector, width=360, touch=True)
    other.page.goto(f"{phone.wire.url}/desk/sheets/{sheet.pk}/pocket/#item-ZW-1.1")
    tap(other.page, "unmet")
    here(other.page).locator("textarea").fill("现场未见文件")
    wait_for(lambda: stored(sheet, "ZW-1.1") == ("unmet", "现场未见文件", 1), says="the other phone's mark")
    phone.network.set_offline(False)
    expect(page.locator("#outbox li")).to_contain_text("您在自己的另一台设备上")
    page.goto(f"{phone.wire.url}/desk/sheets/{sheet.pk}/pocket/#item-ZW-1.1")
    expect(page.locator("#outbox li")).to_contain_text("您在自己的另一台设备上")
    assert stored(sheet, "ZW-1.1") == ("unmet", "现场未见文件", 1)  # nothing is written over unasked
    assert phone.person.script_errors == other.script_errors == []
    other.page.context.close()


def test_worker_renewed_while_a_sheet_waits_loses_nothing(phone: Visit) -> None:
    page, sheet = phone.page, sheet_of(phone)
    kept(page)
    phone.go_offline()
    take(page, jpeg(1))
    tap(page, "met")
    expect(page.locator("[data-unsent-photos]")).to_contain_text("1")
    phone.wire.mend()
    phone.network.set_offline(False)
    page.evaluate(RENEW)
    page.reload()
    expect(page.locator(".pocket-unsent a:visible")).to_have_count(0)
    wait_for(lambda: stored(sheet, "ZW-1.1") == ("met", "", 1), says="the mark is missing")
    wait_for(lambda: FieldPhoto.objects.count() == 1, says="the photograph is missing")
