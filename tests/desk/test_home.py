"""The to-do list: what waits for whom, and nothing of anybody else's."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.services import notify
from desk.todo import todos
from sites.enums import FilingState, Level, Stage
from sites.models import Filing
from tests import factories

pytestmark = pytest.mark.django_db
HOME = reverse("desk:home")


def test_home_for_anonymous_leads_to_login(client):
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("stage", "role", "page"),
    [
        (Stage.FILED, Role.OFFICE, "sites:filing"),
        (Stage.REVIEWED, Role.LEADING_GROUP, "sites:filing"),
        (Stage.RECTIFIED, Role.LEADING_GROUP, "assessments:acceptance"),
        (Stage.NOT_ACCEPTED, Role.OFFICE, "assessments:rectification"),
        (Stage.ACCEPTED, Role.OFFICE, "publicity_desk:notice_add"),
        (Stage.ON_NOTICE, Role.LEADING_GROUP, "publicity_desk:notices"),
    ],
)
def test_step_waits_for_the_role_of_the_table_alone(stage, role, page):
    site = factories.site(stage=stage)
    arguments = {
        "sites:filing": [site.filing_id],
        "publicity_desk:notice_add": [],
        "publicity_desk:notices": [],
    }
    url = reverse(page, args=arguments.get(page, [site.pk]))
    for other in (Role.OFFICE, Role.LEADING_GROUP, Role.AUDITOR):
        found = [todo.url for todo in todos(factories.user(other))]
        assert (url in found) == (other == role)


def test_list_of_several_sites_is_one_thing_to_do():
    first = factories.site(stage=Stage.FILED, level=Level.DISTRICT)
    factories.site(stage=Stage.FILED, level=Level.DISTRICT, of=first.filing.organisation)
    assert [todo.url for todo in todos(factories.user(Role.OFFICE))] == [first.filing.get_absolute_url()]


def test_liaison_has_own_unit_only():
    site = factories.site(stage=Stage.DETERMINED)
    stranger = factories.user(Role.LIAISON)
    own = factories.liaison_of(site)
    assert [todo.about for todo in todos(own)] == [str(site)]
    assert todos(stranger) == []


def test_returned_list_waits_for_its_filer():
    filing = factories.filing(factories.district(), Level.DISTRICT, FilingState.RETURNED)
    clerk = factories.user(Role.DISTRICT, factories.district_office(filing.organisation))
    other = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    assert [todo.url for todo in todos(clerk)] == [filing.get_absolute_url()]
    assert todos(other) == []


def test_home_shows_what_waits_and_what_one_was_told(client):
    site = factories.site(stage=Stage.DETERMINED)
    user = factories.liaison_of(site)
    notify([user], text="示例通知一条", url=site.get_absolute_url())
    client.force_login(user)
    page = client.get(HOME).content.decode()
    assert reverse("sites:plan", args=[site.pk]) in page
    assert "示例通知一条" in page
    client.post(reverse("desk:notifications_read"))
    assert not user.notifications.unread().exists()
    assert "示例通知一条" not in client.get(HOME).content.decode()


def test_reading_notifications_needs_a_post(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(reverse("desk:notifications_read")).status_code == 405


def test_home_costs_the_same_with_many_things_to_do(client, django_assert_max_num_queries):
    client.force_login(factories.user(Role.OFFICE))
    client.get(HOME)
    for _ in range(30):
        factories.site(stage=Stage.FILED)
    assert Filing.objects.count() == 30
    with django_assert_max_num_queries(12):
        page = client.get(HOME).content.decode()
    assert page.count("/desk/filings/") > 30
