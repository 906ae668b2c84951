"""What an inspector's day costs the thumb: five sites at full marks, sixty photographs.

Counted in a real browser, by the sheet of sections and by the one in a pocket: taps, pixels that had to be
scrolled to see what is tapped next, and pages that were loaded. Photographs are taken in the pocket, a tap
each that is not counted: by sections each was a page and a form of its own. Nothing is timed: the figures are
the same on every machine.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bench import Figure
from bench._day import DAY, SITES, make_day
from bench._portal import apart, environment, prepare
from bench._serving import served

WAYS = (("sections", False), ("pocket", True))
WIDTH, HEIGHT = 360, 740
PATIENCE = 120_000  # milliseconds; nothing is timed
PHOTOGRAPHS = 12  # of each site, of every third item


@dataclass
class Hand:
    """Whoever holds the phone, and what they have done so far."""

    page: Page
    taps: int = 0
    pixels: float = 0
    loads: int = 0
    sites: int = 0
    items: int = 0
    photographs: int = 0

    def __post_init__(self) -> None:
        self.page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def tap(self, target: Locator) -> None:
        self.reach(target)
        target.tap()
        self.taps += 1

    def reach(self, target: Locator) -> None:
        """Scroll until it is whole in sight, and no further."""
        target.wait_for()
        while (box := target.bounding_box()) is None:  # what stood there has just come anew
            target.wait_for()
        below, above = box["y"] + box["height"] - HEIGHT, box["y"]
        away = below if below > 0 else min(above, 0)
        if away:
            self.page.evaluate("away => scrollBy({ top: away, behavior: 'instant' })", away)
            self.pixels += abs(away)

    def photograph(self, field: Locator) -> None:
        """The tap that opens the camera, whose picture comes back in the field."""
        self.reach(field)
        field.set_input_files(
            {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": _picture(self.photographs)}
        )
        self.photographs += 1

    def wants_photograph(self) -> bool:
        return self.items % 3 == 0 and self.photographs < PHOTOGRAPHS * self.sites

    def follow(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.tap(target)
        self.page.wait_for_load_state()


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, ExitStack() as stack:
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for way, is_ours in WAYS:
            home = str(Path(folder) / way)
            prepare(home, "empty")
            session = apart(make_day, home)
            server = stack.enter_context(served(environment(home) | {"PORTAL_TODAY": DAY}))
            hand = Hand(_phone(browser, server.port, session).new_page())
            hand.page.goto(f"http://localhost:{server.port}/desk/sheets/")
            for hand.sites in range(1, SITES + 1):
                (_by_pocket if is_ours else _by_sections)(hand)
            yield from _figures(f"pocket.{way}", hand, is_ours=is_ours)


def _phone(browser: Browser, port: int, session: str) -> BrowserContext:
    phone = browser.new_context(
        locale="zh-CN", viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True
    )
    phone.set_default_timeout(PATIENCE)
    phone.add_cookies([{"name": "sessionid", "value": session, "url": f"http://localhost:{port}"}])
    return phone


def _figures(name: str, hand: Hand, *, is_ours: bool) -> Iterator[Figure]:
    """Of the whole day, lists and submitting included; the targets are the pocket's."""
    screens = hand.pixels / HEIGHT
    yield Figure(
        f"{name}.taps_an_item",
        hand.taps / hand.items,
        "",
        at_most=1.2 if is_ours else None,
        note=f"{hand.items} items, {hand.taps} taps, {hand.loads} pages; {hand.photographs} photographs",
    )
    yield Figure(
        f"{name}.screens_scrolled_an_item",
        screens / hand.items,
        "",
        at_most=1 if is_ours else None,
        note=f"{hand.pixels:.0f} pixels, {screens:.0f} screens",
    )


def _by_pocket(hand: Hand) -> None:
    """Each item comes by itself; at the end of the last one is the check-up with its button."""
    page = hand.page
    hand.follow(page.locator("main a[href$='/inspect/pocket/']:visible").first)
    while page.locator(".pocket-item.is-here").count():
        here = page.locator(".pocket-item.is-here")
        code = here.get_attribute("data-code")
        if hand.wants_photograph():
            hand.photograph(here.locator("[data-take][capture]"))
        hand.tap(here.locator("label:has([value=met])"))
        hand.items += 1
        page.wait_for_selector(f".is-here:not([data-code='{code}'])")
    expect(page.locator("[data-photos-of] li", has_text="回执号")).to_have_count(
        PHOTOGRAPHS, timeout=PATIENCE
    )
    hand.follow(page.locator("[data-finish]"))
    _submit(hand)


def _by_sections(hand: Hand) -> None:
    """As it was: the list led here before there was the other."""
    page = hand.page
    link = page.locator("main a[href$='/inspect/pocket/']:visible").first
    page.goto(link.evaluate("link => link.href.replace('pocket/', '')"))
    hand.taps += 1
    while True:
        for item in page.locator(".item--sheet").all():
            hand.tap(item.locator("label:has([value=met])"))
            hand.items += 1
        page.locator(".score-bar .unsent").wait_for(state="hidden")  # every mark was sent
        onward = page.locator("[rel=next]")
        if not onward.count():
            break
        hand.follow(onward.first)
    hand.follow(page.locator("main a[href$='/submit/']:visible").first)
    _submit(hand)


def _picture(number: int) -> bytes:
    """None like another: the portal takes each once."""
    kept = BytesIO()
    Image.new("RGB", (640, 480), (number * 4, 255 - number * 4, 90)).save(kept, "JPEG")
    return kept.getvalue()


def _submit(hand: Hand) -> None:
    hand.follow(hand.page.locator("main form[method=post] button[type=submit]").first)
    hand.page.goto(hand.page.url.split("/desk/")[0] + "/desk/sheets/")
