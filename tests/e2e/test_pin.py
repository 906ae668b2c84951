"""A phone with a PIN: what it keeps is encrypted, locked for everybody else, and lost by nothing."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Error, expect

from accounts.enums import Role
from accounts.models import Session
from assessments.models import FieldPhoto, Sheet
from tests import factories
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.e2e.test_field_photos import digests, jpeg, kill, take
from tests.e2e.test_without_network import Phone, sign_out

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

PIN, WRONG = "739204", "739205"
ALONG = "/desk/sheets/along/"
LOCKED = re.compile(r"/desk/sheets/locked/#")
REASON = "缺少近期纪要"
# Where a browser lays what its pages keep.
PLACES = ("IndexedDB", "Service Worker/CacheStorage", "Local Storage")
RECORDS = """deviceStore.all("marks")"""
# The last try was so many milliseconds earlier.
LATER = """(ago) => seal.read(vault.user)
    .then((row) => seal.write({ ...row, tried: row.tried - ago }))"""
# On the lock page the fourth thing to be sealed, and all after it, are never done.
STUCK = """if (location.pathname.endsWith("/locked/")) {
    const real = SubtleCrypto.prototype.encrypt;
    let done = 0;
    SubtleCrypto.prototype.encrypt = function (...given) {
        done += 1;
        return done > 3 ? new Promise(() => {}) : real.apply(this, given);
    };
}"""


@pytest.fixture
def phone(browser, live_server, on, tmp_path) -> Iterator[Phone]:
    on("2008-04-08")
    made = Phone(browser, live_server.url, tmp_path / "profile", on)
    made.sign_in(made.inspector)
    yield made
    with suppress(Error):
        made.close()


def pocket(sheet: Sheet) -> str:
    return f"/desk/sheets/{sheet.pk}/pocket/"


def set_pin(phone: Phone, pin: str = PIN) -> None:
    form = phone.page.locator("#pin form[data-off]")
    form.locator("[name=pin]").fill(pin)
    form.locator("[name=again]").fill(pin)
    form.locator("button").tap()


def has_pin(phone: Phone) -> None:
    phone.go(ALONG)
    set_pin(phone)
    expect(phone.page.locator("#pin [data-on]")).to_be_visible()


def take_along(phone: Phone) -> Sheet:
    phone.go(ALONG)
    phone.page.locator("[data-with-pictures]").check()
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")
    return Sheet.objects.get(author=phone.inspector)


def reopen(phone: Phone, **later: Any) -> None:
    """The browser closed and opened again with its profile, without network."""
    phone.context.close()
    phone.open(**later)
    phone.go_offline()


def unlock(phone: Phone, pin: str = PIN) -> None:
    phone.page.locator("#locked [name=pin]").fill(pin)
    phone.page.locator("#locked form button").tap()


def mark(phone: Phone, *levels: str) -> None:
    for level in levels:
        code = phone.here.get_attribute("data-code")
        phone.tap(level)
        if level == "met":
            expect(phone.here).not_to_have_attribute("data-code", code or "")
        else:
            phone.here.locator("textarea").fill(REASON)


def waits(phone: Phone, sheet: Sheet, *levels: str) -> list[bytes]:
    """Marks and two photographs that only the phone has; the photographs' bytes."""
    phone.go_offline()
    phone.go(pocket(sheet))
    taken = [jpeg(seed) for seed in (1, 2)]
    take(phone.page, *taken)
    expect(phone.page.locator("[data-unsent-photos]")).to_contain_text("2")
    mark(phone, *levels)
    expect(phone.page.locator("[data-unsent]").first).to_contain_text(str(len(levels)))
    return [each["buffer"] for each in taken]


def sees_waiting(phone: Phone, *, marks: int, photos: int = 2) -> None:
    expect(phone.page.locator(".pocket-unsent [data-unsent]")).to_contain_text(f"未发送：{marks}")
    expect(phone.page.locator("[data-unsent-photos]")).to_contain_text(str(photos))


def arrive_once(phone: Phone, sheet: Sheet, photos: list[bytes], *, marks: int) -> None:
    phone.go_online()
    phone.sign_in(phone.inspector)
    phone.go(pocket(sheet))
    expect(phone.page.locator(".pocket-unsent a:visible")).to_have_count(0)
    wait_for(lambda: FieldPhoto.objects.count() == len(photos), says="not every picture arrived")
    assert digests() == sorted(hashlib.sha256(each).hexdigest() for each in photos)
    assert set(sheet.scores.values_list("version", flat=True)) == {1}
    assert sheet.scores.count() == marks


def on_disk(profile: Path) -> bytes:
    folders = [profile / "Default" / place for place in PLACES]
    return b"".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("with_pin", [False, True], ids=["in clear", "with a PIN"])
def test_what_lies_on_the_disk_holds_no_name_mark_or_picture(phone: Phone, *, with_pin: bool) -> None:
    """Looked for in the browser's own files, where without a PIN all of it is found."""
    if with_pin:
        has_pin(phone)
    sheet = take_along(phone)
    first, second = waits(phone, sheet, "met", "partly")
    wait_for(
        lambda: all(("sealed" in row) == with_pin for row in phone.page.evaluate(RECORDS)), says="not written"
    )
    phone.context.close()
    lies = on_disk(phone.profile)
    secrets = {
        "site": str(phone.site).encode(),
        "inspector": str(phone.inspector).encode(),
        "first picture": first[:64],
        "second picture": second[len(second) // 2 :][:64],
    }
    found = {name for name, secret in secrets.items() if secret in lies}
    if any(REASON.encode(how) in lies for how in ("utf-8", "utf-16-le")):
        found.add("reason")
    assert found == (set() if with_pin else {*secrets, "reason"})


def test_locked_phone_opens_by_its_pin_alone_and_sends_each_thing_once(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met")
    reopen(phone)
    for place in (ALONG, "/desk/sheets/unsent/", "/desk/deadlines/", pocket(sheet)):
        phone.go(place)
        expect(phone.page).to_have_url(LOCKED)
        assert str(phone.site) not in phone.page.content()
    assert not phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert violations(cast("Person", phone)) == []
    unlock(phone, WRONG)
    expect(phone.page.locator("#locked [data-said]")).to_contain_text("PIN 码不对")
    unlock(phone)
    expect(phone.here).to_be_visible()
    assert phone.page.url.endswith(pocket(sheet))
    sees_waiting(phone, marks=1)
    arrive_once(phone, sheet, photos, marks=1)


def test_signing_in_with_a_network_unlocks_nothing(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met")
    reopen(phone)
    phone.go_online()
    phone.sign_in(phone.inspector)
    phone.go("/desk/deadlines/")
    expect(phone.page.locator("h1")).to_be_visible()
    assert "/locked/" not in phone.page.url
    phone.go(pocket(sheet))
    expect(phone.page).to_have_url(LOCKED)
    assert not sheet.scores.exists()
    unlock(phone)
    expect(phone.page.locator(".pocket-unsent a:visible")).to_have_count(0)
    wait_for(lambda: FieldPhoto.objects.count() == len(photos), says="not every picture arrived")
    assert sheet.scores.count() == 1


def test_wrong_pins_wait_longer_over_a_restart_as_well_and_wipe_nothing(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    waits(phone, sheet, "met")
    reopen(phone)
    phone.go(pocket(sheet))
    said, button = phone.page.locator("#locked [data-said]"), phone.page.locator("#locked form button")
    for _time in range(3):
        expect(button).to_be_enabled()
        unlock(phone, WRONG)
        expect(said).to_contain_text("PIN 码不对")
    expect(said).to_contain_text("秒后可以再试")
    expect(button).to_be_disabled()
    reopen(phone)
    phone.go(pocket(sheet))
    expect(phone.page.locator("#locked form button")).to_be_disabled()
    wait = phone.page.evaluate("pin.wait()")
    assert 0 < wait <= 30_000
    assert phone.page.evaluate(f"pin.opens('{PIN}')") is False  # not even the right one, before its time
    phone.page.evaluate(LATER, 31_000)
    phone.page.reload()
    unlock(phone, WRONG)
    # The button is disabled while it looks, too; the words come after it.
    expect(phone.page.locator("#locked [data-said]")).to_contain_text("秒后可以再试")
    assert phone.page.evaluate("pin.wait()") > 30_000
    phone.page.evaluate(LATER, 61_000)
    phone.page.reload()
    unlock(phone)
    expect(phone.here).to_be_visible()
    sees_waiting(phone, marks=1)


def test_lock_now_and_nobody_there_lock_and_wipe_nothing(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    waits(phone, sheet, "met")
    phone.go(ALONG)
    other = phone.context.new_page()  # which has the key without being asked for the PIN
    other.goto(f"{phone.wire.url}{pocket(sheet)}")
    expect(other.locator(".is-here")).to_be_visible()
    phone.page.bring_to_front()
    phone.page.locator("[data-lock-now]").tap()
    for page in (phone.page, other):
        expect(page).to_have_url(LOCKED)
    other.close()
    phone.go(pocket(sheet))
    expect(phone.page).to_have_url(LOCKED)
    unlock(phone)
    expect(phone.here).to_be_visible()
    phone.page.clock.install()
    phone.page.reload()
    sees_waiting(phone, marks=1)
    phone.page.clock.fast_forward("31:00")
    expect(phone.page).to_have_url(LOCKED)
    reopen(phone)
    phone.go(pocket(sheet))
    unlock(phone)
    sees_waiting(phone, marks=1)


def test_worker_begun_anew_asks_the_open_page_for_the_key(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    waits(phone, sheet, "met")
    browser = phone.context.new_cdp_session(phone.page)
    browser.send("ServiceWorker.enable")
    browser.send("ServiceWorker.stopAllWorkers")
    phone.go(ALONG)
    expect(phone.page.locator("#pin [data-on]")).to_be_visible()
    expect(phone.page.locator("[data-unsent]").first).to_contain_text("1")


def test_set_and_turned_off_with_something_waiting_loses_nothing(phone: Phone) -> None:
    """Three marks and two photographs, without network: encrypted with the PIN, in clear when it goes."""
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met", "met", "met")
    has_pin(phone)
    assert [set(row) for row in phone.page.evaluate(RECORDS)] == [{"key", "waiting", "sealed"}] * 3
    phone.go(pocket(sheet))
    sees_waiting(phone, marks=3)
    phone.go(ALONG)
    form = phone.page.locator("#pin [data-on] form")
    form.locator("[name=pin]").fill(WRONG)
    form.locator("button").tap()
    expect(phone.page.locator("#pin [data-told]")).to_contain_text("PIN 码不对")
    form.locator("[name=pin]").fill(PIN)
    form.locator("button").tap()
    expect(phone.page.locator("#pin form[data-off]")).to_be_visible()
    assert not any("sealed" in row for row in phone.page.evaluate(RECORDS))
    reopen(phone)
    phone.go(pocket(sheet))
    sees_waiting(phone, marks=3)
    arrive_once(phone, sheet, photos, marks=3)


def test_killed_while_the_pin_is_being_set_goes_on_and_loses_nothing(phone: Phone) -> None:
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met", "met", "met")
    phone.context.add_init_script(STUCK)
    phone.go(ALONG)
    set_pin(phone)
    expect(phone.page).to_have_url(LOCKED)
    wait_for(
        lambda: sum("sealed" in row for row in phone.page.evaluate(RECORDS)) == 3, says="it did not begin"
    )
    kill(phone.profile)
    with suppress(Error):
        phone.context.close()
    phone.open()
    phone.go_offline()
    phone.go(pocket(sheet))
    expect(phone.page).to_have_url(LOCKED)
    unlock(phone)
    expect(phone.here).to_be_visible()
    assert phone.page.evaluate("seal.read(vault.user).then(({ isDone }) => isDone)")
    sees_waiting(phone, marks=3)
    arrive_once(phone, sheet, photos, marks=3)


def test_damaged_picture_says_so_and_holds_up_nothing_but_the_finish(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met")
    phone.page.evaluate("""deviceStore.all("photos").then(([row]) =>
        deviceStore.put("photos", { ...row, image: new Blob(["damaged"]) }))""")
    phone.page.reload()
    sees_waiting(phone, marks=1)
    phone.go_online()
    lines = phone.page.locator("#photos li")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("无法读取这张照片")
    wait_for(lambda: FieldPhoto.objects.count() == 1, says="the other picture was held up")
    assert digests()[0] in {hashlib.sha256(each).hexdigest() for each in photos}
    wait_for(lambda: sheet.scores.count() == 1, says="the mark was held up")
    assert phone.page.evaluate(f"photos.isWaiting('{sheet.pk}')")
    with phone.page.expect_download() as file:
        phone.page.locator("#queue [data-to-file]").evaluate("button => button.click()")
    assert '"photo"' not in file.value.path().read_text()


def test_damaged_mark_is_told_and_the_rest_opens(phone: Phone) -> None:
    """Once the PIN is turned off: what cannot be opened stays, and is not called a want of room."""
    has_pin(phone)
    sheet = take_along(phone)
    waits(phone, sheet, "met")
    phone.page.evaluate("""deviceStore.all("marks").then(([row]) =>
        deviceStore.put("marks", { ...row, sealed: new Uint8Array(40) }))""")
    phone.page.evaluate("""seal.read(vault.user).then((row) =>
        seal.write({ ...row, wants: "clear", isDone: false }))""")
    phone.page.reload()
    said = phone.page.locator("#locked [data-said]")
    expect(said).to_contain_text("没有删除任何内容")
    phone.page.locator("[data-later]").tap()
    expect(phone.page.locator("[data-unsent-photos]")).to_contain_text("2")
    assert phone.page.evaluate("deviceStore.unsent()")["marks"] == 1


def test_another_person_at_the_phone_sees_nothing_and_takes_nothing(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    photos = waits(phone, sheet, "met")
    reopen(phone)
    phone.go_online()
    phone.sign_in(factories.user(Role.INSPECTOR))
    phone.go(ALONG)
    expect(phone.page.locator("#pin form[data-off]")).to_be_visible()
    expect(phone.page.locator("#outbox")).to_be_hidden()
    expect(phone.page.locator("#photos")).to_be_hidden()
    assert str(phone.site) not in phone.page.content()
    assert not sheet.scores.exists()
    sign_out(phone.page)
    phone.page.wait_for_url(lambda url: "/desk/" not in url)
    phone.sign_in(phone.inspector)
    phone.go(pocket(sheet))
    expect(phone.page).to_have_url(LOCKED)
    unlock(phone)
    expect(phone.page.locator(".pocket-unsent a:visible")).to_have_count(0)
    wait_for(lambda: FieldPhoto.objects.count() == len(photos), says="not every picture arrived")
    assert sheet.scores.count() == 1


def test_forgotten_pin_tells_what_is_lost_before_anything_goes(phone: Phone) -> None:
    has_pin(phone)
    sheet = take_along(phone)
    waits(phone, sheet, "met")
    reopen(phone)
    phone.go(pocket(sheet))
    phone.page.locator("[data-forgotten] summary").tap()
    told = phone.page.locator("strong[data-left]")
    expect(told).to_contain_text("评分 1 项，已填完的评分表 0 张，现场检查报告 0 份，照片 2 张")
    for answer in ("dismiss", "accept"):
        with phone.page.expect_event("dialog") as asked:
            phone.page.locator("[data-wipe]").evaluate("button => setTimeout(() => button.click())")
        assert "照片 2 张" in asked.value.message
        getattr(asked.value, answer)()
        left = phone.page.evaluate("deviceStore.unsent()") if answer == "dismiss" else None
        assert left in ({"marks": 1, "finishes": 0, "reports": 0, "photos": 2}, None)
    expect(phone.page.locator("#locked [data-said]")).to_contain_text("已删除")
    assert phone.page.evaluate("caches.keys()") == []
    assert phone.page.evaluate(RECORDS) == []
    assert phone.page.evaluate("deviceStore.unsent()")["photos"] == 0
    phone.go_online()
    Session.objects.all().delete()
    phone.sign_in(phone.inspector)
    phone.go(ALONG)
    expect(phone.page.locator("#pin form[data-off]")).to_be_visible()


def test_what_is_guessed_first_is_no_pin(phone: Phone) -> None:
    phone.go(ALONG)
    for easy in ("111111", "123456", "987654", "121212", "123123", "19800101", "800101", "135791"):
        set_pin(phone, easy)
        expect(phone.page.locator("#pin [data-told]")).to_contain_text("太容易猜到")
    for short in ("12345", "73920a"):
        set_pin(phone, short)
        expect(phone.page.locator("#pin [data-told]")).to_contain_text("至少六位")
    assert phone.page.evaluate("seal.read(vault.user).then((row) => Boolean(row))") is False


def test_without_a_trusted_certificate_the_page_says_why_there_is_no_pin(phone: Phone) -> None:
    phone.context.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    phone.go(ALONG)
    expect(phone.page.locator("#pin [data-untrusted]")).to_contain_text("证书")
    expect(phone.page.locator("#pin form[data-off]")).to_be_hidden()
