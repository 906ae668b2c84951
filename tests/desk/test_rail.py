"""The rail's count of what waits: kept while nothing is written, and never behind what was."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.rail import NO_ROLE, OF_ROLE, RailGroup, help_url
from publicity import guide
from sites import services
from sites.enums import Stage
from tests import factories
from tests.sites import making

pytestmark = pytest.mark.django_db
ANY_PAGE = reverse("sites:programmes")


def count(client, user) -> str:
    client.force_login(user)
    rail: list[RailGroup] = client.get(ANY_PAGE).context["rail"]
    return rail[0].entries[0].count


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_pages_each_once(client, role):
    client.force_login(factories.user(role))
    page = client.get(reverse("people:my_account"))
    rail: list[RailGroup] = page.context["rail"]
    assert sorted(entry.url for group in rail for entry in group.entries) == sorted(
        reverse(name) for name in OF_ROLE[role]
    )
    assert all(group.entries for group in rail)


def test_a_long_rail_is_grouped_and_a_short_one_is_not(client, english):
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(ANY_PAGE)
    named = [group.label for group in page.context["rail"]]
    assert named == [
        "My work",
        "Lists and building",
        "Inspection and acceptance",
        "Notices and namings",
        "Records",
        "Administration",
    ]
    for label in named:  # in the rail, and in the menu of a phone
        assert page.content.decode().count(f'<ul class="rail-list" aria-label="{label}">') == 2
    client.force_login(factories.user(Role.AUDITOR))
    page = client.get(reverse("desk:trail"))
    assert [group.label for group in page.context["rail"]] == [""]
    assert "rail-heading" not in page.content.decode()


@pytest.mark.parametrize("role", ["", *Role])
def test_help_leads_to_the_guides_section_of_each_page(client, role):
    user, mine = factories.user(role), role or guide.NO_ROLE
    for name in OF_ROLE.get(role, NO_ROLE):
        address, _mark, anchor = help_url(user, f"{reverse(name)}1/").partition("#")
        assert (address, anchor) == (reverse("publicity:help_page", args=[mine]), name.replace(":", "-"))
        assert f'id="{anchor}"' in guide.page(mine).html
    client.force_login(user)
    mine = reverse("people:my_account")
    assert f'<a href="{help_url(user, mine)}">' in client.get(mine).content.decode()


def test_count_follows_what_is_written(client):
    filing, _by = making.filed_list()
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    # Papers to sign for and the list to review; then a resolution to be asked for, the list to determine.
    assert (count(client, office), count(client, leader)) == ("2", "")
    services.review(filing=filing, opinion="示例", by=office)
    assert (count(client, office), count(client, leader)) == ("2", "2")


def test_nothing_is_counted_twice(client):
    factories.site(Stage.FILED)
    client.force_login(factories.user(Role.OFFICE))
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(ANY_PAGE)
        asked.append(len(captured))
    assert asked[1] < asked[0]
