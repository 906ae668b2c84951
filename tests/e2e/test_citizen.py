"""A citizen reads a notice, objects with a picture, follows the receipt, gets the reply; no more is shown.

Four people answer: one takes it up, one looks into it, one drafts the reply, one approves it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from accounts.enums import Role
from accounts.models import User
from assessments.models import Finding
from documents.models import Document
from documents.services import render
from publicity.models import Objection
from sites.models import Site
from tests import factories
from tests.assessments import builders
from tests.documents.reading import text_of
from tests.e2e.people import Person
from tests.publicity import scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


@pytest.fixture
def citizen(browser, live_server):
    """At a telephone, without JavaScript."""
    person = Person(browser, live_server.url, width=360)
    person.page.context.close()
    person.page = browser.new_context(
        locale="zh-CN", viewport={"width": 360, "height": 780}, java_script_enabled=False
    ).new_page()
    yield person
    person.page.context.close()


def test_citizen_objects_and_gets_the_reply(notice, citizen, sign_in, tmp_path):
    site = notice.entries.first().site
    code = hands_in(citizen, notice, site)
    follows(citizen, code, "已收到")
    four_people_answer(sign_in, site)
    follows(citizen, code, "异议成立", "已经核实，该窗口退出公示。")
    gets_the_paper(citizen, code, tmp_path)
    the_notice_goes_on_without_it(citizen, notice, site)


def hands_in(citizen: Person, notice, site) -> str:
    citizen.go("/notices/")
    citizen.follow(f"/notices/{notice.pk}/")
    citizen.follow("/object/")
    expect(citizen.page.locator("#privacy")).to_be_visible()
    citizen.fill(site=str(site.pk), name=scene.NAME, phone=scene.PHONE, text=scene.LETTER)
    picture: FilePayload = {"name": "公开栏.png", "mimeType": "image/png", "buffer": builders.PNG}
    program: FilePayload = {"name": "录音.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    citizen.page.set_input_files("[name=files]", [picture, program])
    citizen.press()
    expect(citizen.page.locator("main")).to_contain_text("已保存文件")
    expect(citizen.page.locator(".message--warning")).to_contain_text("录音.exe")
    return str(Objection.objects.get().receipt_code)


def follows(citizen: Person, code: str, *words: str) -> None:
    citizen.go("/objections/")
    citizen.fill(code=f"{code[:5].lower()} {code[5:]}")
    citizen.press()
    for word in words:
        expect(citizen.page.locator("main")).to_contain_text(word)
    expect(citizen.page.locator("main")).not_to_contain_text(scene.NAME)


def four_people_answer(sign_in: Callable[[User], Person], site: Site) -> None:
    """Each comes from the own to-do list, and finds the one step that is theirs."""
    clerk, drafter = (sign_in(factories.user(Role.OFFICE)) for _each in range(2))
    investigator = factories.user(Role.INSPECTOR)
    inspector, leader = sign_in(investigator), sign_in(factories.user(Role.LEADING_GROUP))
    page = f"/desk/objections/{Objection.objects.get().pk}/"
    steps: list[tuple[Person, str, dict[str, str]]] = [
        (clerk, "/accept/", {"investigator": str(investigator.pk)}),
        (inspector, "/report/", {"findings": "现场核查：公开栏空白。"}),
        (
            drafter,
            "/conclude/",
            {"result": "upheld", "reply": "已经核实，该窗口退出公示。", "opinion": "补齐公开栏。"},
        ),
        (leader, "/approve/", {}),
    ]
    for person, step, words in steps:
        assert not Finding.objects.filter(assessment__site=site, opinion="补齐公开栏。").exists()
        person.go("/desk/")
        person.follow(page)
        person.fill(**words)
        person.press(step)
        person.go(page)
        expect(person.page.locator(f"main form[action*='{step}']")).to_have_count(0)
    assert Finding.objects.get(assessment__site=site).opinion == "补齐公开栏。"


def gets_the_paper(citizen: Person, code: str, folder: Path) -> None:
    """It names nobody."""
    paper = Document.objects.get(objection__receipt_code=code)
    render(paper.pk)
    follows(citizen, code, str(paper.full_number))
    pdf = citizen.download("/objections/paper/", folder).read_bytes()
    text = "".join(text_of(pdf).split())
    assert "已经核实" in text
    assert not any(secret in text for secret in (scene.NAME, scene.PHONE, "现场核查"))


def the_notice_goes_on_without_it(citizen: Person, notice, site) -> None:
    citizen.go(f"/notices/{notice.pk}/")
    main = citizen.page.locator("main")
    expect(main).to_contain_text("退出公示：异议成立")
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "现场核查", "补齐公开栏"):
        expect(main).not_to_contain_text(secret)
    expect(citizen.page.locator(f"main a[href='/notices/{notice.pk}/object/']")).to_be_visible()
