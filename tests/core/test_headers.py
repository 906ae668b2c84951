"""What each answer tells a browser, and how its cookies are kept, as an installed portal serves it."""

import json
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from deploy import environment
from tests import factories

TOLD = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PATHS = [
    "/",
    "/desk/",
    "/nothing/",
    "/accounts/login/",
    "/admin/",
    "/static/portal/portal.css",
    "/feeds/notices.atom",
]
KEPT = [
    f"{cookie}_COOKIE_{name}"
    for cookie in ("SESSION", "CSRF")
    for name in ("NAME", "SECURE", "HTTPONLY", "DOMAIN")
]
ASKED = [*KEPT, "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT"]
SAY = "import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {}]))"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    env = environment.throwaway(tmp_path_factory.mktemp("installed")) | {"PORTAL_HTTPS": "1"}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # browser tests set it
    return env


@pytest.mark.heavy
def test_django_finds_nothing_amiss_in_an_installed_portal(installed):
    check = [sys.executable, "-P", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(check, env=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def under_tls(installed, settings):
    said = subprocess.check_output([sys.executable, "-P", "-c", SAY.format(ASKED)], env=installed)
    for name, value in zip(ASKED, json.loads(said), strict=True):
        setattr(settings, name, value)


@pytest.mark.heavy
@pytest.mark.django_db
def test_cookies_of_an_installed_portal_are_of_this_host_alone_and_hidden_from_scripts(under_tls, client):
    user = factories.user(Role.OFFICE)
    client.get(reverse("account_login"), secure=True)
    client.post(
        reverse("account_login"), {"login": user.username, "password": factories.PASSWORD}, secure=True
    )
    names = {"__Host-sessionid", "__Host-csrftoken"}
    assert set(client.cookies) >= names
    for name in names:
        cookie = client.cookies[name]
        assert cookie["secure"] is cookie["httponly"] is True
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


@pytest.mark.heavy
@pytest.mark.django_db
def test_tls_is_asked_of_the_host_and_those_below(under_tls, client):
    answer = client.get(reverse("account_login"), secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.django_db
def test_every_kind_of_answer_limits_the_browser(client, path):
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in TOLD} == TOLD
    policy = answer.headers["Permissions-Policy"]
    assert "camera=(self)" in policy
    assert "geolocation=(self)" in policy
    assert "microphone=()" in policy
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


@pytest.mark.django_db
def test_a_script_fetches_the_token_of_now():
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    old = client.get(reverse("account_token")).json()["token"]
    user = factories.user(Role.OFFICE)
    client.post(
        reverse("account_login"),
        {"login": user.username, "password": factories.PASSWORD},
        headers={"X-CSRFToken": old},
    )
    sent = reverse("account_logout")
    assert client.post(sent, headers={"X-CSRFToken": old}).status_code == 403
    answer = client.get(reverse("account_token"))
    assert answer.headers["Cache-Control"] == "no-store, private"
    token = answer.json()["token"]
    assert answer.json()["user"] == user.pk
    assert client.post(sent, headers={"X-CSRFToken": token}).status_code == 302
