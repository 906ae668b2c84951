"""The sites on the desk: whose, narrowed how, and everything about one of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from assessments.models import Recusal
from desk.open_steps import bring_up_to_date
from sites.enums import Action, Level, Stage
from sites.models import Site
from sites.workflow import perform
from standards.enums import Kind
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("desk:sites")


def shown(client, **query) -> set[str]:
    return {str(site) for site in client.get(LIST, query).context["sites"]}


def queries(client, url: str) -> int:
    bring_up_to_date()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_for_anonymous_leads_to_login(client):
    assert client.get(LIST).status_code == 302


def test_district_sees_its_own_sites_only(client):
    own = factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT)
    other = factories.site(stage=Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    city = factories.site(stage=Stage.DETERMINED)
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(own.filing.organisation)))
    assert shown(client) == {str(own)}
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(city.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_site_of_nobody_concerned_is_not_there(client, role):
    site = factories.site(stage=Stage.BUILDING)
    client.force_login(factories.user(role))
    assert shown(client) == set()
    assert client.get(site.get_absolute_url()).status_code == 404


def test_filters_narrow_the_list(client):
    service = factories.site(stage=Stage.NAMED, kind=Kind.SERVICE)
    rural = factories.site(stage=Stage.BUILDING, level=Level.DISTRICT)
    client.force_login(factories.user(Role.OFFICE))
    assert shown(client, kind=Kind.SERVICE) == {str(service)}
    assert shown(client, stage=Stage.BUILDING) == {str(rural)}
    assert shown(client, level=Level.DISTRICT) == {str(rural)}
    assert shown(client, district=rural.filing.organisation_id) == {str(rural)}
    assert shown(client, q=service.organisation.name) == {str(service)}
    assert shown(client, q="没有这个单位") == set()


def test_nonsense_in_a_filter_is_ignored(client):
    site = factories.site()
    client.force_login(factories.user(Role.OFFICE))
    assert shown(client, stage="nonsense", district="x", level="'; --", q="字" * 500) == {str(site)}


def test_list_costs_the_same_at_3_and_30_sites(client):
    client.force_login(factories.user(Role.OFFICE))
    for _ in range(3):
        factories.site(stage=Stage.FILED)
    few = queries(client, LIST)
    for _ in range(27):
        factories.site(stage=Stage.FILED)
    assert queries(client, LIST) == few <= 12


def test_list_keeps_each_list_together_in_the_order_of_its_rows(client):
    first, other = factories.unit(), factories.unit()
    sites = [factories.site(organisation=unit) for unit in (first, other, first)]
    rural = factories.site(level=Level.DISTRICT)
    client.force_login(factories.user(Role.OFFICE))
    assert list(client.get(LIST).context["sites"]) == [sites[0], sites[2], sites[1], rural]


@pytest.mark.sqlite  # PostgreSQL sorts what is as small as in a test
def test_list_is_read_without_sorting_all_sites():
    plan = Site.objects.filter(programme=factories.programme()).by_list()[:50].explain()
    assert "TEMP B-TREE" not in plan


def test_page_shows_history_next_step_and_who_acts(client):
    site = factories.site(stage=Stage.FILED)
    office = factories.user(Role.OFFICE)
    perform(site=site, action=Action.SEND_BACK, by=office, note="请补充窗口地址")
    client.force_login(office)
    page = client.get(site.get_absolute_url())
    text = page.content.decode()
    assert "请补充窗口地址" in text
    ((step, url),) = page.context["page"].steps
    assert (step.role, url) == (Role.LIAISON, "")  # somebody else's to take
    assert [stage.state for stage in page.context["page"].stages][:2] == ["current", "next"]


def test_page_costs_the_same_with_a_long_history(client, on):
    site = factories.site(stage=Stage.FILED)
    office = factories.user(Role.OFFICE)
    clerk = factories.liaison_of(site)
    client.force_login(office)
    perform(site=site, action=Action.SEND_BACK, by=office, note="示例")
    few = queries(client, site.get_absolute_url())
    for _ in range(10):
        perform(site=site, action=Action.FILE, by=clerk)
        perform(site=site, action=Action.SEND_BACK, by=office, note="示例")
    assert queries(client, site.get_absolute_url()) == few <= 12


def test_recusal_takes_a_site_from_an_inspector_who_is_assigned(client):
    from tests.assessments.builders import assigned

    assessment = assigned(factories.site(stage=Stage.SELF_ASSESSED))
    inspector = assessment.assignment.team.leader
    client.force_login(inspector)
    assert client.get(assessment.site.get_absolute_url()).status_code == 200
    Recusal.objects.create(
        user=inspector,
        declared_by=inspector,
        site=assessment.site,
        reason="示例亲属",
        declared_on="2008-04-01",
    )
    assert client.get(assessment.site.get_absolute_url()).status_code == 404
    assert shown(client) == set()
