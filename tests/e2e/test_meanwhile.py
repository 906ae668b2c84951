"""What waits on a phone while its sheet leaves its writer's hands: kept, told, not sent, saved to a file."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from accounts.enums import Role
from assessments.enums import ScoreLevel
from assessments.models import FieldPhoto, Sheet
from assessments.services import recusals, sheets, teams, unlocking
from tests import factories
from tests.assessments import builders
from tests.e2e.backstage import wait_for
from tests.e2e.test_field_photos import jpeg, take
from tests.e2e.test_pocket import here, kept, phone, sheet_of, tap
from tests.e2e.test_queue import QUEUE, pressed, saved
from tests.e2e.test_visit import Visit, stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

__all__ = ["phone"]

SITE_IS_GONE = "您已不能打开"


def submitted(visit: Visit) -> None:
    """By the same person at another device, the first items partly met."""
    sheet = sheet_of(visit)
    builders.fill(sheet, visit.inspector, weak=2)
    with builders.on("2008-04-08"):
        sheets.submit_inspector_sheet(sheet=sheet, by=visit.inspector)


def signed(visit: Visit) -> Sheet:
    """Every member's sheet is submitted, and the team's is signed."""
    for member in builders.members(visit.assessment.assignment.team):
        sheet = builders.own_sheet(visit.assessment, member)
        builders.fill(sheet, member, weak=2)
        with builders.on("2008-04-08"):
            sheets.submit_inspector_sheet(sheet=sheet, by=member)
    final = visit.assessment.sheets.get(role="final")
    builders.sign(final)
    return final


def handed_over(visit: Visit) -> None:
    """Somebody else leads the team, and the phone's owner has left it."""
    team = visit.assessment.assignment.team
    others = [each for each in builders.members(team) if each != visit.inspector]
    heir = factories.user(Role.INSPECTOR)
    with builders.on("2008-04-08"):
        teams.change_team(
            team=team,
            name=team.name,
            leader=heir,
            members=others,
            by=builders.office(),
            **builders.dates(),
        )


def recused(visit: Visit) -> None:
    recusals.recuse(user=visit.inspector, site=visit.site, reason="示例：亲属在该单位工作")


def marks_sent(page: Page) -> list[str]:
    sent: list[str] = []

    def heard(asked: Request) -> None:
        if asked.method == "POST" and "/pocket/" in asked.url:
            sent.append(asked.url)

    page.on("request", heard)
    return sent


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (submitted, "提交"),
        (signed, "提交"),
        (handed_over, SITE_IS_GONE),
        (recused, SITE_IS_GONE),
    ],
)
def test_kept_told_not_sent_and_saved(phone: Visit, meanwhile: Callable[[Visit], object], words: str) -> None:
    page, sheet = phone.page, sheet_of(phone)
    kept(page)
    phone.go_offline()
    take(page, jpeg(1))
    expect(page.locator("[data-unsent-photos]")).to_contain_text("1")
    for code in ("ZW-1.1", "ZW-1.2"):
        expect(here(page)).to_have_attribute("data-code", code)
        tap(page, "met")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：2")
    meanwhile(phone)
    before = [stored(sheet, code) for code in ("ZW-1.1", "ZW-1.2")]
    phone.go_online()
    lines = page.locator("#outbox li")
    for place in (0, 1):
        expect(lines.nth(place).locator("[data-why]")).to_contain_text(words)
    photo = page.locator("#photos li")
    expect(photo).to_contain_text("未接收")

    # On the page of the queue as well, by the next day too, and nothing is sent a second time.
    page.goto(phone.wire.url + QUEUE)
    expect(lines).to_have_count(2)
    sent = marks_sent(page)
    pressed(page, "send")
    for place, code in enumerate(("ZW-1.1", "ZW-1.2")):
        expect(lines.nth(place)).to_contain_text(code)
        expect(lines.nth(place).locator("[data-why]")).to_contain_text(words)
    expect(photo).to_contain_text("未接收")
    assert sent == []
    assert not phone.person.is_wider_than_the_screen()
    text = saved(page).path().read_text()
    assert all(f'"code":"{code}"' in text for code in ("ZW-1.1", "ZW-1.2"))
    assert text.count('"photo":') == 1
    assert not FieldPhoto.objects.exists()
    assert [stored(sheet, code) for code in ("ZW-1.1", "ZW-1.2")] == before
    assert phone.person.script_errors == []


def test_sheet_that_was_signed_and_opened_again_takes_no_mark_of_before(phone: Visit) -> None:
    page = phone.page
    for member in builders.members(phone.assessment.assignment.team):
        own = builders.own_sheet(phone.assessment, member)
        builders.fill(own, member)
        with builders.on("2008-04-08"):
            sheets.submit_inspector_sheet(sheet=own, by=member)
    final = phone.assessment.sheets.get(role="final")
    phone.person.go(f"/desk/sheets/{final.pk}/pocket/")
    kept(page)
    phone.go_offline()
    code = here(page).get_attribute("data-code") or ""
    tap(page, "unmet")
    here(page).locator("[name=reason]").fill("现场没有目录")
    expect(page.locator(".pocket-unsent")).to_contain_text("未发送：1")
    builders.sign(final)
    with builders.on("2008-04-08"):
        unlocking.unlock(sheet=final, reason="组长误签（示例）", by=builders.office())
    phone.go_online()
    expect(page.locator("#outbox [data-why]")).to_contain_text("签署后又解锁")
    assert final.scores.get(item__code=code).level == ScoreLevel.MET
    assert code in saved(page).path().read_text()

    # Whoever has looked at the sheet as it stands now marks it anew, by the very same tap.
    page.reload()
    item = page.locator(f"[id='item-{code}']")
    expect(item.locator("[name=reason]")).to_have_value("现场没有目录")
    expect(item.locator("[data-status]")).to_contain_text("签署后又解锁")
    item.locator("label:has([value=unmet])").tap()
    now = (ScoreLevel.UNMET, "现场没有目录", 2)
    wait_for(lambda: stored(final, code) == now, says="the new mark is missing")
    expect(page.locator(".pocket-unsent a:visible")).to_have_count(0)
    assert phone.person.script_errors == []
