"""Signing in and out, changing one's password; what is refused, and how."""

from importlib import import_module

import pytest
from django.conf import settings as ours
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.enums import Role
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


@pytest.fixture(autouse=True)
def _no_counters():
    cache.clear()


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def sign_in(client, user, password=factories.PASSWORD):
    return client.post(LOGIN, {"login": user.username, "password": password})


def test_signing_in_leads_to_the_desk(client, office):
    assert sign_in(client, office).url == reverse("desk:home")
    assert client.session["_auth_user_id"] == str(office.pk)


def test_signing_in_leads_back_to_where_one_was_going_but_never_away(client, office):
    there = reverse("sites:programmes")
    answer = client.post(
        f"{LOGIN}?next={there}", {"login": office.username, "password": factories.PASSWORD, "next": there}
    )
    assert answer.url == there
    client.logout()
    away = {"login": office.username, "password": factories.PASSWORD, "next": "https://evil.example/"}
    assert client.post(LOGIN, away).url == reverse("desk:home")


def test_wrong_password_is_refused_with_words(client, office):
    answer = sign_in(client, office, "wrong")
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["账号或密码不正确。"]
    assert "_auth_user_id" not in client.session


def test_closed_account_cannot_sign_in(client, office):
    office.is_active = False
    office.save()
    sign_in(client, office)
    assert "_auth_user_id" not in client.session


def test_name_is_closed_whatever_port_and_letters_the_tries_have(client):
    """Else whoever guesses would have five tries for each."""
    office = factories.user(Role.OFFICE)
    office.username = "shiban"
    office.save()
    for port, name in enumerate(["shiban", "SHIBAN", "ſhiban", "shıban", " Shiban "], start=1):
        client.post(LOGIN, {"login": name, "password": "wrong"}, headers={"host": f"localhost:{port}"})
    sign_in(client, office)
    assert "_auth_user_id" not in client.session


def test_one_address_of_a_whole_office_is_not_refused():
    people = [factories.user(Role.LIAISON) for _ in range(45)]
    for person in people:
        browser = Client()
        assert sign_in(browser, person).status_code == 302
        assert browser.session["_auth_user_id"] == str(person.pk)


def test_forgetful_office_does_not_shut_its_address(client, office):
    for n in range(50):
        client.post(LOGIN, {"login": f"nobody{n}", "password": "wrong"})
    assert sign_in(client, office).status_code == 302


def test_address_that_tries_name_after_name_is_slowed_down(client, office):
    for n in range(100):
        client.post(LOGIN, {"login": f"nobody{n}", "password": "wrong"})
    sign_in(client, office)
    assert "_auth_user_id" not in client.session
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), office).status_code == 302


@pytest.mark.parametrize("app", [app for app in ours.INSTALLED_APPS if app.startswith("allauth.")])
def test_each_limit_that_allauth_knows_is_decided_by_us(settings, app):
    """Its own limits count a whole office, which has one address, as one person."""
    limits = import_module(f"{app}.app_settings")
    name = f"{limits.prefix}RATE_LIMITS"
    decided = set(getattr(settings, name))
    setattr(settings, name, {})
    assert decided == set(limits.RATE_LIMITS)


def test_limits_are_those_decided(settings):
    """Of what there is a page for; the rest is shut, should it ever get an address."""
    limits = {name: rate for name, rate in settings.ACCOUNT_RATE_LIMITS.items() if rate != "0/d/ip"}
    assert limits == {
        "login": None,
        "login_failed": None,
        "reauthenticate": None,
        "change_password": "5/60s/user",
    }


def test_signing_out_takes_a_post_and_leads_to_the_public_home(client, office):
    client.force_login(office)
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).url == reverse("publicity:home")
    assert "_auth_user_id" not in client.session


def test_password_is_changed_by_its_owner(client, office):
    client.force_login(office)
    page = reverse("account_change_password")
    new = "Lvcha-7-chuangkou-xue"
    wrong = client.post(page, {"oldpassword": "wrong", "password1": new, "password2": new})
    assert wrong.status_code == 200
    assert "oldpassword" in wrong.context["form"].errors
    short = client.post(page, {"oldpassword": factories.PASSWORD, "password1": "short", "password2": "short"})
    assert "password1" in short.context["form"].errors
    answer = client.post(page, {"oldpassword": factories.PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    office.refresh_from_db()
    assert office.check_password(new)


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email"])
def test_nobody_signs_up_or_resets_by_mail(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_pages_of_the_desk_stay_in_no_cache(client, office):
    client.force_login(office)
    assert "no-store" in client.get(reverse("desk:home"))["Cache-Control"]
    assert "no-store" not in client.get("/").get("Cache-Control", "")
