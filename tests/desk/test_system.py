"""The administrator's page of how well the portal is."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.health import conditions
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("desk:system")


@pytest.fixture
def administrator(client):
    user = factories.user(Role.SYSTEM)
    client.force_login(user)
    return user


def test_an_administrator_reads_each_condition_in_words(client, administrator):
    page = client.get(PAGE).content.decode()
    assert [each.id for each in conditions if str(each.title) not in page] == []
    assert "尚未做过备份" in page
    assert "docs/operate.md#condition-backup" in page
    assert PAGE in client.get(reverse("desk:home")).content.decode()


@pytest.mark.parametrize("role", ["", *(role for role in Role if role != Role.SYSTEM)])
def test_nobody_else_does(client, role):
    client.force_login(factories.user(role))
    assert client.get(PAGE).status_code == 403


def test_a_stranger_is_asked_who_they_are(client):
    assert client.get(PAGE)["Location"].startswith(reverse("account_login"))
