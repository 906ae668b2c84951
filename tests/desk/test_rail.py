"""The rail's count of what waits: kept while nothing is written, and never behind what was."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.rail import RailEntry
from sites import services
from sites.enums import Stage
from tests import factories
from tests.sites import making

pytestmark = pytest.mark.django_db
ANY_PAGE = reverse("sites:programmes")


def count(client, user) -> int:
    client.force_login(user)
    rail: list[RailEntry] = client.get(ANY_PAGE).context["rail"]
    return next(entry.count for entry in rail)


def test_count_follows_what_is_written(client):
    filing, _by = making.filed_list()
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    assert (count(client, office), count(client, leader)) == (1, 0)
    services.review(filing=filing, opinion="示例", by=office)
    assert (count(client, office), count(client, leader)) == (0, 1)


def test_nothing_is_counted_twice(client):
    factories.site(Stage.FILED)
    client.force_login(factories.user(Role.OFFICE))
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(ANY_PAGE)
        asked.append(len(captured))
    assert asked[1] < asked[0]
