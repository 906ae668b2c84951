"""A warned unit answers with a picture, is rechecked and restored; another is heard, and its naming revoked.

Each person comes from the own to-do list; whoever found something is not the one who decides upon it.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from accounts.enums import Role
from accounts.models import User
from publicity.models import Naming, Revocation
from sites.enums import Stage
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import photos
from tests.e2e.people import Person
from tests.publicity import scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]

SignIn = Callable[[User], Person]


@pytest.fixture
def naming(on) -> Naming:
    on("2008-06-02")
    return scene.named()[0]


@pytest.fixture
def sign_in(browser, live_server):
    """Somebody at a narrow screen, without JavaScript."""
    people: list[Person] = []

    def signed_in(user: User) -> Person:
        person = Person(browser, live_server.url, width=320)
        person.page.context.close()
        person.page = browser.new_context(
            locale="zh-CN", viewport={"width": 320, "height": 780}, java_script_enabled=False
        ).new_page()
        person.sign_in(user)
        people.append(person)
        return person

    yield signed_in
    for person in people:
        person.page.context.close()


def picture(name: str, seed: int) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photos.photo(seed, taken="2008-06-03 09:00:00")}


def page_of(naming: Naming) -> str:
    return f"/desk/namings/{naming.pk}/"


def stage_of(naming: Naming) -> str:
    naming.site.refresh_from_db()
    return str(naming.site.stage)


def comes_to(person: Person, naming: Naming) -> None:
    """From the own to-do list to the page of the naming, which fits the screen."""
    person.go("/desk/")
    person.follow(page_of(naming))
    assert not person.is_wider_than_the_screen()


def rechecks(person: Person, naming: Naming, visitor: User, **found: str) -> None:
    person.follow(f"{page_of(naming)}recheck/")
    assert not person.is_wider_than_the_screen()
    person.fill(visitors=str(visitor.pk), **found)
    person.page.set_input_files("[name=files]", [picture("复查.jpg", 7)])
    person.press()


def goes_out(person: Person) -> None:
    """Another person reads for secrets what the step says; the review's page then takes it."""
    person.sees("待公开的文字")
    reviewing.give_all()
    person.follow("/desk/secrecy/")
    person.press("/publish/")


def warns(sign_in: SignIn, naming: Naming) -> Person:
    """One person of the office rechecks and finds fault, another one warns; the first one stays."""
    finder, other = (factories.user(Role.OFFICE) for _ in range(2))
    clerk, warner = sign_in(finder), sign_in(other)
    clerk.go(page_of(naming))
    rechecks(
        clerk, naming, finder, visited_on="2008-06-02", not_met="公开栏空白", text="现场复查，公开栏空白。"
    )
    expect(clerk.page.locator("main form[action*='/warn/']")).to_have_count(0)
    clerk.sees("须由另一人决定")
    resolved("warning")
    warner.go(page_of(naming))
    warner.fill(reason="公开栏空白。")
    warner.press("/warn/")
    goes_out(warner)
    assert stage_of(naming) == Stage.WARNED
    return clerk


def test_warned_unit_answers_is_rechecked_and_restored(naming, sign_in, on):
    clerk = warns(sign_in, naming)
    unit = sign_in(factories.liaison_of(naming.site))
    on("2008-06-03")
    comes_to(unit, naming)
    unit.sees("2008-06-17")  # until when it is to mend
    unit.follow("/answer/")
    unit.fill(text="已补齐公开栏全部内容。")
    unit.page.set_input_files("[name=files]", [picture("公开栏.jpg", 3)])
    unit.press()
    unit.sees("已补齐公开栏全部内容。")

    inspector = factories.user(Role.INSPECTOR)
    comes_to(clerk, naming)
    clerk.sees("已补齐公开栏全部内容。")
    expect(clerk.page.locator("main img[alt='公开栏.jpg']")).to_have_count(1)
    rechecks(clerk, naming, inspector, visited_on="2008-06-03", met="公开栏齐全", text="现场复查，已经改好。")
    expect(clerk.page.locator("main form[action*='/restore/']")).to_have_count(0)

    unit.go(page_of(naming))
    for words in (inspector.name, "公开栏齐全", "现场复查，已经改好。"):
        unit.sees(words)
    colleague = sign_in(factories.user(Role.OFFICE))
    comes_to(colleague, naming)
    colleague.page.locator("main form[action*='/restore/'] [name=reason]").fill("公开栏已经补齐。")
    colleague.press("/restore/")
    goes_out(colleague)
    assert stage_of(naming) == Stage.NAMED


def test_naming_is_revoked_upon_a_hearing_alone(naming, sign_in, on):
    clerk = warns(sign_in, naming)
    on("2008-06-18")
    leader = sign_in(factories.user(Role.LEADING_GROUP))
    leader.go(page_of(naming))
    leader.sees("未听取单位意见的，不得撤销命名")
    expect(leader.page.locator("main form[action*='/revoke/']")).to_have_count(0)

    comes_to(clerk, naming)
    clerk.fill(grounds="整改期满，公开栏仍然空白。")
    clerk.press("/hear/")
    unit = sign_in(factories.liaison_of(naming.site))
    comes_to(unit, naming)
    unit.sees("整改期满，公开栏仍然空白。")
    unit.page.locator("main form[action*='/statement/'] [name=text]").fill("正在搬迁，请予宽限。")
    unit.press("/statement/")

    resolved("revocation")
    comes_to(leader, naming)
    leader.sees("正在搬迁，请予宽限。")
    leader.page.locator("main form[action*='/revoke/'] [name=reason]").fill("期满未改。")
    leader.press("/revoke/")
    goes_out(leader)
    assert stage_of(naming) == Stage.REVOKED
    assert Revocation.objects.get().hearing.statement == "正在搬迁，请予宽限。"
