"""Five people carry one paper through return, change, countersignature, signature and correction."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import Motion
from documents.models import Document, Draft
from documents.services import render
from tests import agreeing, factories
from tests.assessments import builders
from tests.documents.drafted import drafted, heard_site
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

WHY = "示例：请写明联系人。"
RIGHT = "示例更正窗口"


def printed(draft: Draft) -> str:
    """Its papers have been printed on trial; where it stands."""
    agreeing.made(Draft.objects.get(pk=draft.pk))
    return draft.get_absolute_url()


def goes_to(person: Person, what: str) -> None:
    """From the own home, by what waits there."""
    person.go("/desk/")
    with person.page.expect_navigation():
        person.page.locator("main a", has_text=what).first.click()
    person.sees_no_error()


def issued() -> Document:
    paper = Document.objects.filter(kind="rectification_notice").latest("pk")
    render(paper.pk)
    paper.refresh_from_db()
    return paper


def test_paper_goes_its_whole_road_and_is_corrected(browser, live_server, sign_in, on):
    on("2008-04-16")
    site = heard_site()
    clerk, colleague = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    at_desk, checks, signs = sign_in(clerk), sign_in(colleague), sign_in(builders.leader())
    unit = sign_in(builders.liaison(site))
    draft = drafted(site, clerk)
    printed(draft)

    # Sent back, changed, handed in again.
    goes_to(checks, "核对公文稿")
    checks.page.locator("form[action*='/send-back/'] [name=text]").fill(WHY)
    checks.press("/send-back/")
    goes_to(at_desk, "修改退回的公文稿")
    at_desk.sees(WHY)
    at_desk.follow("/change/")
    at_desk.fill(note="联系人：示例")
    at_desk.press()
    at_desk.page.locator("summary", has_text="会签").click()
    at_desk.page.check(f"main [name=organisations][value='{site.organisation_id}']")
    at_desk.press("/ask/")
    at_desk.press("/hand-in/")
    printed(draft)

    # Checked, countersigned, signed.
    goes_to(checks, "核对公文稿")
    checks.press("/check/")
    goes_to(unit, "会签公文稿")
    unit.fill(agrees="yes")
    unit.press("/countersign/")
    goes_to(signs, "签发公文稿")
    signs.press("/sign/")
    paper = issued()
    assert paper.context["note"] == "联系人：示例"
    assert paper.created_by.role == Role.LEADING_GROUP

    # What is wrong in it is put right by a new one.
    wrong = paper.context["site"]
    at_desk.go(paper.get_absolute_url())
    at_desk.follow("/correct/")
    at_desk.fill(wrong1=wrong, right1=RIGHT, reason="示例：窗口名称有误。")
    at_desk.press()
    expect(at_desk.page.get_by_text("更正件已拟稿")).to_be_visible()
    correction = Motion.objects.open().get().draft
    printed(correction)
    goes_to(checks, "核对公文稿")
    checks.sees(f"{wrong} → {RIGHT}")
    checks.press("/check/")
    goes_to(signs, "签发公文稿")
    signs.press("/sign/")
    new = issued()
    assert RIGHT in new.title
    at_desk.go(paper.get_absolute_url())
    at_desk.sees(new.full_number)
    unit.go(new.get_absolute_url())
    unit.sees(RIGHT)

    # And whoever holds the old one in hand is told so.
    citizen = Person(browser, live_server.url, width=360)
    citizen.go(f"/verify/{paper.verification_code}/")
    citizen.sees(new.full_number)
    citizen.go(f"/verify/{new.verification_code}/")
    citizen.sees(new.full_number)
    assert not citizen.is_wider_than_the_screen()
    citizen.page.context.close()
