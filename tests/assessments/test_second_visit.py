"""A site that was not accepted, walked to its pass through the pages, by everybody's to-do lists."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import FindingState, RoundKind, ScoreLevel, SheetRole, Verdict
from assessments.models import Round, Score
from assessments.services import acceptance, rectification, rounds, sheets, teams, unlocking, visits
from core.acting import Refusal
from sites.enums import Stage
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.scenes import made_once
from tests.waiting import todos

pytestmark = pytest.mark.django_db
ROUND = {"kind": "acceptance", "title": "示例补验", "due_on": "2008-05-30"}


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


@made_once("2008-05-08")
def site():
    """Not accepted, on a sheet with two items below full marks."""
    made = builders.building()
    builders.rectified(made)
    builders.on_site(made, weak=2)
    result = builders.recommended(made, Verdict.FAIL)
    with builders.on("2008-05-08"):
        acceptance.decide(
            acceptance=result,
            verdict=Verdict.FAIL,
            note="示例原因",
            resolution=resolved("acceptance"),
            by=builders.leader(),
        )
    made.refresh_from_db()
    return made


class Person:
    """Somebody who goes by the to-do list."""

    def __init__(self, client, user):
        self.client, self.user = client, user

    def goes_to(self, what):
        """Where the only thing to do leads to; it is called so."""
        assert self.waits() == [what]
        (todo,) = todos(self.user)
        self.client.force_login(self.user)
        page = self.client.get(todo.url, follow=True)
        assert page.status_code == 200
        return page

    def signs(self):
        """For the papers that came: the first thing in the list."""
        assert self.waits()[0] == "签收收到的公文"
        self.posts(reverse("documents:sign_all"))

    def posts(self, address, data=None):
        self.client.force_login(self.user)
        answer = self.client.post(address, data or {})
        assert answer.status_code == 302, answer.content.decode()
        return answer

    def waits(self):
        return [todo.what for todo in todos(self.user)]


@pytest.fixture
def office(client):
    return Person(client, builders.office())


@pytest.fixture
def unit(client, site):
    return Person(client, builders.liaison(site))


def signed(assessment):
    """What stands on its final sheet, as nobody may change it any more."""
    sheet = assessment.sheets.get(role=SheetRole.FINAL)
    return sheet.state, sheet.signed_on, list(sheet.scores.order_by("pk").values())


def mended(site, office, unit):
    for finding in builders.findings(site):
        if finding.state == FindingState.OPEN:
            unit.posts(url("finding_answer", finding.pk), {"text": "示例整改"})
            office.posts(url("finding_verify", finding.pk))
    assert office.waits() == ["办结整改"]
    office.posts(url("rectification_close", site.pk))
    site.refresh_from_db()


def test_road_from_a_failure_to_a_pass(client, site, office, unit, on):
    first = site.assessments.get(round__kind=RoundKind.ACCEPTANCE)
    before = signed(first)
    assert url("reopen", site.pk) in office.goes_to("退回整改").content.decode()
    weak = rectification.failed_on(site)
    assert [score.level for score in weak] == [ScoreLevel.PARTLY] * 2
    page = client.get(url("reopen", site.pk)).content.decode()
    assert all(score.item.code in page for score in weak)
    left_out = {f"item-{weak[0].item_id}": "示例不再要求", "others": "补充公开栏\n\n补充台账"}
    office.posts(url("reopen", site.pk), {"text": "示例重新整改", **left_out})

    # The unit has what was wanting to mend; what the office left out it reads with why.
    unit.signs()
    page = unit.goes_to("答复存在差距").content.decode()
    assert "示例不再要求" in page
    states = [(finding.item, finding.reason, finding.state) for finding in first.findings.order_by("pk")]
    assert states == [
        (weak[0].item, weak[0].reason, FindingState.WITHDRAWN),
        (weak[1].item, weak[1].reason, FindingState.OPEN),
        (None, "补充公开栏", FindingState.OPEN),
        (None, "补充台账", FindingState.OPEN),
    ]
    assert office.waits() == []
    mended(site, office, unit)
    assert (site.stage, unit.waits()) == (Stage.RECTIFIED, [])

    # It failed in the round that is open: the office opens another one beside it.
    page = office.goes_to("指派验收督查组")
    assert page.redirect_chain[-1][0].startswith(url("round_open"))
    assert page.context["form"]["kind"].value() == RoundKind.ACCEPTANCE
    office.posts(page.redirect_chain[-1][0], ROUND)
    second = Round.objects.get(title="示例补验")
    assert Round.objects.open().filter(kind=RoundKind.ACCEPTANCE).count() == 2
    page = office.goes_to("指派验收督查组")
    assert url("team_add", second.pk) in page.content.decode()
    people = [factories.user(Role.INSPECTOR) for _ in range(2)]
    office.posts(
        url("team_add", second.pk),
        {
            "name": "示例补验组", "leader": people[0].pk, "members": [people[1].pk],
            "starts_on": "2008-05-08", "ends_on": "2008-05-30",
        },
    )  # fmt: skip
    page = office.goes_to("指派验收督查组")
    assert page.redirect_chain[-1][0] == url("assign", second.pk)
    office.posts(url("assign", second.pk), {f"team-{site.pk}": second.teams.get().pk})
    assert office.waits() == []

    visit = site.assessments.get(round=second)
    for user in people:
        Person(client, user).goes_to("实地检查并填写评分表")
        sheet = sheets.inspector_sheet(assessment=visit, by=user)
        builders.fill(sheet, user)
        Person(client, user).posts(url("sheet_submit", sheet.pk))
    leader = Person(client, people[0])
    leader.goes_to("签署实地评分表")
    final = visit.sheets.get(role=SheetRole.FINAL)
    leader.posts(url("sheet_sign", final.pk), {"password": factories.PASSWORD})
    assert leader.waits() == Person(client, people[1]).waits() == []

    page = office.goes_to("提出验收初审建议")
    assert url("recommend", site.pk) in page.content.decode()
    office.posts(url("recommend", site.pk), {"opinion": "示例意见", "verdict": "pass"})
    group = Person(client, builders.leader())
    group.signs()
    assert url("decide", site.pk) in group.goes_to("审定验收").content.decode()
    body = {"verdict": "pass", "note": "", "resolution": resolved("acceptance").pk}
    group.posts(url("decide", site.pk), body)
    site.refresh_from_db()
    assert site.stage == Stage.ACCEPTED
    assert signed(first) == before


def test_page_shows_a_reason_as_it_was_typed(client, site):
    Score.objects.filter(pk=rectification.failed_on(site)[0].pk).update(reason="<b>示例</b>")
    client.force_login(builders.office())
    assert "&lt;b&gt;示例&lt;/b&gt;" in client.get(url("reopen", site.pk)).content.decode()


def test_without_anything_below_full_marks_the_reason_is_what_has_to_be_mended(site):
    everything = {score.item_id: "示例" for score in rectification.failed_on(site)}
    (finding,) = rectification.reopen(
        site=site, reason="群众评价偏低", left_out=everything, by=builders.office()
    )
    assert (finding.item, finding.reason, finding.state) == (None, "群众评价偏低", FindingState.OPEN)


def test_visited_site_is_due_in_no_round_it_failed_in_and_in_one_at_a_time(site, office, unit):
    failed = Round.objects.open().get(kind=RoundKind.ACCEPTANCE)
    rectification.reopen(site=site, reason="示例", by=builders.office())
    mended(site, office, unit)
    with pytest.raises(ValidationError, match="已在本轮次"):
        visits.assign(team=builders.team(RoundKind.ACCEPTANCE), site=site, by=builders.office())
    second, third = (open_one(title) for title in ("示例补验一", "示例补验二"))
    assert site in rounds.sites_due(second)
    assert site in rounds.sites_due(third)
    assert site not in rounds.sites_due(failed)
    crew = builders.team(RoundKind.ACCEPTANCE)  # of the newest
    visits.assign(team=crew, site=site, by=builders.office())
    assert crew.round == third
    assert site not in rounds.sites_due(second)
    with pytest.raises(ValidationError, match="示例补验二"):
        visits.assign(team=crew_of(second), site=site, by=builders.office())


def open_one(title):
    return rounds.open_round(
        programme=factories.programme(),
        kind=RoundKind.ACCEPTANCE,
        title=title,
        due_on=datetime.date(2008, 5, 30),
        by=builders.office(),
    )


def crew_of(opened):
    people = [factories.user(Role.INSPECTOR) for _ in range(2)]
    return teams.form_team(
        round=opened, name="示例组", leader=people[0], members=people[1:],
        starts_on=opened.opened_on, ends_on=opened.due_on, by=builders.office(),
    )  # fmt: skip


def test_sheet_that_counts_no_more_stays_as_signed(site):
    spent = site.assessments.get(round__kind=RoundKind.ACCEPTANCE)
    spent.acceptances.all().delete()
    with pytest.raises(Refusal):
        unlocking.unlock(sheet=spent.sheets.get(role=SheetRole.FINAL), reason="示例", by=builders.office())
