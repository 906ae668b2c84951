"""催办: whose work waits, for those who answer for it, and nobody else's."""

import csv
import datetime
import io

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind, SheetState
from assessments.models import Score
from assessments.services import recusals
from desk.open_steps import bring_up_to_date
from desk.todo import Work
from desk.todo.items import Missing
from desk.todo.steps import Chosen
from sites.enums import FilingState, Level, Stage
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db
HOME, PAGE = reverse("desk:home"), reverse("desk:missing")


def about(user) -> set[str]:
    return {one.about for one in Work(user).missing}


def district_site(name: str = "海勃湾", stage: Stage = Stage.DETERMINED):
    return factories.site(stage=stage, level=Level.DISTRICT, of=factories.district(name))


def clerk(name: str = "海勃湾"):
    return factories.user(Role.DISTRICT, factories.district_office(factories.district(name)))


def test_district_sees_the_units_of_its_own_list_alone():
    own, other, city = district_site(), district_site("海南"), factories.site(stage=Stage.DETERMINED)
    assert str(own) in about(clerk())
    assert not {str(other), str(city)} & about(clerk())


def test_district_sees_no_step_of_anybody_over_it():
    district_site(stage=Stage.SELF_ASSESSED)  # the office is to send a team
    assert {one.role for one in Work(clerk()).missing} <= {Role.DISTRICT}


def test_district_sees_its_own_list_until_it_is_filed():
    own = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    assert [one.url for one in Work(clerk()).missing] == [own.get_absolute_url()]


def test_office_and_leading_group_see_everybody_and_each_other():
    waiting = factories.site(stage=Stage.DETERMINED)
    to_send, to_decide = factories.site(stage=Stage.SELF_ASSESSED), factories.site(stage=Stage.REVIEWED)
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    assert {str(waiting), str(to_decide.filing)} <= about(office)
    assert str(to_send) not in about(office)
    assert {str(waiting), str(to_send)} <= about(leader)
    assert str(to_decide.filing) not in about(leader)


def test_body_that_has_not_begun_its_list_is_missing():
    """Each of the plan's units and each district owes one; who has filed is not missing."""
    running = factories.programme()
    filed = running.designated_units.first().organisation
    factories.filing(filed, Level.CITY, FilingState.FILED)
    missing = Work(factories.user(Role.OFFICE)).missing
    due = running.phases.get(ordinal=1).ends_on
    others = [unit.organisation for unit in running.designated_units.exclude(organisation=filed)]
    units = {one.who for one in missing if one.role == Role.LIAISON}
    assert units == {str(one) for one in others}
    assert len([one for one in missing if one.role == Role.DISTRICT]) == 3
    assert {one.due for one in missing} == {due}


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR])
def test_who_answers_for_nobody_has_neither_panel_nor_page(client, role):
    site = factories.site(stage=Stage.DETERMINED)
    client.force_login(factories.liaison_of(site) if role == Role.LIAISON else factories.user(role))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get(HOME, follow=True).content.decode()


def test_page_for_anonymous_asks_to_sign_in(client):
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_whoever_stood_aside_does_not_see_the_site(client):
    site = factories.site(stage=Stage.DETERMINED)
    aside, colleague = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=site, reason="示例")
    for user, sees in ((aside, False), (colleague, True)):
        client.force_login(user)
        for address in (PAGE, f"{PAGE}?format=csv"):
            assert (str(site) in client.get(address).content.decode()) == sees
        assert (str(site.organisation) in client.get(HOME).content.decode()) == sees


def test_list_with_a_recused_site_is_missing_for_the_others_alone():
    unit = factories.unit()
    factories.filing(unit, Level.CITY, FilingState.RETURNED)
    site = factories.site(stage=Stage.RETURNED, organisation=unit)
    aside, colleague = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=site, reason="示例")
    assert str(site.filing) not in about(aside)
    assert str(site.filing) in about(colleague)


# -- a team's sheets ---------------------------------------------------------


class Visit:
    """A site a team of two was sent to; nobody has submitted a sheet."""

    def __init__(self):
        self.site = builders.building()
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site)
        self.leader, self.member = builders.members(self.assessment.assignment.team)

    def missing(self, user) -> list[Missing]:
        return Work(user).missing

    def submit(self, user) -> None:
        sheet = builders.own_sheet(self.assessment, user)
        builders.fill(sheet, user)
        sheet.state = SheetState.SUBMITTED
        sheet.save(update_fields=["state"])


def test_leader_whose_own_sheet_is_open_learns_nothing_of_the_others():
    """Nobody marks with an eye on who is ready: as on the round's page."""
    visit = Visit()
    assert visit.missing(visit.leader) == []
    visit.submit(visit.member)
    assert visit.missing(visit.leader) == []


def test_leader_who_has_submitted_sees_whose_sheet_is_missing_and_a_member_nobodys():
    visit = Visit()
    visit.submit(visit.leader)
    (one,) = visit.missing(visit.leader)
    assert (one.who, one.about) == (str(visit.member), str(visit.site))
    assert visit.missing(visit.member) == []
    visit.submit(visit.member)
    assert visit.missing(visit.leader) == []


def test_leader_learns_nothing_of_a_sheet_that_is_being_filled_in():
    """Begun, half full or full: until it is submitted it looks the same."""
    visit = Visit()
    visit.submit(visit.leader)
    before = visit.missing(visit.leader)
    assert len(before) == 1
    builders.fill(builders.own_sheet(visit.assessment, visit.member), visit.member)
    assert Score.objects.filter(sheet__author=visit.member).exists()
    assert visit.missing(visit.leader) == before


def test_member_who_stood_aside_is_not_missing():
    visit = Visit()
    visit.submit(visit.leader)
    recusals.recuse(user=visit.member, site=visit.site, reason="示例")
    assert visit.missing(visit.leader) == []


def test_leader_who_stood_aside_sees_nothing_of_the_site():
    visit = Visit()
    visit.submit(visit.leader)
    recusals.recuse(user=visit.leader, site=visit.site, reason="示例")
    assert visit.missing(visit.leader) == []


def test_sheet_of_a_recheck_waits_for_its_author_until_the_round_is_due():
    site = factories.site(stage=Stage.NAMED)
    assessment = builders.assigned(site, builders.team(RoundKind.RECHECK), RoundKind.RECHECK)
    leader, member = builders.members(assessment.assignment.team)
    (todo,) = Work(member).todos
    assert todo.url == reverse("assessments:inspect", args=[assessment.pk])
    assert todo.due == assessment.round.due_on
    assert Work(leader).missing == []


# -- the page ----------------------------------------------------------------


def rows(client, query: str) -> list[list[str]]:
    text = client.get(f"{PAGE}?format=csv&{query}").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_page_is_narrowed_by_district_stage_light_and_words(client):
    builders.open_round(RoundKind.SELF)
    own, other = district_site(stage=Stage.BUILDING), district_site("海南", Stage.DETERMINED)
    client.force_login(factories.user(Role.OFFICE))
    found = {
        "district": rows(client, f"district={factories.district().pk}"),
        "stage": rows(client, f"stage={Stage.DETERMINED}"),
        "words": rows(client, f"q={own.organisation}"),
    }
    assert {row[3] for row in found["district"]} >= {str(own)}
    assert str(other) not in {row[3] for row in found["district"]}
    assert [row[3] for row in found["stage"]] == [str(other)]
    assert [row[3] for row in found["words"]] == [str(own)]


def test_light_follows_the_rulebooks_days(client, on):
    site = district_site()
    due = next(one.due for one in Work(clerk()).missing if one.about == str(site))
    client.force_login(clerk())
    days = datetime.timedelta(days=20)
    for day, light in ((due - days, "green"), (due, "yellow"), (due + days, "red")):
        on(str(day))
        found = {
            name: [row[3] for row in rows(client, f"light={name}")] for name in ("green", "yellow", "red")
        }
        assert [name for name, about_rows in found.items() if str(site) in about_rows] == [light]


def test_wrong_filters_are_ignored(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(f"{PAGE}?district=x&stage=y&light=z&page=1").status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.DISTRICT])
@pytest.mark.parametrize("address", [HOME, PAGE])
def test_pages_cost_the_same_at_3_and_30_sites(client, role, address):
    user = clerk() if role == Role.DISTRICT else factories.user(role)
    client.force_login(user)
    asked = []
    for count in (3, 27):
        for number in range(count):
            stage = (Stage.DETERMINED, Stage.SELF_ASSESSED, Stage.RECTIFIED)[number % 3]
            district_site(stage=stage)
        caches["rail"].clear()
        bring_up_to_date()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 12


def test_panel_shows_the_worst_fifteen_and_leads_to_all(client):
    for _ in range(20):
        district_site()
    client.force_login(clerk())
    page = client.get(HOME).content.decode()
    assert page.count(f"{PAGE}?q=") == 15
    assert f'href="{PAGE}"' in page


def test_more_sites_than_are_read_are_said_to_be_left_out(client, monkeypatch):
    for _ in range(3):
        district_site()
    user = factories.user(Role.OFFICE)
    assert not Work(user).is_cut
    narrow = Work(user, chosen=Chosen(others_at_most=2))
    assert narrow.is_cut
    assert len([one for one in narrow.missing if one.stage == Stage.DETERMINED]) == 2
