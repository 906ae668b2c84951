"""What waits on a phone is in sight, is lost by nothing, and leaves by its owner's will alone."""

import datetime
import hashlib
import json
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Download, Page, Route, expect

from accounts.models import Session
from assessments.models import FieldPhoto
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.e2e.test_field_photos import digests, jpeg, take
from tests.e2e.test_pocket import here, kept, phone, sheet_of, tap
from tests.e2e.test_visit import Visit, sign_in, stored

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

__all__ = ["phone"]

QUEUE = "/desk/sheets/unsent/"


def pressed(page: Page, button: str) -> None:
    page.locator(f"#queue [data-{button}]").evaluate("button => button.click()")


def waits(visit: Visit) -> list[bytes]:
    """Two marks and two photographs that only the phone has; the photographs' bytes."""
    kept(visit.page)
    visit.go_offline()
    taken = [jpeg(seed) for seed in (1, 2)]
    take(visit.page, *taken)
    expect(visit.page.locator("[data-unsent-photos]")).to_contain_text("2")
    tap(visit.page, "met")
    expect(here(visit.page)).to_have_attribute("data-code", "ZW-1.2")
    tap(visit.page, "met")
    expect(visit.page.locator(".pocket-unsent")).to_contain_text("未发送：2")
    return [each["buffer"] for each in taken]


def saved(page: Page) -> Download:
    with page.expect_download() as waiting:
        pressed(page, "to-file")
    return waiting.value


def test_page_of_the_queue_opens_without_network_and_says_it_all(phone: Visit) -> None:
    page = phone.page
    waits(phone)
    page.goto(phone.wire.url + QUEUE)
    expect(page.locator("#queue")).to_contain_text("未发送：评分 2 项，照片 2 张")
    expect(page.locator("#queue [data-last]")).to_contain_text("网络不通")
    expect(page.locator("#queue [data-lasting]")).to_contain_text("浏览器")
    expect(page.locator("#outbox li")).to_have_count(2)
    expect(page.locator("#photos li")).to_have_count(2)
    assert violations(phone.person) == []
    assert not phone.person.is_wider_than_the_screen()
    phone.go_online()
    pressed(page, "send")
    expect(page.locator("#queue [data-nothing]")).to_be_visible()
    assert FieldPhoto.objects.count() == 2
    assert sheet_of(phone).scores.count() == 2
    assert phone.person.script_errors == []


def test_one_thing_is_discarded_only_after_a_question(phone: Visit) -> None:
    page = phone.page
    waits(phone)
    page.goto(phone.wire.url + QUEUE)
    for place in ("#outbox li", "#photos li"):
        expect(page.locator(place)).to_have_count(2)
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.locator(f"{place} button", has_text="放弃").first.tap()
        expect(page.locator(place)).to_have_count(2)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator(f"{place} button", has_text="放弃").first.tap()
        expect(page.locator(place)).to_have_count(1)


def test_file_of_last_resort_is_read_in_on_another_device_and_arrives_once(phone: Visit, browser) -> None:
    photos = waits(phone)
    file = saved(phone.page).path()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert ["".join(line) for line in lines] == ["queueuserat", "mark", "mark", "photo", "photo"]
    phone.wire.mend()  # the phone itself stays without network
    other = Person(browser, phone.wire.url, phone.inspector, width=360, touch=True)
    other.go(QUEUE)
    other.page.locator("[data-from-file]").set_input_files(file)
    expect(other.page.locator("#queue [data-read]")).to_contain_text("已读入")
    expect(other.page.locator("#queue [data-nothing]")).to_be_visible()
    whole = sorted(hashlib.sha256(each).hexdigest() for each in photos)
    assert digests() == whole
    assert sheet_of(phone).scores.count() == 2
    # The phone finds its line, and sends all of it a second time; then the file is read in once more.
    phone.go_online()
    expect(phone.page.locator(".pocket-unsent a:visible")).to_have_count(0)
    phone.page.locator("[data-from-file]").set_input_files(file)
    expect(phone.page.locator("[data-read]")).to_contain_text("已读入")
    expect(phone.page.locator(".pocket-unsent a:visible")).to_have_count(0)
    assert digests() == whole
    assert set(sheet_of(phone).scores.values_list("version", flat=True)) == {1}
    assert phone.person.script_errors == other.script_errors == []
    other.page.context.close()


def test_file_leads_nowhere_but_to_the_portal_and_is_nobody_else_s(phone: Visit, tmp_path: Path) -> None:
    waits(phone)
    page, lines = phone.page, saved(phone.page).path().read_text().splitlines()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def reads_in(*texts: str) -> str:
        file = tmp_path / "queue.jsonl"
        file.write_text("\n".join(texts))
        page.locator("[data-read]").evaluate("place => (place.textContent = '')")
        page.locator("[data-from-file]").set_input_files(file)
        expect(page.locator("[data-read]")).not_to_be_empty()
        return page.locator("[data-read]").text_content() or ""

    head, mark, photo = (json.loads(lines[place]) for place in (0, 1, 3))
    assert "他人的文件" in reads_in(json.dumps({**head, "user": "0"}), lines[1])
    mark["mark"] |= {"url": "https://elsewhere.example/", "at": "2099-01-01"}
    assert "已损坏" in reads_in(lines[0], json.dumps(mark))
    mark["mark"] |= {"url": "/desk/sheets/1/pocket/1/", "place": "javascript:alert(1)"}
    assert "已损坏" in reads_in(lines[0], json.dumps(mark))
    mark["mark"] |= {"place": "/desk/sheets/1/pocket/", "item": '1"]'}
    assert "已损坏" in reads_in(lines[0], json.dumps(mark))
    mark["mark"] |= {"item": "1", "fields": {"level": {}}}
    assert "已损坏" in reads_in(lines[0], json.dumps(mark))
    photo["photo"] |= {"url": "/accounts/logout/", "key": "other"}
    assert "已损坏" in reads_in(lines[0], json.dumps(photo))
    assert "已损坏" in reads_in("no file of ours")
    assert "已损坏" in reads_in("")
    assert not any("elsewhere" in url or "logout" in url for url in asked)
    expect(page.locator("#photos li")).to_have_count(2)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "<html><body><form>Hotel Wi-Fi: sign in</form></body></html>", "没有收到正常的答复（200）"),
        (500, "", "没有收到正常的答复（500）"),
        (400, "<html></html>", "没有收到正常的答复（400）"),
        (404, "", "您已不能打开"),
    ],
)
def test_no_answer_but_the_portal_s_own_lets_anything_go(
    phone: Visit, status: int, body: str, words: str
) -> None:
    page, sheet = phone.page, sheet_of(phone)

    def in_the_way(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body=body, content_type="text/html")
        else:
            route.continue_()

    page.evaluate("(send => (window.fetch = (to, how) => send(to, { ...how, keepalive: false })))(fetch)")
    page.route("**/desk/**", in_the_way)  # which sees nothing that outlives a page
    taken = [jpeg(seed) for seed in (1, 2)]
    take(page, *taken)
    tap(page, "met")
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")
    for place in ("#outbox li", "#photos li >> nth=1"):  # the second one is tried as well
        expect(page.locator(place)).to_contain_text(words)
    page.unroute("**/desk/**")
    if status == 404:
        assert "ZW-1.1" in saved(page).path().read_text()  # nothing sends it by itself: it is shown and saved
        return
    expect(page.locator(".pocket-unsent a:visible")).to_have_count(0)
    wait_for(lambda: stored(sheet, "ZW-1.1") == ("met", "", 1), says="the mark is missing")
    assert digests() == sorted(hashlib.sha256(each["buffer"]).hexdigest() for each in taken)


def test_sheet_taken_away_meanwhile_leaves_what_waits_readable(phone: Visit) -> None:
    page, sheet = phone.page, sheet_of(phone)
    photos = waits(phone)
    phone.assessment.assignment.team.members.all().delete()
    phone.go_online()
    for place in ("#outbox li", "#photos li"):
        expect(page.locator(place)).to_have_count(2)
        expect(page.locator(place).first).to_contain_text("未")
    wait_for(lambda: page.locator("#photos li", has_text="未接收").count() == 2, says="not refused in words")
    text = saved(page).path().read_text()
    assert text.count('"photo"') == len(photos)
    assert not FieldPhoto.objects.exists()
    assert not sheet.scores.exists()


def test_session_over_for_two_days_keeps_all_and_sends_it_after_signing_in(phone: Visit) -> None:
    page = phone.page
    photos = waits(phone)
    Session.objects.all().delete()
    phone.go_online()
    expect(page.locator("#photos li").first).to_contain_text("您已退出登录")
    expect(page.locator("#outbox li").first).to_contain_text("您已退出登录")
    other = page.context.new_page()
    sign_in(other, phone.person.base, phone.inspector)
    page.bring_to_front()
    pressed(page, "send")
    expect(page.locator(".pocket-unsent a:visible")).to_have_count(0)
    assert digests() == sorted(hashlib.sha256(each).hexdigest() for each in photos)


def test_signing_out_with_something_unsent_asks(phone: Visit) -> None:
    page = phone.page
    waits(phone)
    page.goto(phone.wire.url + QUEUE)
    expect(page.locator("#photos li")).to_have_count(2)
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.locator("form[action$='/logout/'] button").first.evaluate("button => button.click()")
    assert "4 项" in asked[0]
    assert page.url.endswith(QUEUE)


def test_clock_wrong_by_a_day_is_told_beside_the_portal_s_own(phone: Visit) -> None:
    kept(phone.page)
    phone.page.clock.set_system_time(timezone.now() + datetime.timedelta(days=1))
    take(phone.page, jpeg(1))
    wait_for(FieldPhoto.objects.exists, says="the picture did not arrive")
    photo = FieldPhoto.objects.get()
    assert abs(photo.phone_ahead - 86400) < 120
    assert photo.is_clock_off
