"""How passwords are kept: Argon2id, and what was kept otherwise is moved to it by a sign-in."""

import threading
import time

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.urls import reverse

from accounts.enums import Role
from accounts.hashers import Argon2
from tests import factories
from wuhai_portal import settings as ours

PASSWORD = factories.PASSWORD


@pytest.fixture(autouse=True)
def _as_set(settings):
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS


def test_a_new_password_is_kept_at_owasps_least_cost():
    assert make_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(PASSWORD, make_password(PASSWORD))
    assert not check_password(PASSWORD + "x", make_password(PASSWORD))


@pytest.mark.django_db
def test_one_kept_by_pbkdf2_serves_and_is_moved_by_a_sign_in(client):
    office = factories.user(Role.OFFICE)
    office.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    office.save(update_fields=["password"])
    sent = {"login": office.username, "password": PASSWORD}
    assert client.post(reverse("account_login"), sent).url == reverse("desk:home")
    office.refresh_from_db()
    assert isinstance(identify_hasher(office.password), Argon2)
    assert client.get(reverse("desk:home")).status_code == 200


def test_no_more_than_two_are_worked_on_at_a_time(monkeypatch):
    """However many threads a process has, guesses take 38 MiB and leave threads for pages."""
    at_work, most = 0, 0
    counting = threading.Lock()

    def slow(_self, _password, _encoded):
        nonlocal at_work, most
        with counting:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)
        with counting:
            at_work -= 1
        return True

    monkeypatch.setattr(Argon2.__base__, "verify", slow)
    threads = [threading.Thread(target=Argon2().verify, args=("a", "b")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
