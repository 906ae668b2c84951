"""A citizen reads a notice, objects with a picture, follows the receipt, gets the reply; no more is shown."""

import pytest
from playwright.sync_api import FilePayload, expect

from accounts.enums import Role
from assessments.models import Finding
from publicity.models import Objection
from tests import factories
from tests.assessments import builders
from tests.e2e.people import Person
from tests.publicity import scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
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


@pytest.fixture
def office(browser, live_server):
    person = Person(browser, live_server.url, factories.user(Role.OFFICE))
    yield person
    person.page.context.close()


def test_citizen_objects_and_gets_the_reply(notice, citizen, office):
    site = notice.entries.first().site
    code = hands_in(citizen, notice, site)
    follows(citizen, code, "已收到")
    office_answers(office, site)
    follows(citizen, code, "异议成立", "已经核实，该窗口退出公示。")
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


def office_answers(office: Person, site) -> None:
    inspector = factories.user(Role.INSPECTOR)
    office.go("/desk/")
    office.follow(f"/desk/objections/{Objection.objects.get().pk}/")
    office.fill(investigator=str(inspector.pk))
    office.press("/accept/")
    office.fill(
        result="upheld",
        findings="现场核查：公开栏空白。",
        reply="已经核实，该窗口退出公示。",
        opinion="补齐公开栏。",
    )
    office.press("/conclude/")
    assert Finding.objects.get(assessment__site=site).opinion == "补齐公开栏。"


def the_notice_goes_on_without_it(citizen: Person, notice, site) -> None:
    citizen.go(f"/notices/{notice.pk}/")
    main = citizen.page.locator("main")
    expect(main).to_contain_text("退出公示：异议成立")
    for secret in (scene.NAME, scene.PHONE, scene.LETTER, "现场核查", "补齐公开栏"):
        expect(main).not_to_contain_text(secret)
    expect(citizen.page.locator(f"main a[href='/notices/{notice.pk}/object/']")).to_be_visible()
