"""A district's list through the screens: determined by its head, filed, reviewed, confirmed by the city."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from sites.enums import FilingState, Stage
from sites.models import Filing
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.e2e.people import Person
from tests.sites import making

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]


def test_list_goes_from_the_head_s_decision_to_the_city_s_confirmation(sign_in, on) -> None:
    on("2008-01-10")
    filing, by = making.complete_list()
    chief = making.head(filing.organisation)
    clerk, head = sign_in(by), sign_in(chief)
    clerk_puts_it_forward(clerk, filing)
    head_determines_it(head, filing)
    a_change_voids_it(clerk, filing)
    clerk_puts_it_forward(clerk, filing)
    head_determines_it(head, filing)
    it_is_filed(clerk, filing)
    city_reviews_and_confirms(sign_in(factories.user(Role.OFFICE)), sign_in(_leader()), filing)


def _leader():
    return factories.user(Role.LEADING_GROUP)


def state(filing: Filing) -> str:
    filing.refresh_from_db()
    return filing.state


def clerk_puts_it_forward(clerk: Person, filing: Filing) -> None:
    clerk.go("/desk/")
    clerk.follow(filing.get_absolute_url())
    clerk.sees("提请负责人确定")
    assert clerk.page.locator("main a[href$='/file/']").count() == 0
    clerk.follow("/put-forward/")
    clerk.press()
    clerk.sees("名单待区政务公开办负责人确定")
    clerk.go("/desk/")
    assert clerk.page.locator(f"main .todo a[href*='{filing.get_absolute_url()}']").count() == 0


def head_determines_it(head: Person, filing: Filing) -> None:
    """From the to-do list; the clerk has no such page."""
    head.go("/desk/")
    head.sees("确定提请的名单")
    head.follow(filing.get_absolute_url())
    head.follow("/decide/")
    head.sees("您代表本区确定这些示范点")
    head.press()
    assert state(filing) == FilingState.DECIDED
    head.sees("海勃湾政公办〔2008〕")


def a_change_voids_it(clerk: Person, filing: Filing) -> None:
    site = filing.sites.order_by("pk")[0]
    clerk.go(f"/desk/filings/{filing.pk}/sites/{site.pk}/")
    clerk.sees("确定失效")
    clerk.fill(reason="改写的理由（示例）。")
    with clerk.page.expect_navigation():
        clerk.page.locator("main form.form-shell button[type=submit]").last.click()
    clerk.sees_no_error()
    assert state(filing) == FilingState.DRAFT
    assert clerk.page.locator("main a[href$='/file/']").count() == 0


def it_is_filed(clerk: Person, filing: Filing) -> None:
    clerk.go("/desk/")
    clerk.sees("上报本区负责人已确定的名单")
    clerk.follow(filing.get_absolute_url())
    clerk.follow("/file/")
    clerk.press()
    assert state(filing) == FilingState.FILED


def city_reviews_and_confirms(office: Person, leader: Person, filing: Filing) -> None:
    office.go(filing.get_absolute_url())
    expect(office.page.locator("main")).to_contain_text("区级已确定")
    office.follow("/review/")
    office.fill(opinion="符合方案要求，拟同意（示例）。")
    for button in ("[name=tick_all]", ".form-actions .btn-primary"):
        with office.page.expect_navigation():
            office.page.click(f"main {button}")
        office.sees_no_error()
    reviewing.give_all()
    resolved("determination")
    leader.go("/desk/")
    leader.follow("/desk/determinations/new/")
    leader.press("")
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.DETERMINED}
