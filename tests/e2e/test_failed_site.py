"""A site that was not accepted, from its reopening to its naming: each goes by the own to-do list.

It is mended, visited anew by another team, recommended, passed, announced and named.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import User
from assessments.enums import RoundKind, SheetRole, Verdict
from assessments.models import Finding, Round
from assessments.services import acceptance, rectification, sheets
from publicity.models import Notice
from sites.enums import Action, Stage
from sites.models import Site
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]
SignIn = Callable[[User], Person]


@pytest.fixture
def site(on) -> Site:
    """Not accepted, on a sheet with two items below full marks."""
    made = builders.building()
    builders.rectified(made)
    builders.on_site(made, weak=2)
    result = builders.recommended(made, Verdict.FAIL)
    on("2008-05-08")
    acceptance.decide(
        acceptance=result,
        verdict=Verdict.FAIL,
        note="示例原因",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    made.refresh_from_db()
    return made


def test_failed_site_comes_to_its_naming(site, sign_in, on):
    office, unit = sign_in(builders.office()), sign_in(builders.liaison(site))
    leader = sign_in(builders.leader())
    reopened(office, site)
    mended(office, unit)
    visited_anew(office, sign_in, site)
    goes_to(office, "提出验收初审建议")
    office.fill(opinion="整改到位，建议通过验收。", verdict="pass")
    office.press("/recommend/")
    goes_to(leader, "审定验收")
    leader.fill(verdict="pass")
    leader.press("/decide/")
    goes_to(office, "发布公示")
    office.page.check(f"[name=sites][value='{site.pk}']")
    office.press()
    reviewing.give_all()
    office.page.reload()
    office.press("/publish/")
    notice = Notice.objects.get()
    reviewing.clear("site", site)
    on("2008-05-20")
    goes_to(leader, "命名")
    leader.page.check(f"[name=sites][value='{site.pk}']")
    leader.press("/name/")
    site.refresh_from_db()
    assert site.stage == Stage.NAMED
    assert notice.ends_on.isoformat() < "2008-05-20"
    told = list(site.history.order_by("pk").values_list("action", flat=True))
    assert told[told.index(Action.FAIL_ACCEPTANCE) :] == [
        Action.FAIL_ACCEPTANCE,
        Action.REOPEN,
        Action.VERIFY_RECTIFICATION,
        Action.PASS_ACCEPTANCE,
        Action.ANNOUNCE,
        Action.NAME,
    ]


def goes_to(person: Person, what: str) -> None:
    """From the own list to where it is done."""
    person.go("/desk/")
    link = person.page.locator("main a", has_text=re.compile(rf"^\s*{what}")).first
    with person.page.expect_navigation():
        link.click()
    person.sees_no_error()


def reopened(office: Person, site: Site) -> None:
    """What it failed on is put to the unit, but for what the office leaves out, and with what it adds."""
    weak = rectification.failed_on(site)
    goes_to(office, "退回整改")
    if "/reopen/" not in office.page.url:
        office.follow("/reopen/")
    office.fill(text="重新整改。", others="补充公开栏")
    office.page.fill(f"[name='item-{weak[0].item_id}']", "不再要求")
    office.press()
    assert list(Finding.objects.filter(state="open").order_by("pk").values_list("reason", flat=True)) == [
        weak[1].reason,
        "补充公开栏",
    ]


def mended(office: Person, unit: Person) -> None:
    for finding in Finding.objects.filter(state="open").order_by("pk"):
        goes_to(unit, "答复存在差距")
        unit.follow(f"/findings/{finding.pk}/answer/")
        unit.fill(text="已经整改。")
        unit.press()
    for finding in Finding.objects.filter(state="answered").order_by("pk"):
        goes_to(office, "复核")
        office.press(f"/findings/{finding.pk}/verify/")
    goes_to(office, "办结整改")
    office.press("/close/")


def visited_anew(office: Person, sign_in: SignIn, site: Site) -> None:
    """In a round of its own, by other inspectors; the marks themselves are given at once."""
    people = [factories.user(Role.INSPECTOR) for _each in range(2)]
    goes_to(office, "指派验收督查组")
    office.fill(title="补验", due_on="2008-05-30")
    office.press()
    goes_to(office, "指派验收督查组")
    office.follow("/teams/add/")
    members = {"leader": str(people[0].pk), "members": str(people[1].pk)}
    office.fill(name="补验组", starts_on="2008-05-08", ends_on="2008-05-30", **members)
    office.press()
    goes_to(office, "指派验收督查组")
    office.fill(**{f"team-{site.pk}": str(Round.objects.get(title="补验").teams.get().pk)})
    office.press()
    visit = site.assessments.get(round__title="补验", round__kind=RoundKind.ACCEPTANCE)
    for user in people:
        builders.fill(sheets.inspector_sheet(assessment=visit, by=user), user)
        inspector = sign_in(user)
        goes_to(inspector, "实地检查并填写评分表")
        inspector.go(f"/desk/sheets/{visit.sheets.get(author=user).pk}/submit/")
        inspector.press()
        if user == people[0]:
            lead = inspector
    lead.go(f"/desk/sheets/{visit.sheets.get(role=SheetRole.FINAL).pk}/sign/")
    lead.fill(password=factories.PASSWORD)
    lead.press()
    resolved("acceptance")
    resolved("naming")
    expect(lead.page.locator("main")).to_contain_text("补验")
