"""A phone days away from the network: its browser is closed and opened again, time and session are old,
the keeper of pages is renewed, somebody signs out or another signs in. Nothing is lost."""

import datetime
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.enums import Role
from accounts.models import Session, User
from assessments.enums import SheetState
from assessments.marks import standard_items
from assessments.models import EvidenceFile, Sheet
from assessments.services.scores import save_score
from assessments.services.sheets import inspector_sheet
from tests import factories
from tests.assessments import builders
from tests.e2e.backstage import wait_for
from tests.e2e.conftest import CHROMIUM
from tests.e2e.test_field_photos import jpeg, take
from tests.e2e.wire import Wire
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]
IS_KEPT = "Object.keys(sessionStorage).some((key) => key.startsWith('kept/'))"
KEPT = """caches.keys().then(([name]) => caches.open(name)).then((each) => each.keys())
    .then((all) => all.map(({ url }) => url))"""
RENEW = """(user) => new Promise((done) => {
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    navigator.serviceWorker.register(`/desk/sheets/worker.js?user=${user}&renewed`, { scope: "/" });
})"""
DAYS = datetime.timedelta(days=5)


class Phone:
    """A browser with a profile of its own, on a line that can be cut; an inspector with one visit."""

    def __init__(self, browser, portal: str, profile, on) -> None:
        self.browser, self.profile, self.turn_to = browser, profile, on
        self.site = builders.building()
        builders.filed(self.site, builders.upload())
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site, builders.team())
        self.inspector: User = self.assessment.assignment.team.leader
        self.wire = Wire(portal)
        self.open()

    def open(self, *, later: datetime.timedelta | None = None) -> None:
        kind = self.browser.browser_type
        self.context: BrowserContext = kind.launch_persistent_context(
            self.profile,
            executable_path="/usr/bin/chromium",
            args=[*CHROMIUM, "--lang=zh-CN", "--accept-lang=zh-CN"],  # what a worker fetches as well
            locale="zh-CN",
            viewport={"width": 360, "height": 740},
            has_touch=True,
        )
        if later:
            self.context.clock.install(time=datetime.datetime.now(datetime.UTC) + later)
        self.page: Page = self.context.pages[0]

    def reopen_days_later(self) -> None:
        """Browser closed and opened again; its clock and the portal's day five days on, the session over."""
        self.context.close()
        Session.objects.all().delete()
        self.turn_to("2008-04-13")
        self.open(later=DAYS)

    def go_offline(self) -> None:
        self.wire.cut()
        self.context.set_offline(True)

    def go_online(self) -> None:
        self.wire.mend()
        self.context.set_offline(False)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.wire.url}{path}")

    def sign_in(self, user: User) -> None:
        """In a new session: a browser that was killed may still know the old one, or may not."""
        self.context.clear_cookies()
        self.go("/accounts/login/")
        self.fill_in(user)

    def fill_in(self, user: User) -> None:
        self.page.fill("[name=login]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(re.compile(r"/desk/"))
        self.page.wait_for_load_state()

    def mark_all_but(self, count: int) -> list[str]:
        """Begin the sheet elsewhere and mark it there as met; returns the codes of the items left open."""
        sheet = inspector_sheet(assessment=self.assessment, by=self.inspector)
        items = standard_items(sheet)
        for item in items[:-count]:
            save_score(
                sheet=sheet,
                item=item,
                by=self.inspector,
                level="met",
                points=None,
                faults=0,
                reason="",
                version=0,
            )
        return [item.code for item in items[-count:]]

    def begin(self) -> Sheet:
        """The visit's sheet, opened with a network and kept."""
        self.go("/desk/sheets/")
        self.page.locator("main a[href$='/pocket/']:visible").tap()
        expect(self.here).to_be_visible()
        wait_for(lambda: self.page.evaluate(IS_KEPT), says="the sheet was not kept")
        return Sheet.objects.get(author=self.inspector)

    @property
    def here(self):
        return self.page.locator(".is-here")

    def tap(self, level: str) -> None:
        self.here.locator(f"label:has([value={level}])").tap()

    def close(self) -> None:
        self.context.close()
        self.wire.close()


@pytest.fixture
def phone(browser, live_server, on, tmp_path) -> Iterator[Phone]:
    on("2008-04-08")
    made = Phone(browser, live_server.url, tmp_path / "profile", on)
    made.sign_in(made.inspector)
    yield made
    made.close()


def test_home_screen_opens_at_the_visits_without_network_and_session_after_days(phone: Phone) -> None:
    sheet = phone.begin()
    manifest = phone.page.evaluate(
        "fetch(document.querySelector('[rel=manifest]').href).then((each) => each.json())"
    )
    assert manifest["name"] == "乌海市政务公开示范点建设"
    for icon in manifest["icons"]:
        answer = phone.page.evaluate(
            "(src) => fetch(src).then((each) => each.headers.get('content-type'))", icon["src"]
        )
        assert answer == icon["type"]
    phone.go_offline()
    phone.reopen_days_later()
    phone.go_offline()
    assert manifest["start_url"] == "/desk/sheets/along/"
    phone.go("/desk/sheets/")
    expect(phone.page.locator("main")).to_contain_text(str(phone.site))
    phone.go("/desk/deadlines/")  # a page that is not kept
    expect(phone.page.locator("main")).to_contain_text("没有网络")
    phone.go(f"/desk/sheets/{sheet.pk}/pocket/")
    phone.tap("met")
    expect(phone.page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    phone.go_online()
    expect(phone.page.locator("#outbox [data-sign-in]")).to_be_attached()
    assert not sheet.scores.exists()
    phone.sign_in(phone.inspector)
    phone.go(f"/desk/sheets/{sheet.pk}/pocket/")
    wait_for(lambda: sheet.scores.count() == 1, says="the mark did not arrive")
    assert sheet.scores.get().updated_by == phone.inspector


def test_a_new_keeper_of_pages_keeps_what_the_former_kept(phone: Phone) -> None:
    """The portal is renewed while a mark waits: the new worker takes over at once."""
    sheet = phone.begin()
    phone.go_offline()
    phone.tap("met")
    expect(phone.page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    phone.wire.mend()
    phone.context.set_offline(False)
    phone.page.evaluate(RENEW, str(phone.inspector.pk))
    wait_for(lambda: sheet.scores.count() == 1, says="the mark did not arrive")
    phone.go_offline()
    phone.page.reload()
    expect(phone.here).to_be_visible()


def test_a_round_that_ended_takes_its_sheets_from_the_phone(phone: Phone) -> None:
    sheet = phone.begin()
    assert any(f"/sheets/{sheet.pk}/" in url for url in phone.page.evaluate(KEPT))
    sheet.assessment.round.__class__.objects.update(closed_on="2008-04-09")
    phone.go("/desk/sheets/")
    wait_for(
        lambda: not any(f"/sheets/{sheet.pk}/" in url for url in phone.page.evaluate(KEPT)),
        says="the sheet is still kept",
    )


def test_who_signs_out_with_marks_unsent_is_asked(phone: Phone) -> None:
    sheet = phone.begin()
    Sheet.objects.filter(pk=sheet.pk).update(  # on another device, meanwhile: the mark is refused and stays
        state=SheetState.SUBMITTED, submitted_on="2008-04-08", submitted_at=timezone.now()
    )
    phone.tap("met")
    expect(phone.page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    phone.go("/desk/")
    with phone.page.expect_event("dialog") as asked:
        sign_out(phone.page)
    assert "1 项" in asked.value.message
    asked.value.dismiss()
    assert phone.page.evaluate("caches.keys()") == [f"sheets-{phone.inspector.pk}"]
    with phone.page.expect_event("dialog") as asked:
        sign_out(phone.page)
    asked.value.accept()
    phone.page.wait_for_url(lambda url: "/desk/" not in url)
    assert phone.page.evaluate("caches.keys()") == []
    phone.sign_in(factories.user(Role.INSPECTOR))
    phone.go("/desk/sheets/")
    expect(phone.page.locator("#outbox")).to_be_hidden()
    assert not sheet.scores.exists()


def test_signing_out_on_a_line_that_hardly_answers_leaves_nothing_here(phone: Phone) -> None:
    """What the portal has goes from the phone: pages, marks, photographs with their receipt."""
    sheet = phone.begin()
    take(phone.page, jpeg(1))
    expect(phone.here.locator(".photo-list li")).to_contain_text("已提交")
    phone.tap("met")
    wait_for(lambda: sheet.scores.count() == 1, says="the mark did not arrive")
    rows = """Promise.all(["marks", "photos"].map((kind) => deviceStore.all(kind)))
        .then((all) => all.flat().length)"""
    phone.go("/desk/")
    assert phone.page.evaluate(rows) == 2
    phone.page.route("**/accounts/token/", lambda route: route.abort())
    sign_out(phone.page)
    phone.page.wait_for_url(lambda url: "/desk/" not in url)
    assert phone.page.evaluate("caches.keys()") == []
    phone.page.unroute("**/accounts/token/")
    phone.sign_in(phone.inspector)
    assert phone.page.evaluate(rows) == 0
    kept = phone.begin()  # and keeps pages again, for the worker is this person's once more
    phone.go_offline()
    phone.go(f"/desk/sheets/{kept.pk}/pocket/")
    expect(phone.here).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("form[action$='/accounts/logout/'] button").first.evaluate("button => button.click()")


def finish_without_network(phone: Phone) -> Sheet:
    """The last items met but one, and the button at the end; then that one: all of it waits on the phone."""
    codes = phone.mark_all_but(3)
    sheet = phone.begin()
    phone.go_offline()
    for code in codes[:-1]:
        expect(phone.here).to_have_attribute("data-code", code)
        phone.tap("met")
    expect(phone.here).to_have_attribute("data-code", codes[-1])
    phone.page.locator("[data-go=next]").tap()
    phone.page.locator("[data-finish]").tap()
    expect(phone.page.locator("[data-of=left]")).to_contain_text("1")
    expect(phone.page.locator("[data-now]")).to_be_hidden()
    phone.page.locator("[data-go=previous]").tap()
    phone.tap("met")
    expect(phone.here).to_have_attribute("id", "end")
    phone.page.locator("[data-finish]").tap()
    phone.page.locator("[data-now]").tap()
    expect(phone.page.locator("[data-of=waiting]")).to_be_visible()
    assert sheet.scores.count() == 40
    return sheet


def test_a_sheet_finished_without_network_is_submitted_by_itself_days_later(phone: Phone) -> None:
    """Its marks first; the browser was closed, the session has ended, the clock is days on."""
    sheet = finish_without_network(phone)
    assert phone.page.evaluate("document.querySelector('.pocket-mark').inert")
    phone.reopen_days_later()
    phone.go_offline()
    phone.go(f"/desk/sheets/{sheet.pk}/pocket/#end")
    expect(phone.page.locator("[data-of=waiting]")).to_be_visible()
    expect(phone.page.locator("#score-bar")).to_contain_text("43/43")
    phone.go_online()
    phone.sign_in(phone.inspector)
    phone.go("/desk/sheets/")
    wait_for(
        lambda: Sheet.objects.get(pk=sheet.pk).state == SheetState.SUBMITTED, says="it was not submitted"
    )
    assert sheet.scores.filter(level="met").count() == 43


def test_a_finish_waits_for_a_mark_that_was_refused_and_can_be_taken_back(phone: Phone) -> None:
    """Another device wrote one of the marks meanwhile: nothing is submitted that nobody saw."""
    sheet = finish_without_network(phone)
    item = standard_items(sheet)[-1]
    save_score(
        sheet=sheet,
        item=item,
        by=phone.inspector,
        level="unmet",
        points=None,
        faults=None,
        reason="未见",
        version=0,
    )
    phone.go_online()
    wait_for(lambda: sheet.scores.count() == 43, says="the marks did not arrive")
    expect(phone.page.locator("#outbox li")).to_have_count(2)
    assert Sheet.objects.get(pk=sheet.pk).state == SheetState.DRAFT
    phone.page.locator("[data-back]").tap()
    expect(phone.page.locator("[data-finish]")).to_be_visible()
    assert not phone.page.evaluate("document.querySelector('.pocket-mark').inert")


def test_taken_along_the_visit_opens_with_pictures_and_rules_days_later(phone: Phone) -> None:
    """Sheet, the unit's picture, rulebook: one tap with a network, none needed after; not begun before."""
    file = EvidenceFile.objects.get()
    rulebook = f"/desk/rulebooks/{phone.assessment.round.rulebook_id}/"
    phone.go("/desk/sheets/along/")
    assert not Sheet.objects.filter(author=phone.inspector).exists()
    phone.page.locator("[data-with-pictures]").check()
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")
    sheet = Sheet.objects.get(author=phone.inspector)
    phone.reopen_days_later()
    phone.go_offline()
    phone.go("/desk/sheets/along/")
    expect(phone.page.locator("[data-state]")).to_contain_text("已保存在本机")
    phone.page.locator("[data-open]").tap()
    expect(phone.here).to_be_visible()
    assert phone.page.url.endswith(f"/desk/sheets/{sheet.pk}/pocket/")
    phone.tap("met")
    expect(phone.page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    phone.go(f"/desk/evidence/files/{file.pk}/view/")
    width = "Math.max(...[...document.querySelectorAll('main img')].map((each) => each.naturalWidth))"
    wait_for(lambda: phone.page.evaluate(width) > 0, says="the picture is not there")
    phone.go(rulebook)
    expect(phone.page.locator("main")).to_contain_text(str(phone.assessment.round.rulebook))
    phone.go("/desk/deadlines/")
    phone.page.locator("main a[href='/desk/sheets/along/']").tap()
    expect(phone.page.locator("[data-unsent]").first).to_contain_text("1")
    phone.go_online()
    phone.sign_in(factories.user(Role.INSPECTOR))
    wait_for(lambda: phone.page.evaluate("caches.keys()") == [], says="what the first took is still there")
    phone.go("/desk/sheets/along/")
    expect(phone.page.locator("#outbox")).to_be_hidden()
    expect(phone.page.locator("main")).not_to_contain_text(str(phone.site))
    assert not sheet.scores.exists()


def test_a_line_cut_while_taking_along_says_so_and_pressed_again_goes_on(phone: Phone) -> None:
    phone.go("/desk/sheets/along/")
    expect(phone.page.locator("[data-take-along]")).to_be_visible()
    phone.go_offline()
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("没有全部保存")
    phone.go_online()
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")


def test_signed_out_while_taking_along_it_stops_and_leaves_the_sign_in_form_as_it_is(phone: Phone) -> None:
    phone.go("/desk/sheets/along/")
    expect(phone.page.locator("[data-take-along]")).to_be_visible()
    Session.objects.all().delete()
    other = phone.context.new_page()
    other.goto(f"{phone.wire.url}/accounts/login/")
    phone.page.bring_to_front()
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("请重新登录，再点“带上”")
    assert not Sheet.objects.filter(author=phone.inspector).exists()
    other.fill("[name=login]", phone.inspector.username)
    other.fill("[name=password]", PASSWORD)
    other.click("main form button[type=submit]")
    expect(other).to_have_url(re.compile(r"/desk/"))
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")
