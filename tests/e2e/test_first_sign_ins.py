"""From the links that the installation prints to a lost telephone, by the real rules and at real browsers."""

import datetime
import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect

from accounts.enums import Role
from accounts.models import Session, UsedCode, User
from standards.enums import Kind
from tests import factories
from tests.accounts.factors import code_of, with_app
from tests.assessments import builders
from tests.e2e.axe import violations
from tests.e2e.people import Person
from tests.settings import COMPULSORY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.e2e]

WEAK, GOOD = "wuhai20080520", "Lvcha-7-chuangkou-xue"
CLERK, PHONE = "lianluo90", "0473-2998812"


@pytest.fixture(autouse=True)
def _real_rules(settings):
    settings.PORTAL_SECOND_FACTOR = COMPULSORY | {Role.LIAISON}
    cache.clear()


class Colleague(Person):
    """Somebody with an account name, an app on the telephone, and codes on paper."""

    def __init__(self, browser: Browser, url: str) -> None:
        super().__init__(browser, url)
        self.secret, self.codes = "", [""]

    def send(self, **values: str) -> None:
        """Whatever the page answers, be it that something is wrong."""
        self.fill(**values)
        with self.page.expect_navigation():
            self.page.locator("main form[method=post] button[type=submit]").first.click()

    def is_told(self, field: str, words: str) -> None:
        """Beside the field, and there alone."""
        wrong: Locator = self.page.locator(".invalid-feedback")
        expect(wrong).to_have_count(1)
        expect(wrong).to_contain_text(words)
        expect(self.page.locator(f"main [name={field}]")).to_have_attribute("aria-invalid", "true")

    def sets_the_password(self, link: str, **besides: str) -> None:
        self.go(link.removeprefix(self.base))
        assert "None" not in self.page.locator("main").inner_text()
        self.send(new_password1=WEAK, new_password2=WEAK, **besides)
        self.is_told("new_password1", "容易被猜到")
        self.looks_right()
        self.send(new_password1=GOOD, new_password2=GOOD, **besides)
        expect(self.page.locator("main h1")).to_have_text("工作人员登录")

    def knocks(self, name: str, password: str = GOOD) -> None:
        self.go("/accounts/login/")
        self.send(login=name, password=password)

    def sets_up_the_app(self) -> None:
        """Led there and nowhere else; a wrong code is told, and the key stays the same."""
        for path in ("/desk/", "/admin/", "/desk/people/"):
            self.go(path)
            expect(self.page).to_have_url(re.compile("/desk/account/second-factor/$"))
        self.follow("totp")
        self.send(password="of somebody else")
        self.is_told("password", "密码不正确")
        self.send(password=GOOD)
        self.secret = self.page.input_value("#authenticator_secret")
        self.send(code="000000")
        self.is_told("code", "手机时间须准确")
        self.looks_right()
        assert self.page.input_value("#authenticator_secret") == self.secret
        self.send(code=code_of(self.secret))
        self.codes = self.page.locator(".recovery-code").all_inner_texts()
        self.looks_right()
        self.follow("/desk/")

    def shows_the_app(self) -> None:
        """Its next code: the one before set it up."""
        self.send(code=code_of(self.secret, steps_on=1))

    def looks_right(self) -> None:
        """Nothing is wider than the smallest screen, and axe-core finds nothing."""
        for width in (320, 1440):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert not self.is_wider_than_the_screen(), self.page.url
            assert violations(self) == [], self.page.url


@pytest.fixture
def at_a_browser(browser: Browser, live_server) -> Iterator[Callable[[], Colleague]]:
    """Makes colleagues, each at a browser of their own."""
    made: list[Colleague] = []

    def colleague() -> Colleague:
        made.append(Colleague(browser, live_server.url))
        return made[-1]

    yield colleague
    for one in made:
        one.page.context.close()


def installed(url: str) -> dict[str, tuple[str, str]]:
    """Role → account name and link, as the command prints them on the machine."""
    said = io.StringIO()
    call_command("administrators", system="赵国强", security="钱学文", audit="孙丽华", stdout=said)
    rows = re.findall(r"^(\w+) +(\w+) +\S+  https?://[^/]+(/\S+)$", said.getvalue(), re.MULTILINE)
    return {role: (name, url + path) for name, role, path in rows}


def test_from_the_installation_to_a_lost_telephone(at_a_browser, live_server):
    links = installed(live_server.url)
    three = {role: at_a_browser() for role in links}
    for role, person in three.items():
        name, link = links[role]
        person.sets_the_password(link)
        person.knocks(name)
        person.sets_up_the_app()
        person.looks_right()
    security, auditor = three[Role.SECURITY], three[Role.AUDITOR]
    link = account_is_opened_and_given_its_role(three[Role.SYSTEM], security)
    clerk = at_a_browser()
    clerk.sets_the_password(link, digits=PHONE[-4:])
    clerk.knocks(CLERK)
    clerk.sets_up_the_app()
    what_was_typed_outlives_the_session(clerk)
    codes = clerk.codes
    other_browser_is_told_and_ended(clerk, at_a_browser(), codes[0])
    lost_telephone_is_taken_away_by_two(clerk, security, at_a_browser())
    trail_is_read_and_checked(auditor)


def account_is_opened_and_given_its_role(system: Colleague, security: Colleague) -> str:
    """Who opens it makes no link; who gives the role is told, and hands the link out, once."""
    unit = factories.unit()
    system.go("/desk/people/add/")
    assert "生成链接" not in system.page.locator("main").inner_text()
    system.fill(name="周明远", organisation=str(unit.pk), phone=PHONE, username=CLERK)
    system.press()
    expect(system.page.locator(".messages")).to_contain_text("安全管理员")
    security.go("/desk/")
    security.page.locator("main a", has_text="为新账号授予角色").click()
    security.follow("/edit/")
    security.fill(role=Role.LIAISON)
    security.press()
    security.follow("/link/make/")
    security.press()
    link = security.page.locator("main code").first.inner_text()
    security.looks_right()
    security.page.reload()
    assert link not in security.page.content()
    security.go("/desk/")
    expect(security.page.locator("main a", has_text="为新账号授予角色")).to_have_count(0)
    return link


def what_was_typed_outlives_the_session(clerk: Colleague) -> None:
    """The idle end comes while somebody writes; password and code later it stands in its form."""
    clerk.go("/desk/account/data/")
    clerk.fill(text="电话号码有误")
    half_an_hour = datetime.timedelta(minutes=31)
    Session.objects.filter(user__username=CLERK).update(seen_at=timezone.now() - half_an_hour)
    clerk.send()
    expect(clerk.page.locator("main h1")).to_have_text("工作人员登录")
    clerk.send(login=CLERK, password=GOOD)
    clerk.shows_the_app()
    expect(clerk.page.locator("main [name=text]")).to_have_value("电话号码有误")


def other_browser_is_told_and_ended(clerk: Colleague, other: Colleague, code: str) -> None:
    """By a code from the paper, which serves once; the owner sees both and ends the other one."""
    other.knocks(CLERK)
    other.send(code="00000000")
    other.is_told("code", "验证码不正确")
    other.send(code=code)
    expect(other.page).to_have_url(re.compile("/desk/"))
    clerk.go("/desk/notifications/")
    clerk.sees("此前没有用过的浏览器")
    clerk.go("/desk/account/sessions/")
    clerk.looks_right()
    clerk.press("/end/")
    other.go("/desk/")
    other.sees("本人已在别处将其结束")
    other.looks_right()


def lost_telephone_is_taken_away_by_two(clerk: Colleague, security: Colleague, seer: Colleague) -> None:
    """Who made the password's link does not propose it, but may agree."""
    person = User.objects.get(username=CLERK)
    address = f"/desk/people/{person.pk}/second-factor/"
    security.go(address)
    security.page.check("main [name=seen]")
    security.send(reason="手机遗失")
    security.sees("这件事由别人提请")
    security.looks_right()
    office = factories.user(Role.OFFICE)
    seer.secret = with_app(office)
    seer.knocks(office.username, factories.PASSWORD)
    seer.send(code=code_of(seer.secret))
    seer.go(address)
    seer.send(reason="手机遗失")
    seer.is_told("seen", "必填")
    seer.page.check("main [name=seen]")
    seer.press()
    security.go("/desk/")
    security.follow("/motions/")
    security.looks_right()
    security.press("/agree/")
    UsedCode.objects.all().delete()  # outside of a test a telephone is not lost within half a minute
    clerk.knocks(CLERK)
    clerk.sets_up_the_app()
    clerk.sees("两步验证因报失已被解除")


def trail_is_read_and_checked(auditor: Colleague) -> None:
    auditor.go("/desk/trail/")
    auditor.sees("通过链接设置密码")
    auditor.looks_right()
    auditor.follow("/seals/")
    auditor.press("/check/")
    auditor.looks_right()


def test_signature_takes_the_code_of_the_app_once(at_a_browser, on):
    """Who leads the team signs by what the telephone shows; the code that signed in signs nothing."""
    with_today = builders.building(kind=Kind.SERVICE)
    builders.self_assessed(with_today)
    final = builders.visited(with_today)
    on("2008-04-08")
    person = final.assessment.assignment.team.leader
    leader = at_a_browser()
    leader.secret = with_app(person)
    leader.knocks(person.username, factories.PASSWORD)
    leader.send(code=(used := code_of(leader.secret)))
    leader.go(f"/desk/sheets/{final.pk}/sign/")
    leader.send(password=used)
    leader.is_told("password", "")
    leader.send(password=code_of(leader.secret, steps_on=1))
    final.refresh_from_db()
    assert final.signed_by == person
