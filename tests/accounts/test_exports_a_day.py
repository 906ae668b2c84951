"""How many tables, files, papers and dossiers one account may take out in a day."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from core.acting import Refusal
from core.brakes import LIMITS, TOLD, Limit, refuse_above
from tests import factories
from tests.core.test_stored import Place


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
@pytest.mark.parametrize("name", TOLD)
def test_before_refusal_who_gives_roles_and_who_reads_the_trail_are_told_once(name, rf, monkeypatch):
    monkeypatch.setitem(LIMITS, name, Limit(name, "account", 10, 86400))
    security, auditor = factories.user(Role.SECURITY), factories.user(Role.AUDITOR)
    request = rf.get("/")
    request.user = factories.user(Role.INSPECTOR)
    for count in range(1, 11):
        refuse_above(request, name)
        told = Notification.objects.filter(about__who=str(request.user), about__most="10")
        assert sorted(told.values_list("user", flat=True)) == (
            sorted([security.pk, auditor.pk]) if count > 8 else []
        )
    with pytest.raises(Refusal):
        refuse_above(request, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("assessments:evidence_file", "files_account"),
        ("documents:download", "files_account"),
        ("desk:dossier_download", "dossiers_account"),
    ],
)
def test_files_papers_and_dossiers_have_a_limit_of_the_day(client, english, monkeypatch, on, place, name):
    on("2008-05-06")
    monkeypatch.setitem(LIMITS, name, Limit(name, "account", 1, 86400))
    fetched = Place(place)
    client.force_login(fetched.office)
    assert client.get(fetched.address).status_code == 200
    refused = client.get(fetched.address)
    assert refused.status_code == 409
    assert "Try again in 24 hours" in refused.content.decode()
    taken = LogEntry.objects.filter(actor=fetched.office, additional_data__has_key="export")
    assert taken.count() == 1


@pytest.mark.django_db
def test_telephone_that_was_looked_for_is_not_in_the_trail(client):
    client.force_login(factories.user(Role.OFFICE))
    client.get(reverse("people:people"), {"format": "csv", "q": "0473-2123456"})
    told = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).latest("pk").additional_data
    assert told["query"]["q"][0].startswith("fingerprint v1:")
