"""A liaison drops files on the form: each shows how far it is, and a bad one holds up none of the others."""

from base64 import b64encode

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.enums import RoundKind
from assessments.marks import standard_items
from assessments.models import Evidence
from tests.assessments import builders, photos
from tests.e2e.people import Person
from tests.files import pdf

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

# The files as they would come from the desktop.
DROP = """([form, files]) => {
  const dropped = new DataTransfer();
  for (const [name, bytes] of files)
    dropped.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, files: dict[str, bytes]) -> None:
    sent = [[name, b64encode(content).decode()] for name, content in files.items()]
    page.evaluate(DROP, [page.locator("#upload-form").element_handle(), sent])


def row(page: Page, name: str) -> Locator:
    return page.locator(".upload-row", has_text=name)


def send_slowly(page: Page) -> None:
    """A line that carries 100 KB a second."""
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


@pytest.fixture
def liaison(browser, live_server, on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    site = builders.building()
    person = Person(browser, live_server.url, builders.liaison(site))
    item = standard_items(builders.self_sheet(site))[0]
    person.go(f"/desk/sites/{site.pk}/evidence/add/?item={item.pk}")
    yield person
    person.page.context.close()


def test_dropped_files_show_their_way_and_a_bad_one_holds_up_none(liaison: Person) -> None:
    page = liaison.page
    photo = photos.photo(taken="2008-03-20 09:00:00", size=(1600, 1200))
    drop(page, {"公开栏.jpg": photo, "空.pdf": b""})
    drop(page, {"制度.pdf": pdf(), "公告.pdf": b"<!DOCTYPE html>"})
    expect(page.locator(".upload-row")).to_have_count(4)
    page.fill("[name=title]", "公开栏与制度（示例）")
    submit = page.locator("#upload-form button[type=submit]")

    # What the browser can tell is told before anything is sent.
    expect(row(page, "空.pdf").locator(".upload-problem")).to_have_text("文件为空，请另选文件。")
    submit.click()
    expect(page.locator(".upload-status")).to_have_text("请先移除不能提交的文件，再提交其余文件。")
    assert not Evidence.objects.exists()

    row(page, "空.pdf").locator("button").click()
    expect(page.locator(".upload-row")).to_have_count(3)
    send_slowly(page)
    submit.click()
    expect(row(page, "公开栏.jpg").locator("progress")).to_be_visible()
    page.wait_for_url("**/desk/sheets/*/?section=1*")

    # What only the portal can tell is told with what to do; the others are filed.
    expect(page.locator(".message--warning", has_text="公告.pdf")).to_contain_text("请另存为 PDF")
    filed = Evidence.objects.get()
    assert [file.name for file in filed.files.all()] == ["公开栏.jpg", "制度.pdf"]
    assert filed.pointers.get().item.code == "ZW-1.1"
    assert liaison.script_errors == []
