"""A phone keeps a photograph's receipt for ninety days, and what has not arrived for as long as it takes."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import AnnotationLayer, FieldPhoto
from tests.e2e.backstage import wait_for
from tests.e2e.test_field_photos import jpeg, take
from tests.e2e.test_photo_marks import done, draw, opened
from tests.e2e.test_pocket import here, kept, phone
from tests.e2e.test_visit import Visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

__all__ = ["phone"]

RECORDS = "photoStore.all().then(all => all.map(({ receipt, marks }) => [Boolean(receipt), Boolean(marks)]))"
RECEIVED, DRAWN_ON, WAITING = [True, False], [True, True], [False, False]


def received(page: Page, seed: int) -> None:
    take(page, jpeg(seed))
    expect(here(page).locator(".photo-list li")).to_contain_text("已提交，回执号")


def after(page: Page, days: int) -> list[list[bool]]:
    """What the phone keeps once the page was opened again so many days later."""
    page.clock.set_system_time(timezone.now() + datetime.timedelta(days=days))
    page.reload()
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")
    found: list[list[bool]] = page.evaluate(RECORDS)
    return found


def test_receipts_go_after_ninety_days_and_nothing_that_waits(phone: Visit) -> None:
    page = phone.page
    kept(page)
    received(page, 1)
    page.locator("[data-go=next]").tap()
    received(page, 2)
    page.route("**/marks/sent/", lambda route: route.abort())
    opened(page)
    draw(page, "circles", (0.2, 0.2), (0.9, 0.9))
    done(page)
    page.locator("[data-go=next]").tap()
    phone.go_offline()
    take(page, jpeg(3))
    expect(page.locator("[data-unsent-photos]")).to_contain_text("2")

    assert after(page, 89) == [RECEIVED, DRAWN_ON, WAITING]
    assert after(page, 91) == [DRAWN_ON, WAITING]

    page.unroute("**/marks/sent/")
    phone.go_online()
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()
    wait_for(lambda: FieldPhoto.objects.count() == 3, says="the last photograph is missing")
    wait_for(AnnotationLayer.objects.exists, says="what was drawn is missing")
    # What arrives that late has its receipt from then on, and the page goes on showing it until it is left.
    assert RECEIVED in page.evaluate(RECORDS)
    assert phone.person.script_errors == []
