"""How many tables one account may take out in a day."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from core.brakes import LIMITS, Limit
from tests import factories


@pytest.mark.django_db
def test_so_many_and_no_more_and_others_are_not_touched(client, english, monkeypatch):
    monkeypatch.setitem(LIMITS, "exports_account", Limit("exports_account", "account", 2, 86400))
    address = reverse("people:people") + "?format=csv"
    client.force_login(factories.user(Role.OFFICE))
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 409]
    assert "Try again in 24 hours" in client.get(address).content.decode()
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_telephone_that_was_looked_for_is_not_in_the_trail(client):
    client.force_login(factories.user(Role.OFFICE))
    client.get(reverse("people:people"), {"format": "csv", "q": "0473-2123456"})
    told = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).latest("pk").additional_data
    assert told["query"]["q"][0].startswith("fingerprint v1:")
