"""The page on which the office sets the letters of each kind's numbers."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from documents.models import KindSeries
from documents.papers import DocumentKind
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = reverse("documents:kinds")


def address(kind):
    return reverse("documents:kind_series", args=[kind])


def test_office_sets_the_letters_of_a_kind(client):
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(KINDS).content.decode()
    assert page.count("乌政公办") >= 12
    assert address("minutes") in page
    assert address("district_determination") not in page
    assert client.post(address("minutes"), {"code": "乌政公纪要"}).url == KINDS
    assert KindSeries.objects.get().code == "乌政公纪要"
    assert "乌政公纪要" in client.get(KINDS).content.decode()


def test_letters_that_are_none_stand_at_their_field(client):
    client.force_login(factories.user(Role.OFFICE))
    page = client.post(address("minutes"), {"code": "乌政公办2008"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["code"]


@pytest.mark.parametrize("kind", ["leaflet", DocumentKind.DISTRICT_DETERMINATION.value])
def test_kind_without_letters_of_the_office_has_no_page(client, kind):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(address(kind)).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_others_have_no_part_in_it(client, role):
    client.force_login(factories.user(role))
    assert [client.get(KINDS).status_code, client.post(address("minutes")).status_code] == [403, 403]
    assert not KindSeries.objects.exists()
