"""A citizen verifies a paper by its file: compared in the browser, or sent where there is no script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from documents.models import Document
from documents.services import render
from tests.documents.papers import issue_paper
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

GENUINE, NOT_OURS = "就是这份文件的原件", "不是本门户印发的原件"
# As a browser hands over what is dropped.
DROP = """(form, [name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, {type: "application/pdf"}));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def paper(on) -> Document:
    on("2008-05-05")
    document = issue_paper()
    render(document.pk)
    document.refresh_from_db()
    return document


def spoilt(paper: Document, folder: Path) -> Path:
    copy = folder / "改过的.pdf"
    copy.write_bytes(Path(paper.file.path).read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    return copy


@pytest.fixture(params=[360, 1440])
def citizen(browser, live_server, request):
    person = Person(browser, live_server.url, width=request.param)
    yield person
    person.page.context.close()


def test_file_is_compared_in_the_browser_and_goes_nowhere(citizen, paper, tmp_path):
    sent = []
    citizen.page.on("request", lambda each: sent.append(each.method))
    citizen.go("/verify/")
    assert not citizen.is_wider_than_the_screen()
    citizen.sees("文件不会发送出去")
    citizen.page.set_input_files("main [name=file]", paper.file.path)
    citizen.page.click("main [data-verify] button[type=submit]")
    citizen.sees(GENUINE)
    citizen.sees(paper.full_number)
    assert not citizen.is_wider_than_the_screen()
    citizen.go("/verify/")
    citizen.page.set_input_files("main [name=file]", spoilt(paper, tmp_path))
    citizen.page.click("main [data-verify] button[type=submit]")
    citizen.sees(NOT_OURS)
    assert not citizen.is_wider_than_the_screen()
    assert set(sent) == {"GET"}
    assert citizen.script_errors == []


def test_file_can_be_dropped(citizen, paper):
    citizen.go("/verify/")
    content = list(Path(paper.file.path).read_bytes())
    citizen.page.locator("form[data-verify]").evaluate(DROP, ["公文.pdf", content])
    citizen.sees(GENUINE)


def test_without_a_script_the_file_is_sent_and_compared(browser, live_server, paper, tmp_path):
    page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    for file, says in ((paper.file.path, GENUINE), (spoilt(paper, tmp_path), NOT_OURS)):
        page.goto(f"{live_server.url}/verify/")
        expect(page.locator("[data-sent]")).to_be_visible()
        expect(page.locator("[data-here]")).to_be_hidden()
        page.set_input_files("main [name=file]", file)
        page.click("main [data-verify] button[type=submit]")
        expect(page.locator("main")).to_contain_text(says)
    page.context.close()
