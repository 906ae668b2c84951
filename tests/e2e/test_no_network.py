"""Whatever is pressed in a hall without network, the browser's own error page never comes."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Recusal, Sheet
from tests.e2e.axe import violations
from tests.e2e.backstage import wait_for
from tests.e2e.test_without_network import Phone, phone

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

__all__ = ["phone"]

# Before anything of the page's own: whether what was pressed leaves the page.
WATCH = """navigation.addEventListener("navigate", ({ destination }) => {
    window.leaves ||= !destination.sameDocument;
})"""
# Everything that can be pressed, one of each kind: addresses and actions without their numbers and codes.
MEMBERS = """() => {
    const kind = (address) => {
        const { origin, pathname, search, hash } = new URL(address, location.href);
        if (origin !== location.origin) return "";
        const isHere = pathname === location.pathname && search === location.search && hash;
        return isHere ? "" : (pathname + search).replace(/\\d+/g, "N");
    };
    const found = new Map();
    for (const link of document.querySelectorAll("a[href]")) found.set(`link ${kind(link.href)}`, link);
    for (const button of document.querySelectorAll("form button:not([type=button]), [type=submit]")) {
        const to = button.getAttribute("formaction") ?? button.form.getAttribute("action");
        found.set(`button ${kind(to)} ${button.name} ${button.value.replace(/\\d+/g, "N")}`, button);
    }
    window.members = found;
    return [...found.keys()].filter((name) => !/^\\w+ ?$/.test(name.split(" ").slice(0, 2).join(" ")));
}"""


SETTLED = "() => !window.leaves || !window.stays || !document.getElementById('not-sent').hidden"
OPEN = "() => !document.querySelector('main').inert"
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"
# A phone whose database takes its time to open.
SLOW_TO_OPEN = """const { set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "onsuccess");
Object.defineProperty(IDBOpenDBRequest.prototype, "onsuccess", {
    set(heard) { set.call(this, (event) => setTimeout(() => heard.call(this, event), 1500)); },
});"""


def walk(phone: Phone, path: str) -> dict[str, set[int | str]]:
    """Press each thing on the page; links and buttons → what came: the status of our own page, or "told"."""
    came: dict[str, set[int | str]] = {"link": set(), "button": set()}
    phone.go(path)
    for name in phone.page.evaluate(MEMBERS):
        phone.go(path)
        phone.page.wait_for_function(OPEN)  # a script's click asks nobody
        phone.page.evaluate(MEMBERS)
        phone.page.evaluate("(name) => { window.stays = true; window.members.get(name).click(); }", name)
        phone.page.wait_for_timeout(300)
        for page in phone.context.pages:
            page.wait_for_function(SETTLED)
            page.wait_for_load_state()
            assert page.evaluate("location.protocol") != "chrome-error:", f"{path}: {name}"
            if page.locator("#no-network").count():
                came[name.split()[0]].add(page.evaluate(STATUS))
            elif page.locator("#not-sent:visible").count():
                came[name.split()[0]].add("told")
        for other in phone.context.pages[1:]:
            other.close()
    return came


def take_along(phone: Phone) -> str:
    """With a network; returns the address of the sheet."""
    phone.go("/desk/sheets/along/")
    phone.page.locator("[data-take-along]").tap()
    expect(phone.page.locator("[data-said]")).to_contain_text("已保存 1 张评分表")
    return f"/desk/sheets/{Sheet.objects.get(author=phone.inspector).pk}/pocket/"


@pytest.mark.parametrize("name", ["pocket", "list", "along", "unsent", "report"])
def test_nothing_pressed_ends_at_the_browsers_error(phone: Phone, name: str) -> None:
    pocket = take_along(phone)
    phone.context.add_init_script(WATCH)
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.go_offline()
    report = f"/desk/assessments/{phone.assessment.pk}/report/"
    others = {"pocket": pocket, "list": "/desk/sheets/", "report": report}
    path = others.get(name, f"/desk/sheets/{name}/")
    came = walk(phone, path)
    assert came["link"] == {503}
    assert came["button"] == ({"told"} if name != "pocket" else set())
    assert phone.page.evaluate("caches.keys()")  # signing out was among them, and took nothing away


def test_what_is_pressed_before_the_phones_database_is_open_is_kept(phone: Phone) -> None:
    pocket = take_along(phone)
    phone.context.add_init_script(SLOW_TO_OPEN)
    phone.go_offline()
    phone.page.goto(f"{phone.wire.url}/desk/assessments/{phone.assessment.pk}/report/", wait_until="commit")
    phone.page.fill("[name=remarks]", "当场说明")
    phone.page.tap("#report [type=submit]")
    expect(phone.page.locator("[name=remarks]")).to_have_value("当场说明")
    assert not phone.page.evaluate("document.querySelector('#report').checkValidity()")  # said on this page
    phone.page.goto(f"{phone.wire.url}{pocket}", wait_until="commit")
    phone.page.locator("label:has([value=met]):visible").first.tap()
    expect(phone.page.locator(".pocket-unsent")).to_contain_text("未发送：1")


def test_our_page_says_what_is_kept_and_leads_there_and_back(phone: Phone) -> None:
    pocket = take_along(phone)
    phone.go_offline()
    phone.go(pocket)
    phone.page.goto(f"{phone.wire.url}/desk/deadlines/")
    main = phone.page.locator("main")
    expect(main).to_contain_text("没有发送任何内容")
    for width in (320, 360, 1440):
        phone.page.set_viewport_size({"width": width, "height": 740})
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(phone) == []
    expect(main.locator("a:visible")).to_have_count(3)
    main.locator("[data-go-back]").click()
    expect(phone.here).to_be_visible()
    phone.page.go_forward()
    phone.go_online()
    main.locator("[data-try-again]").click()
    expect(phone.page).to_have_title(re.compile("期限"))
    assert phone.page.url.endswith("/desk/deadlines/")


def test_ways_that_are_not_kept_are_not_shown(phone: Phone) -> None:
    phone.begin()  # the list of what is taken along was never opened
    phone.go_offline()
    phone.go("/desk/deadlines/")
    expect(phone.page.locator("main a[href='/desk/sheets/']")).to_be_visible()
    expect(phone.page.locator("main a[href='/desk/sheets/along/']")).to_be_hidden()


def test_our_page_is_in_the_language_of_the_page(phone: Phone) -> None:
    take_along(phone)
    phone.page.locator("button[name=language]").first.evaluate("button => button.click()")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.page.wait_for_load_state("networkidle")
    phone.go_offline()
    phone.go("/desk/deadlines/")
    expect(phone.page.locator("h1")).to_have_text("No network")


def test_answers_of_the_portal_are_shown_as_they_are(phone: Phone) -> None:
    phone.begin()
    for path, status in (("/desk/sites/99999/", 404), ("/desk/people/", 403)):
        answer = phone.page.goto(f"{phone.wire.url}{path}")
        assert answer
        assert answer.status == status
        expect(phone.page.locator("#no-network")).to_have_count(0)


def test_a_form_that_cannot_be_sent_keeps_what_was_typed_and_is_sent_once_later(phone: Phone) -> None:
    """On a page that is not kept: it stays, for no way back would show it again."""
    phone.begin()
    phone.go(f"/desk/sites/{phone.site.pk}/recuse/")
    phone.go_offline()
    reason, button = phone.page.locator("main textarea"), phone.page.locator("main form button[type=submit]")
    reason.fill("亲属任职")
    button.click()
    expect(phone.page.locator("#not-sent")).to_be_in_viewport()
    expect(reason).to_have_value("亲属任职")
    assert not Recusal.objects.exists()
    phone.go_online()
    button.click()
    wait_for(lambda: Recusal.objects.filter(reason="亲属任职").count() == 1, says="it was not sent")
