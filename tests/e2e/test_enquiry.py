"""A citizen asks, a unit answers, the office approves; the citizen reads it by a code, without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from accounts.enums import Role
from accounts.models import User
from documents.models import Document
from documents.services import render
from publicity.models import Enquiry
from sites.enums import Stage
from tests import factories
from tests.assessments import builders
from tests.documents.reading import text_of
from tests.e2e.people import Person
from tests.publicity import enquiring, scene
from tests.publicity.test_views_enquiries import published

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]


@pytest.fixture
def citizen(browser, live_server, on):
    """At a telephone, without JavaScript."""
    on("2008-05-05")
    person = Person(browser, live_server.url, width=360)
    person.page.context.close()
    person.page = browser.new_context(
        locale="zh-CN", viewport={"width": 360, "height": 780}, java_script_enabled=False
    ).new_page()
    yield person
    person.page.context.close()


def test_citizen_asks_about_a_site_and_its_unit_answers(citizen, sign_in):
    site = factories.site(Stage.BUILDING)
    liaison = factories.liaison_of(site)
    citizen.go(f"/sites/{site.pk}/")
    citizen.follow("/ask/new/question/")
    expect(citizen.page.locator("main [name=site]")).to_have_value(str(site.pk))
    picture: FilePayload = {"name": "公开栏.png", "mimeType": "image/png", "buffer": builders.PNG}
    citizen.fill(topic="hours", text=enquiring.TEXT, name=enquiring.WRITER)
    citizen.page.set_input_files("[name=files]", [picture])
    citizen.press()
    citizen.sees("已提交")
    code = str(Enquiry.objects.get().receipt_code)
    citizen.sees(code)
    assert code not in citizen.page.url
    assert not citizen.is_wider_than_the_screen()

    clerk, unit = sign_in(factories.user(Role.OFFICE)), sign_in(liaison)
    page = f"/desk/enquiries/{Enquiry.objects.get().pk}/"
    clerk.go("/desk/")
    clerk.follow(page)
    clerk.fill(body=str(site.organisation_id))
    clerk.press("/hand-on/")
    unit.go("/desk/")
    unit.follow(page)
    unit.sees(enquiring.TEXT)
    expect(unit.page.locator("main")).not_to_contain_text(enquiring.WRITER)
    unit.fill(reply=enquiring.REPLY)
    unit.press("/draft/")
    follows(citizen, code, "办理中")
    clerk.go("/desk/")
    clerk.follow(page)
    clerk.press("/approve/")

    follows(citizen, code, "已答复", enquiring.REPLY)
    citizen.fill(satisfaction="satisfied")
    citizen.press("/rate/")
    expect(citizen.page.locator(".message--success")).to_contain_text("谢谢")
    citizen.go("/ask/")
    citizen.sees("满意 1")


def follows(citizen: Person, code: str, *words: str) -> None:
    citizen.go("/ask/")
    citizen.follow("/ask/follow/")
    citizen.fill(code=f"{code[:5].lower()} {code[5:]}")
    citizen.press()
    for word in words:
        citizen.sees(word)
    expect(citizen.page.locator("main")).not_to_contain_text(enquiring.WRITER)


def test_citizen_requests_information_completes_it_and_gets_the_paper(citizen, sign_in, tmp_path: Path):
    citizen.go("/ask/")
    citizen.follow("/ask/new/information/")
    citizen.fill(text="示例：收费目录", wanted_as="paper", name=enquiring.WRITER, contact="示例地址1号")
    citizen.press()
    asked = Enquiry.objects.get()
    code, page = str(asked.receipt_code), f"/desk/enquiries/{asked.pk}/"
    clerk, other = (sign_in(factories.user(Role.OFFICE)) for _each in range(2))
    clerk.go(page)
    clerk.press("/accept/")
    answers(clerk, other, page, "complete", "请写明是哪一年的目录。")

    follows(citizen, code, "请写明是哪一年的目录。")
    citizen.fill(text="2008年的。")
    citizen.press("/complete/")
    citizen.sees("办理中")
    answers(clerk, other, page, "open", "目录随本答复提供。")
    paper = Document.objects.get(enquiry__receipt_code=code)
    render(paper.pk)
    follows(citizen, code, "予以公开", str(paper.full_number))
    text = "".join(text_of(citizen.download("/paper/", tmp_path).read_bytes()).split())
    assert "目录随本答复提供" in text
    assert enquiring.WRITER not in text


def answers(clerk: Person, other: Person, page: str, result: str, reply: str) -> None:
    clerk.go(page)
    clerk.fill(result=result, reply=reply)
    clerk.press("/draft/")
    other.go(page)
    other.press("/approve/")


def test_complaint_about_a_named_site_comes_to_its_record(citizen, sign_in: Callable[[User], Person]):
    [naming] = scene.named()
    citizen.go(f"/sites/{naming.site_id}/")
    citizen.follow("/ask/new/complaint/")
    citizen.fill(text="示例：窗口上午没有人。")
    citizen.press()
    clerk = sign_in(factories.user(Role.OFFICE))
    clerk.go(f"/desk/enquiries/{Enquiry.objects.get().pk}/")
    clerk.press("/accept/")
    clerk.follow(f"/desk/namings/{naming.pk}/")
    clerk.sees("收到投诉，反映事项：服务态度和效率。")


def test_who_types_is_shown_what_is_answered_already(browser, live_server, on):
    """With JavaScript: the answer comes while one writes, and nothing typed stands in an address."""
    on("2008-05-05")
    question = published()
    citizen = Person(browser, live_server.url, width=768)
    citizen.go("/ask/new/question/")
    with citizen.page.expect_response("**/ask/suggestions/") as answer:
        citizen.page.locator("[name=text]").press_sequentially("办理证照要带什么材料")
    assert answer.value.request.method == "POST"
    expect(citizen.page.locator(f"#suggestions a[href='{question.get_absolute_url()}']")).to_be_visible()
    assert citizen.script_errors == []
    citizen.page.context.close()
