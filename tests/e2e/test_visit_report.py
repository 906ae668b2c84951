"""A day on the road at 360 px: the route, and the report of a visit signed with a finger."""

import datetime
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from assessments.models import Sheet, VisitReport
from assessments.services import visit_reports, visits
from tests.assessments import builders
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.people import Person
from tests.e2e.test_without_network import Phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]


@pytest.fixture
def visit(on):
    on("2008-04-08")
    team = builders.team()
    sent = []
    for _each in range(2):
        site = builders.building()
        builders.self_assessed(site)
        day = datetime.date(2008, 4, 8)
        sent.append(visits.assign(team=team, site=site, visit_on=day, by=builders.office()))
    leader = team.leader
    builders.fill(builders.own_sheet(sent[0].assessment, leader), leader, weak=2)
    return sent[0]


def test_signed_with_a_finger(browser, live_server, visit):
    leader = Person(browser, live_server.url, visit.team.leader, width=360, touch=True)
    page = leader.page
    leader.go("/desk/route/")
    assert not leader.is_wider_than_the_screen()
    leader.press("/down/")
    page.locator(f"main a[href$='/assessments/{visit.assessment_id}/report/']").click()
    page.wait_for_load_state()
    assert not leader.is_wider_than_the_screen()
    for score in visit_reports.noted(visit.assessment, visit.team.leader):
        page.locator(f"[name='view-{score.item_id}'][value=confirms]").check()
    leader.fill(begun_at="09:00", ended_at="10:30", signer_name="示例主任", signer_post="办公室主任")
    canvas = page.locator("[data-signature] canvas")
    canvas.scroll_into_view_if_needed()
    draw(page, canvas, 0.2)
    page.locator("[data-signature] button").click()
    assert page.locator("[name=signature]").input_value() == ""
    draw(page, canvas, 0.5)
    leader.press("/report/")
    report = VisitReport.objects.get()
    assert report.signature.count("L") > 3
    assert page.locator("svg.signature path").get_attribute("d") == report.signature
    assert not leader.is_wider_than_the_screen()


def draw(page, canvas, height: float) -> None:
    box = canvas.bounding_box()
    at = box["y"] + box["height"] * height
    page.mouse.move(box["x"] + 20, at)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 20, at + (step % 2) * 15)
    page.mouse.up()
    page.mouse.move(box["x"] + 5, at + 30)  # the finger is off: nothing more is drawn


@pytest.fixture
def phone(browser, live_server, on, tmp_path) -> Iterator[Phone]:
    """Whoever leads the team, with all of the visit taken along; one mark below full is stored already."""
    on("2008-04-08")
    made = Phone(browser, live_server.url, tmp_path / "profile", on)
    sheet = builders.own_sheet(made.assessment, made.inspector)
    builders.fill(sheet, made.inspector, weak=1)
    made.sign_in(made.inspector)
    made.go("/desk/sheets/along/")
    made.page.locator("[data-take-along]").tap()
    expect(made.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")
    made.page.reload()
    yield made
    made.close()


def sheet_of(phone: Phone) -> Sheet:
    return Sheet.objects.get(author=phone.inspector)


def open_report(phone: Phone) -> None:
    phone.go("/desk/sheets/along/")
    phone.page.locator("main a[href$='/report/']").tap()
    expect(phone.page.locator("#report")).to_be_visible()


def fill_in(phone: Phone, view: str = "confirms") -> None:
    """All but the signature."""
    page = phone.page
    for each in page.locator(f"#gaps [value={view}]").all():
        each.check()
    told = {"begun_at": "09:00", "ended_at": "10:30", "signer_name": "示例主任", "signer_post": "办公室主任"}
    for name, value in told.items():
        page.locator(f"[name={name}]").fill(value)


def sign_it(phone: Phone) -> None:
    canvas = phone.page.locator("[data-signature] canvas")
    canvas.scroll_into_view_if_needed()
    draw(phone.page, canvas, 0.5)
    phone.page.locator("#report [type=submit]").tap()


def test_signed_without_network_it_names_what_was_marked_there_and_arrives_days_later(phone: Phone) -> None:
    """The marks first: what the portal then finds on the sheet is what the unit's person saw."""
    page, sheet = phone.page, sheet_of(phone)
    (stored,) = visit_reports.noted(phone.assessment, phone.inspector)
    other = next(score for score in sheet.scores.select_related("item") if score.level == "met")
    phone.go_offline()
    phone.go(f"/desk/sheets/{sheet.pk}/pocket/#item-{other.item.code}")
    phone.tap("unmet")
    phone.here.locator("textarea").fill("现场未见公示")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    open_report(phone)
    assert set(page.locator("#gaps [data-code]").all_inner_texts()) == {stored.item.code, other.item.code}
    assert page.locator(f"[name=gap-{other.item_id}]").input_value() == "现场未见公示"
    assert "未达标" not in page.locator("main").inner_text()  # marks stay closed, the unit looks on
    assert violations(phone) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    remarks = page.locator(f"[name=gap-{other.item_id}]")
    remarks.focus()
    page.evaluate("outbox.soon()")  # the phone tries the line while somebody types
    expect(remarks).to_be_focused()
    assert page.evaluate("outbox.waiting().length") == 1
    fill_in(phone)
    page.locator("#report [type=submit]").tap()
    expect(page.locator("#report-lacks")).to_contain_text("签名")  # not without a signature
    words = page.locator(f"[name=words-{other.item_id}]")
    page.locator(f"[name=view-{other.item_id}][value=contradicts]").check()
    sign_it(phone)
    expect(words).to_be_focused()  # nor without what the unit says
    expect(page.locator("#report-here")).to_be_hidden()
    words.fill("当天刚取下")
    page.locator("#report [type=submit]").tap()
    expect(page.locator("#report-here [data-says]")).to_contain_text("当天刚取下")
    expect(page.locator("#report")).to_be_hidden()
    assert violations(phone) == []
    phone.go("/desk/sheets/unsent/")
    expect(page.locator("#outbox li")).to_have_count(2)
    expect(page.locator("#outbox")).to_contain_text("现场检查报告")
    with page.expect_download() as saved:
        page.locator("#queue [data-to-file]").tap()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#outbox li", has_text="现场检查报告").get_by_role("button").tap()
    expect(page.locator("#outbox li")).to_have_count(1)
    page.locator("#queue [data-from-file]").set_input_files(saved.value.path())
    expect(page.locator("#outbox li")).to_have_count(2)
    phone.reopen_days_later()
    phone.go_online()
    phone.sign_in(phone.inspector)
    phone.go("/desk/sheets/unsent/")
    wait_for(VisitReport.objects.exists, says="the report did not arrive")
    report = VisitReport.objects.get()
    assert report.is_intact
    assert report.visited_on == datetime.date(2008, 4, 8)
    said = {each.item_id: (each.gap, each.view, each.words) for each in report.findings.all()}
    assert said[other.item_id] == ("现场未见公示", "contradicts", "当天刚取下")
    assert said[stored.item_id] == (stored.reason, "confirms", "")
    expect(phone.page.locator("#outbox li")).to_have_count(0)


def test_a_report_whose_sheet_says_something_else_by_now_is_refused_and_stays_to_be_read(
    phone: Phone,
) -> None:
    page, sheet = phone.page, sheet_of(phone)
    phone.go_offline()
    open_report(phone)
    fill_in(phone)
    page.locator("[name=remarks]").fill("请复核")
    sign_it(phone)
    expect(page.locator("#report-here")).to_be_visible()
    (score,) = visit_reports.noted(phone.assessment, phone.inspector)  # another device, meanwhile
    builders.mark(sheet, score.item, phone.inspector, score.level, reason="另一理由", version=score.version)
    phone.go_online()
    expect(page.locator("#report-here [data-why]")).to_contain_text(score.item.code)
    expect(page.locator("#report-here [data-says]")).to_contain_text("请复核")
    assert not VisitReport.objects.exists()
    page.reload()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-anew]").tap()
    assert page.locator("[name=remarks]").input_value() == "请复核"
    assert page.locator("[name=signature]").input_value() == ""
    assert page.locator(f"[name=gap-{score.item_id}]").input_value() == "另一理由"
    fill_in(phone)
    sign_it(phone)
    wait_for(VisitReport.objects.exists, says="the report did not arrive")
    assert VisitReport.objects.get().findings.get().gap == "另一理由"


def test_a_report_waits_behind_a_mark_that_another_device_wrote_as_well(phone: Phone) -> None:
    """What was signed for is not settled yet: nothing is filed, and nothing refused."""
    page, sheet = phone.page, sheet_of(phone)
    other = next(score for score in sheet.scores.select_related("item") if score.level == "met")
    phone.go_offline()
    phone.go(f"/desk/sheets/{sheet.pk}/pocket/#item-{other.item.code}")
    phone.tap("unmet")
    phone.here.locator("textarea").fill("现场未见公示")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    open_report(phone)
    fill_in(phone)
    sign_it(phone)
    expect(page.locator("#report-here")).to_be_visible()
    builders.mark(sheet, other.item, phone.inspector, "partly", reason="部分公示", version=other.version)
    phone.go_online()
    phone.go("/desk/sheets/unsent/")
    expect(page.locator("#outbox li", has_text=other.item.code).first).to_contain_text("另一台设备")
    expect(page.locator("#outbox li", has_text="现场检查报告")).to_contain_text("自动提交")
    assert not VisitReport.objects.exists()
