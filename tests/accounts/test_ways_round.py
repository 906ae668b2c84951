"""Ways round the sign-in and its links that somebody thought of, each shut."""

import ast
import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.services import motions
from core.acting import Refusal
from tests import factories
from tests.accounts.factors import LOGIN, signed_in, with_app
from tests.settings import COMPULSORY

PASSWORD = "Tr0ub4dor-und-3-Hunde"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.PORTAL_SECOND_FACTOR = COMPULSORY
    cache.clear()


def test_form_with_a_wrong_token_shows_nothing_to_who_has_no_factor():
    """Its page is drawn in place of its view, before the middleware that asks for the factor."""
    office = factories.user(Role.OFFICE)
    client = Client(enforce_csrf_checks=True)
    page = client.get(LOGIN).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    own = {"Origin": "http://testserver"}
    typed = {"login": office.username, "password": factories.PASSWORD, "csrfmiddlewaretoken": token}
    client.post(LOGIN, typed, headers=own)
    for name in ("people:person_add", "people:my_data", "desk:home"):
        answer = client.post(reverse(name), {"name": "x", "csrfmiddlewaretoken": "bad"}, headers=own)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("people:second_factor"))


def test_administrators_list_is_not_asked_for_digests_of_passwords():
    security, person = factories.user(Role.SECURITY), factories.user(Role.INSPECTOR)
    client = signed_in(security, with_app(security))
    address = reverse("admin:accounts_user_changelist")
    assert client.get(address).status_code == 200
    answer = client.get(address, {"password__startswith": person.password[:20]})
    assert person.username not in answer.content.decode()


def test_link_ends_when_its_person_gets_a_role_that_its_maker_may_not_give():
    one, other = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    system = factories.user(Role.SYSTEM)
    person = services.add_person(name="示例甲某", role="", organisation=factories.unit(), by=system)
    token = services.make_link(person=person, by=one)
    motion = motions.move(kind="user.administer", record=person, values={"role": Role.SECURITY}, by=one)
    motions.agree(motion=motion, by=other)
    with pytest.raises(Refusal):
        services.take_link(key=services.link_key(person), token=token, password=PASSWORD)


def test_last_factor_is_not_taken_away_alone():
    office = factories.user(Role.OFFICE)
    client = signed_in(office, with_app(office))
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=office, type=Authenticator.Type.TOTP).exists()


def test_public_addresses_show_more_to_a_whole_sign_in_alone():
    """Every public view that asks what the person signed in may see asks whether they may work first."""
    asked = 0
    for path in (settings.BASE_DIR / "publicity" / "views").glob("[!d]*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                source = ast.unparse(function)
                if "visible_to(request.user)" in source:
                    asked += 1
                    assert "may_work(request)" in source, f"{path.name}: {function.name}"
    assert asked == 3
