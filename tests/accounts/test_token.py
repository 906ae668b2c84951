"""The forms' token of now never makes the form that is being filled in another window worthless."""

import pytest
from django.conf import settings

from accounts.enums import Role
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/accounts/token/"


def test_signed_out_without_a_cookie_none_is_made(client):
    response = client.get(ADDRESS)
    assert response.json() == {"token": None, "user": None}
    assert not client.cookies


def test_signed_out_it_goes_with_the_cookie_that_is_there(client):
    client.cookies[settings.CSRF_COOKIE_NAME] = before = "a" * 32
    response = client.get(ADDRESS)
    assert response.json()["token"]
    assert client.cookies[settings.CSRF_COOKIE_NAME].value == before


def test_signed_in_it_says_whose_it_is(client):
    person = factories.user(Role.INSPECTOR)
    client.force_login(person)
    told = client.get(ADDRESS).json()
    assert told["user"] == person.pk
    assert told["token"]
