"""An inspector's whole visit at a counter, on a phone 360 px wide, by touch and by key: the network goes and
comes back, the sign-in is lost, and every mark is in the portal once."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.enums import Role
from accounts.models import Session, User
from assessments.enums import SheetState
from assessments.marks import standard_items
from assessments.models import Score, ScoreEntry, Sheet
from tests import factories
from tests.assessments import builders
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.e2e.wire import Wire
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]


class Visit:
    """One inspector with one site to see, and the phone in the hand."""

    def __init__(self, browser, url: str) -> None:
        self.site = builders.building()
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site, builders.team())
        self.inspector = self.assessment.assignment.team.leader
        self.wire = Wire(url)
        self.person = Person(browser, self.wire.url, self.inspector, width=360, touch=True)
        self.page: Page = self.person.page
        self.network = self.page.context

    def go_offline(self) -> None:
        self.wire.cut()
        self.network.set_offline(True)

    def go_online(self) -> None:
        self.wire.mend()
        self.network.set_offline(False)

    def begin(self) -> Sheet:
        """To the sheet by sections, which the device keeps at once."""
        self.person.go(f"/desk/assessments/{self.assessment.pk}/inspect/")
        expect(self.page.locator("#kept-note")).to_be_visible()
        return Sheet.objects.get(author=self.inspector)

    def item(self, code: str) -> Locator:
        return self.page.locator(f"[id='item-{code}']")

    def choose(self, code: str, level: str) -> None:
        self.item(code).locator(f"label:has([value={level}])").tap()

    def status(self, code: str) -> Locator:
        return self.page.locator(f"[id='status-{code}']")

    def sees_unsent(self, count: int) -> None:
        expect(self.page.locator(".score-bar .unsent")).to_have_text(f"未发送：{count}")

    def sees_all_sent(self) -> None:
        expect(self.page.locator(".score-bar .unsent")).to_be_hidden()


@pytest.fixture
def visit(browser, live_server, on):
    on("2008-04-08")
    made = Visit(browser, live_server.url)
    yield made
    made.network.close()
    made.wire.close()


def test_whole_visit(visit: Visit) -> None:
    sheet = visit.begin()
    codes = [item.code for item in standard_items(sheet)]
    marks_go_out_one_by_one(visit, sheet)
    a_full_mark_takes_the_reason_away(visit, sheet)
    without_network_the_work_goes_on(visit, sheet)
    with_the_network_everything_arrives_once(visit, sheet)
    a_lost_sign_in_loses_nothing(visit, sheet)
    the_rest_is_answered_by_keyboard(visit, sheet, codes)
    assert visit.person.script_errors == []
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED
    assert Score.objects.filter(sheet=sheet).count() == len(codes)


# Every move of something on the page that nobody's input explains, from before the page's own scripts run.
WATCH_MOVES = """
window.moves = [];
new PerformanceObserver((list) => window.moves.push(...list.getEntries().map((entry) => entry.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


def test_nothing_moves_under_the_finger(visit: Visit) -> None:
    """What is saved, and the device's keeping of the pages, is said where a place was left for it."""
    visit.page.add_init_script(WATCH_MOVES)
    visit.begin()
    for code in ("ZW-1.1", "ZW-1.2"):
        visit.choose(code, "met")
        expect(visit.status(code)).to_contain_text("已保存")
    assert visit.page.evaluate("window.moves") == []


def marks_go_out_one_by_one(visit: Visit, sheet: Sheet) -> None:
    """A tap saves at once; below full marks the reason is asked for calmly and saved after a pause."""
    visit.choose("ZW-1.1", "met")
    expect(visit.status("ZW-1.1")).to_contain_text("已保存")
    visit.choose("ZW-1.2", "partly")
    expect(visit.status("ZW-1.2")).to_contain_text("须写明理由")
    expect(visit.item("ZW-1.2").locator(".needed")).to_be_visible()
    assert not stored(sheet, "ZW-1.2")
    visit.item("ZW-1.2").locator("textarea").fill("缺少近期纪要")
    expect(visit.status("ZW-1.2")).to_contain_text("已保存")
    expect(visit.page.locator("#score-bar")).to_contain_text("已填 2／43 项")
    assert stored(sheet, "ZW-1.2") == ("partly", "缺少近期纪要", 1)


def a_full_mark_takes_the_reason_away(visit: Visit, sheet: Sheet) -> None:
    """What was typed for the lower mark is gone from page, outbox and portal."""
    reason = visit.item("ZW-1.2").locator("textarea")
    visit.choose("ZW-1.2", "met")
    expect(reason).to_have_value("")
    wait_for(lambda: stored(sheet, "ZW-1.2") == ("met", "", 2), says="the reason stayed")
    visit.page.reload()
    visit.sees_all_sent()
    visit.choose("ZW-1.2", "partly")
    reason.fill("缺少近期纪要")
    wait_for(lambda: stored(sheet, "ZW-1.2") == ("partly", "缺少近期纪要", 3), says="the new mark is missing")
    expect(visit.status("ZW-1.2")).to_contain_text("已保存")  # the answer is here, before the line is cut


def without_network_the_work_goes_on(visit: Visit, sheet: Sheet) -> None:
    visit.go_offline()
    visit.choose("ZW-1.3", "met")
    visit.sees_unsent(1)
    expect(visit.status("ZW-1.3")).to_contain_text("未发送")
    visit.choose("ZW-1.1", "unmet")
    visit.item("ZW-1.1").locator("textarea").fill("现场未见文件")
    visit.sees_unsent(2)
    visit.page.reload()
    # The worker hands out the page as it was kept; what was saved and what waits is put back into it.
    visit.sees_unsent(2)
    expect(visit.page.locator("#outbox li")).to_have_count(2)
    expect(visit.item("ZW-1.1").locator("textarea")).to_have_value("现场未见文件")
    expect(visit.item("ZW-1.2").locator("textarea")).to_have_value("缺少近期纪要")
    expect(visit.status("ZW-1.2")).to_contain_text("已保存")
    visit.page.locator("#sheet-nav a").nth(1).tap()  # another section, never opened before
    visit.choose("ZW-2.1", "met")
    visit.sees_unsent(3)
    with visit.page.expect_download() as waiting:
        visit.page.locator("[data-to-file]").tap()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert all(code in text for code in ("ZW-1.1", "ZW-1.3", "ZW-2.1", "现场未见文件"))
    assert Score.objects.filter(sheet=sheet).count() == 2


def with_the_network_everything_arrives_once(visit: Visit, sheet: Sheet) -> None:
    visit.go_online()
    visit.sees_all_sent()
    expect(visit.page.locator("#score-bar")).to_contain_text("已填 4／43 项")
    assert stored(sheet, "ZW-1.1") == ("unmet", "现场未见文件", 2)
    assert stored(sheet, "ZW-1.3") == ("met", "", 1)
    expect(visit.status("ZW-2.1")).to_contain_text("已保存")
    assert stored(sheet, "ZW-2.1") == ("met", "", 1)
    assert ScoreEntry.objects.filter(sheet=sheet).count() == 7  # ZW-1.1 was written twice, ZW-1.2 thrice


def a_lost_sign_in_loses_nothing(visit: Visit, sheet: Sheet) -> None:
    Session.objects.all().delete()
    visit.choose("ZW-2.2", "unmet")
    visit.item("ZW-2.2").locator("textarea").fill("制度未上墙")
    visit.sees_unsent(1)
    expect(visit.page.locator("#outbox")).to_contain_text("您已退出登录")
    with visit.network.expect_page() as opened:
        visit.page.locator("#outbox [data-sign-in] a").tap()
    door = opened.value
    door.fill("[name=login]", visit.inspector.username)
    door.fill("[name=password]", PASSWORD)
    door.click("main form button[type=submit]")
    expect(door.locator("#score-bar")).to_be_visible()
    door.close()
    visit.sees_all_sent()
    expect(visit.status("ZW-2.2")).to_contain_text("已保存")
    assert stored(sheet, "ZW-2.2") == ("unmet", "制度未上墙", 1)


def the_rest_is_answered_by_keyboard(visit: Visit, sheet: Sheet, codes: list[str]) -> None:
    """1 to 4 choose, Ctrl+Enter saves and goes on, over the borders of sections and back to the start."""
    visit.page.locator("#score-bar [data-next]").tap()
    left = len(codes) - 5
    for number in range(1, left + 1):
        focused = visit.page.locator(".item:focus-within")
        expect(focused).to_have_attribute("data-state", "unmarked")
        code = focused.get_attribute("data-code")
        visit.page.wait_for_load_state()  # of a new section: its script hears the keys
        visit.page.keyboard.press("1")
        visit.page.keyboard.press("Control+Enter")
        if number < left:
            expect(visit.page.locator(f".item:focus-within:not([data-code='{code}'])")).to_be_visible()
    expect(visit.page.locator("#score-bar")).to_contain_text("已填 43／43 项")
    wait_for(lambda: sheet.scores.count() == len(codes), says="not every mark arrived")
    visit.page.locator("#score-bar [data-finish]").tap()
    visit.person.press("")
    visit.page.wait_for_url("**/desk/sheets/*/")


def stored(sheet: Sheet, code: str) -> tuple[str, str, int] | None:
    """The mark as the portal has it: level, reason, row version."""
    return sheet.scores.filter(item__code=code).values_list("level", "reason", "version").first()


def test_another_inspector_at_the_same_phone_neither_sends_nor_sees_what_is_the_firsts(visit: Visit) -> None:
    """The sign-in was lost with a mark unsent, and a colleague signs in at the phone that was left lying."""
    sheet, context, colleague = visit.begin(), visit.page.context, factories.user(Role.INSPECTOR)
    code = standard_items(sheet)[0].code
    visit.go_offline()
    visit.choose(code, "met")
    visit.sees_unsent(1)
    context.clear_cookies(name="sessionid")
    visit.go_online()
    expect(visit.page.locator("#outbox [data-sign-in]")).to_be_visible()
    other = context.new_page()
    sign_in(other, visit.person.base, colleague)
    kept = other.evaluate("caches.keys()")
    assert f"sheets-{visit.inspector.pk}" not in kept
    with visit.page.expect_response("**/accounts/token/"):
        visit.page.locator("#outbox [data-send]").evaluate("button => button.click()")
    expect(visit.page.locator("#outbox [data-sign-in]")).to_be_visible()
    assert not sheet.scores.exists()
    context.clear_cookies(name="sessionid")
    sign_in(other, visit.person.base, visit.inspector)
    visit.page.bring_to_front()
    visit.page.locator("#outbox [data-send]").evaluate("button => button.click()")
    visit.sees_all_sent()
    assert sheet.scores.get().updated_by == visit.inspector


def sign_in(page: Page, base: str, user: User) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile(f"{base}/desk/"))
    page.wait_for_load_state("networkidle")
