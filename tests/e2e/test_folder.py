"""A liaison files a folder in a browser: told before which file goes where, and afterwards what was left."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from assessments.enums import RoundKind
from assessments.models import Evidence
from tests.assessments import builders
from tests.e2e.axe import violations
from tests.e2e.people import Person
from tests.files import pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

GOOD = {"ZW-1.1 机构.png": ["ZW-1.1"], "zw1.2_分工.png": ["ZW-1.2"], "ＺＷ－１．２ 会议.png": ["ZW-1.2"]}
BAD = {
    "照片.png": "文件名不以检查项编号开头",
    "BS-1.1 别处.png": "BS-1.1 不是",
    "ZW-1.3 程序.exe": "PDF",
}
EMPTY = "ZW-1.4 空的.png"


@pytest.fixture
def site(on):
    builders.open_round(RoundKind.SELF)
    on("2008-03-20")
    made = builders.building()
    builders.self_sheet(made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(GOOD):
        (tmp_path / name).write_bytes(builders.drawing(["white", "green", "black"][number]))
    (tmp_path / "照片.png").write_bytes(builders.drawing("red"))
    (tmp_path / "BS-1.1 别处.png").write_bytes(builders.drawing("blue"))
    (tmp_path / "ZW-1.3 程序.exe").write_bytes(b"MZ" + bytes(200))
    (tmp_path / EMPTY).write_bytes(b"")
    return tmp_path


@pytest.fixture(params=[360, 1440])
def liaison(request, browser, live_server, site):
    person = Person(browser, live_server.url, builders.liaison(site), width=request.param)
    yield person
    assert person.script_errors == []
    person.page.context.close()


def choose(liaison: Person, site, files) -> None:
    liaison.go(f"/desk/sites/{site.pk}/evidence/folder/")
    liaison.page.set_input_files("[name=files]", files)


def send(liaison: Person) -> None:
    with liaison.page.expect_navigation():
        liaison.page.click("main form[method=post] button[type=submit]")


def filed() -> dict[str, list[str]]:
    return {
        file.name: [item.code for item in piece.items.all()]
        for piece in Evidence.objects.all()
        for file in piece.files.all()
    }


def told_what_was_left(liaison: Person, left: dict[str, str]) -> None:
    warnings = liaison.page.locator(".message--warning", has_text="未收录")
    expect(warnings).to_have_count(len(left))
    for name, reason in left.items():
        line = warnings.filter(has_text=name)
        expect(line).to_have_count(1)
        expect(line).to_contain_text(reason)


def test_told_before_and_after(liaison, site, folder):
    choose(liaison, site, sorted(folder.iterdir()))
    rows = liaison.page.locator(".upload-row")
    expect(rows).to_have_count(len(GOOD) + len(BAD) + 1)
    for name, (code,) in {**GOOD, "ZW-1.3 程序.exe": ["ZW-1.3"]}.items():
        expect(rows.filter(has_text=name).locator(".upload-item")).to_contain_text(f"→ {code} ")
    for name in ("照片.png", "BS-1.1 别处.png"):
        expect(rows.filter(has_text=name).locator(".upload-item")).to_have_text(
            "→ 没有对应的检查项，不会提交"
        )
    assert not liaison.is_wider_than_the_screen()
    assert violations(liaison) == []

    # What the browser can tell is not sent at all.
    submit = liaison.page.locator("#upload-form button[type=submit]")
    submit.click()
    expect(liaison.page.locator(".upload-status")).to_contain_text("请先移除")
    assert filed() == {}
    rows.filter(has_text=EMPTY).locator("button").click()
    expect(rows).to_have_count(len(GOOD) + len(BAD))
    send(liaison)
    assert filed() == GOOD
    told_what_was_left(liaison, BAD)
    assert not liaison.is_wider_than_the_screen()
    assert violations(liaison) == []


def test_nothing_to_file_is_told_at_the_form(liaison, site, folder):
    choose(liaison, site, [folder / name for name in BAD])
    liaison.page.click("#upload-form button[type=submit]")
    for name, reason in BAD.items():
        told = liaison.page.locator(".invalid-feedback li, .invalid-feedback", has_text=name)
        expect(told.first).to_contain_text(reason)
    expect(liaison.page.locator(".upload-item")).to_have_count(len(BAD))
    assert filed() == {}
    assert not liaison.is_wider_than_the_screen()


def test_thirty_files_at_once(liaison, site, tmp_path):
    names = [f"ZW-{1 + n // 5}.{1 + n % 5} 第{n:02}份制度文件和会议纪要扫描件.pdf" for n in range(30)]
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(pdf(b"%d" % n))
    codes = set(site.programme.standards.get(kind=site.kind).sections.values_list("items__code", flat=True))
    choose(liaison, site, [tmp_path / name for name in names])
    expect(liaison.page.locator(".upload-item")).to_have_count(30)
    assert not liaison.is_wider_than_the_screen()
    send(liaison)
    there = [name for name in names if name.split(" ")[0] in codes]
    assert len(there) >= 20
    assert sorted(filed()) == sorted(there)
    assert not liaison.is_wider_than_the_screen()


def test_without_javascript(browser, live_server, site, folder):
    person = Person(browser, live_server.url, builders.liaison(site), width=360)
    kept = person.page.context.storage_state()
    person.page.context.close()
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740}, storage_state=kept
    )
    person.page = context.new_page()
    choose(person, site, sorted(folder.iterdir()))
    send(person)
    assert filed() == GOOD
    told_what_was_left(person, {**BAD, EMPTY: "空"})
    assert not person.is_wider_than_the_screen()
    context.close()
