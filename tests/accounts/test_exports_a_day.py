"""How many tables one account may take out in a day."""

import pytest
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
