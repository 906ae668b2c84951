"""Photographs taken on the sheet's own page: kept through cuts and killed browsers, each arrives once."""

import hashlib
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from assessments.models import EvidenceFile, FieldPhoto
from tests.assessments import photos
from tests.e2e.backstage import wait_for
from tests.e2e.conftest import CHROMIUM
from tests.e2e.test_pocket import here, kept, phone, sheet_of, tap
from tests.e2e.test_visit import Visit, stored
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

__all__ = ["phone"]


def jpeg(seed: int, size: tuple[int, int] = (640, 480)) -> FilePayload:
    return {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": photos.photo(seed, size=size)}


def take(page: Page, *files: FilePayload) -> None:
    here(page).locator("[data-take][multiple]").set_input_files(files)


def kill(profile: Path) -> None:
    """The browser that was started with this profile, without a word of warning."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"--user-data-dir={profile}" in (process / "cmdline").read_text().split("\0"):
                os.kill(int(process.name), signal.SIGKILL)


def digests() -> list[str]:
    return sorted(FieldPhoto.objects.values_list("file__sha256", flat=True))


def test_picture_taken_here_is_beside_its_item(phone: Visit) -> None:
    page = phone.page
    taken = jpeg(1)
    take(page, taken)
    expect(here(page).locator(".photo-list li")).to_contain_text("已提交，回执号")
    kept = FieldPhoto.objects.get()
    assert kept.file.sha256 == hashlib.sha256(taken["buffer"]).hexdigest()  # small enough: the file itself
    assert kept.file.evidence.pointers.get().item.code == here(page).get_attribute("data-code")
    assert "Mozilla" in kept.device
    assert abs(kept.phone_ahead) < 60
    assert phone.person.script_errors == []


def test_large_picture_is_scaled_and_marked(phone: Visit) -> None:
    take(phone.page, jpeg(2, (3000, 2000)))
    wait_for(FieldPhoto.objects.exists, says="the picture did not arrive")
    kept = FieldPhoto.objects.get()
    assert kept.is_scaled
    assert (kept.file.width, kept.file.height) == (2048, 1365)


def test_what_is_no_picture_is_told_at_once(phone: Visit) -> None:
    page = phone.page
    take(page, {"name": "empty.jpg", "mimeType": "image/jpeg", "buffer": b""})
    expect(here(page).locator("[data-photo-problem]")).to_contain_text("照片是空的")
    take(page, {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"film"})
    expect(here(page).locator("[data-photo-problem]")).to_contain_text("不是照片")
    # It says it is a picture, and only the portal can tell: refused with words, and still here.
    take(page, {"name": "false.heic", "mimeType": "image/heic", "buffer": b"no picture at all"})
    expect(here(page).locator(".photo-list li")).to_contain_text("未接收")
    assert not EvidenceFile.objects.exists()
    page.on("dialog", lambda dialog: dialog.accept())
    here(page).locator("[data-discard]").tap()
    expect(here(page).locator(".photo-list li")).to_have_count(0)


def test_without_network_pictures_wait_and_then_arrive_once(phone: Visit) -> None:
    page = phone.page
    kept(page)
    phone.go_offline()
    page.reload()
    taken = [jpeg(seed) for seed in range(3)]
    take(page, *taken)
    expect(page.locator("[data-unsent-photos]")).to_contain_text("3")
    with page.expect_download() as waiting:
        page.locator("#queue [data-to-file]").dispatch_event("click")
    saved = waiting.value.path()
    page.reload()
    expect(page.locator("[data-unsent-photos]")).to_contain_text("3")
    assert not FieldPhoto.objects.exists()
    phone.go_online()
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()
    whole = sorted(hashlib.sha256(each["buffer"]).hexdigest() for each in taken)
    assert digests() == whole
    # The file of last resort read in afterwards, here or on any device: nothing comes twice.
    page.locator("[data-from-file]").set_input_files(saved)
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()
    assert digests() == whole


def test_killed_browser_loses_no_picture_and_no_mark(phone: Visit, browser: Browser, tmp_path: Path) -> None:
    """Taken and marked without a line, the browser killed at once and opened anew: all come as they were."""
    url = phone.page.url
    taken = [jpeg(seed, (320, 240)) for seed in range(60)]
    shop = browser.browser_type

    def opened() -> BrowserContext:
        return shop.launch_persistent_context(
            tmp_path / "profile",
            executable_path=shutil.which("chromium"),
            args=CHROMIUM,
            locale="zh-CN",
            viewport={"width": 360, "height": 740},
            has_touch=True,
        )

    def sign_in(page: Page) -> None:
        page.context.clear_cookies()  # a browser that was killed may still know its session, or may not
        page.goto(f"{phone.wire.url}/accounts/login/?next={url.removeprefix(phone.wire.url)}")
        page.fill("[name=login]", phone.inspector.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        expect(here(page)).to_be_visible()

    first = opened()
    page = first.pages[0]
    sign_in(page)
    kept(page)
    phone.wire.cut()
    for start in range(0, 60, 20):
        take(page, *taken[start : start + 20])
        expect(page.locator("[data-unsent-photos]")).to_contain_text(str(start + 20))
    tap(page, "met")
    page.wait_for_function("() => deviceStore.all('marks').then((rows) => rows.length)")
    kill(tmp_path / "profile")
    assert not FieldPhoto.objects.exists()
    second = opened()
    page = second.pages[0]
    page.goto(url)  # as the device has it
    expect(page.locator("[data-unsent-photos]")).to_contain_text("60")
    phone.wire.mend()
    sign_in(page)
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()
    wait_for(lambda: FieldPhoto.objects.count() == 60, says="not every picture arrived")
    assert digests() == sorted(hashlib.sha256(each["buffer"]).hexdigest() for each in taken)
    wait_for(lambda: stored(sheet_of(phone), "ZW-1.1") == ("met", "", 1), says="the mark is lost")
    second.close()
