"""Marks drawn over a photograph with a finger: with and without network, shown with a switch."""

import hashlib

import pytest
from playwright.sync_api import Browser, Page, expect

from assessments.models import AnnotationLayer, FieldPhoto
from assessments.services import annotations
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.test_field_photos import jpeg, take
from tests.e2e.test_pocket import here, kept, phone
from tests.e2e.test_visit import Visit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

__all__ = ["phone"]


def draw(page: Page, tool: str, *places: tuple[float, float]) -> None:
    """From place to place of the picture, each a share of its width and height."""
    expect(page.locator("#photo-marks .picture-marks")).to_be_visible()
    page.locator(f"#photo-marks [value={tool}]").check()
    box = page.locator("#photo-marks .picture-marks").bounding_box()
    assert box
    first, *more = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in places]
    page.mouse.move(*first)
    page.mouse.down()
    for place in more:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def opened(page: Page) -> None:
    here(page).locator("[data-mark]").click()
    expect(page.locator("#photo-marks")).to_be_visible()


def done(page: Page) -> None:
    page.locator("#photo-marks [data-done]").click()
    expect(page.locator("#photo-marks")).to_be_hidden()


def layers() -> int:
    return AnnotationLayer.objects.count()


def test_drawn_without_network_it_waits_with_the_photograph_and_arrives_once(phone: Visit) -> None:
    page = phone.page
    kept(page)
    phone.go_offline()
    page.reload()
    taken = jpeg(1)
    take(page, taken)
    opened(page)
    draw(page, "arrows", (0.1, 0.1), (0.5, 0.5))
    draw(page, "circles", (0.4, 0.4), (0.8, 0.9))
    draw(page, "lines", (0.1, 0.9), (0.5, 0.8), (0.9, 0.9))
    draw(page, "lines", (0.5, 0.2), (0.6, 0.2))
    page.locator("#photo-marks [data-undo]").click()
    expect(page.locator("#photo-marks [data-says]")).to_have_text("箭头 1 个，圆圈 1 个，线条 1 条")
    page.locator("#photo-marks [data-note]").fill("门牌没有更新")
    done(page)
    page.reload()
    expect(page.locator("[data-unsent-photos]")).to_contain_text("1")
    opened(page)  # what was drawn is still here
    expect(page.locator("#photo-marks [data-says]")).to_have_text("箭头 1 个，圆圈 1 个，线条 1 条")
    page.keyboard.press("Escape")
    phone.go_online()
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()
    wait_for(layers, says="what was drawn did not arrive")
    layer = AnnotationLayer.objects.get()
    for grammar, path in zip(
        (annotations.ARROWS, annotations.CIRCLES, annotations.LINES),
        (layer.arrows, layer.circles, layer.lines),
        strict=True,
    ):
        assert path
        assert grammar.fullmatch(path)
    assert layer.note == "门牌没有更新"
    x, y = map(int, layer.arrows[1:].split("L")[0].split())
    assert abs(x - 64) < 8  # a tenth of a picture of 640 by 480
    assert abs(y - 48) < 8
    assert FieldPhoto.objects.get().file.sha256 == hashlib.sha256(taken["buffer"]).hexdigest()
    assert phone.person.script_errors == []


def test_a_photograph_that_was_sent_is_marked_later(phone: Visit) -> None:
    page = phone.page
    take(page, jpeg(2, (3000, 2000)))
    expect(here(page).locator(".photo-list li")).to_contain_text("已提交")
    opened(page)
    draw(page, "circles", (0.2, 0.2), (0.9, 0.9))
    done(page)
    wait_for(layers, says="what was drawn did not arrive")
    file = FieldPhoto.objects.get().file
    assert (file.width, file.height) == (2048, 1365)
    x, y = map(int, AnnotationLayer.objects.get().circles[1:].split("a")[0].split())
    assert abs(x - 2048 * 0.2) < 40
    assert abs(y - 1365 * 0.55) < 40
    expect(page.locator("[data-unsent-photos]")).to_be_hidden()

    page.goto(f"{phone.wire.url}/desk/evidence/files/{file.pk}/view/")
    marks = page.locator(".picture .picture-marks")
    expect(marks).to_be_visible()
    assert marks.bounding_box() == pytest.approx(page.locator(".picture img").bounding_box(), abs=3)
    page.locator("#with-marks").uncheck()
    expect(marks).to_be_hidden()
    assert violations(phone.person) == []
    page.locator("[data-draw]").click()
    draw(page, "arrows", (0.1, 0.1), (0.5, 0.5))
    page.locator("#photo-marks [data-done]").click()
    expect(page.locator(".picture figcaption")).to_contain_text("1 个箭头、1 个圆圈")
    assert layers() == 2
    assert phone.person.script_errors == []


def test_the_switch_works_without_a_script(phone: Visit, browser: Browser) -> None:
    page = phone.page
    take(page, jpeg(3))
    expect(here(page).locator(".photo-list li")).to_contain_text("已提交")
    opened(page)
    draw(page, "arrows", (0.1, 0.1), (0.5, 0.5))
    done(page)
    wait_for(layers, says="what was drawn did not arrive")
    context = browser.new_context(java_script_enabled=False, storage_state=phone.network.storage_state())
    plain = context.new_page()
    plain.goto(f"{phone.wire.url}/desk/evidence/files/{FieldPhoto.objects.get().file_id}/view/")
    marks = plain.locator(".picture .picture-marks")
    expect(marks).to_be_visible()
    plain.locator("#with-marks").uncheck()
    expect(marks).to_be_hidden()
    expect(plain.locator("#photo-marks")).to_be_hidden()
    expect(plain.locator("[data-draw]")).to_be_hidden()
    context.close()
