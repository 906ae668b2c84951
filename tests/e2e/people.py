"""A person at a browser of their own."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.factories import PASSWORD


class Person:
    """Signs in once and then goes where they are sent; every page they see must be without an error."""

    def __init__(
        self, browser: Browser, url: str, user: User | None = None, *, width: int = 1440, touch: bool = False
    ) -> None:
        self.base = url
        self.page: Page = browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 900}, has_touch=touch
        ).new_page()
        self.page.on("pageerror", lambda error: self.script_errors.append(str(error)))
        self.script_errors: list[str] = []
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User, password: str = PASSWORD) -> None:
        self.go("/accounts/login/")
        self.page.fill("[name=login]", user.username)
        self.page.fill("[name=password]", password)
        self.page.click("main form button[type=submit]")
        expect(self.page).to_have_url(re.compile(f"{self.base}/desk/"))  # an auditor's home is the trail
        self.page.wait_for_load_state()  # its scripts hear what is typed

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def fill(self, **values: str) -> None:
        """Text, dates and choices by field name."""
        for name, value in values.items():
            field = self.page.locator(f"main [name={name}]").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") in ("radio", "checkbox"):
                self.page.check(f"main [name={name}][value='{value}']")
            else:
                field.fill(value)

    def press(self, action: str = "") -> None:
        """The button of the form that posts to an address ending so; without one, the page's only form.

        Where its papers can be seen first, they are, and it is carried out from their page.
        """
        form = f"main form[action*='{action}']" if action else "main form[method=post]"
        first = self.page.locator(f"{form} [name=preview_papers]").first
        if first.is_visible():
            with self.page.expect_navigation():
                first.click()
            self.sees_no_error()
            self.sees("尚未办理")
            form = "main form[method=post]"  # which carries it out as it was filled in
        with self.page.expect_navigation():
            self.page.locator(f"{form} button[type=submit]").first.click()
        self.sees_no_error()

    def follow(self, address: str) -> None:
        """The link that leads to an address holding `address`."""
        with self.page.expect_navigation():
            self.page.locator(f"main a[href*='{address}']").first.click()
        self.sees_no_error()

    def sees_no_error(self) -> None:
        for sign in (".error-summary", ".message--error", ".invalid-feedback"):
            found = self.page.locator(sign)
            assert found.count() == 0, found.first.inner_text()
        assert self.script_errors == []

    def is_wider_than_the_screen(self) -> bool:
        """The page itself scrolls sideways; a table in its own box may."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def download(self, address: str, to: Path) -> Path:
        """The file behind the link that holds `address`."""
        with self.page.expect_download() as waiting:
            self.page.locator(f"main a[href*='{address}']").first.click()
        path = to / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def paper(self, words: str, to: Path) -> Path:
        """The first paper with these words in its number or title on this page, once it is made.

        Its card says so without a reload.
        """
        card = self.page.locator(".document-card", has_text=words).first
        link = card.locator("a[href*='/file/']")
        expect(link).to_be_visible(timeout=60_000)
        with self.page.expect_download() as waiting:
            link.click()
        path = to / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path
