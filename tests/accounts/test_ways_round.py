"""Ways round the sign-in and its links that somebody thought of, each shut."""

import ast
import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.models import Session
from accounts.models.sessions import digest_of
from accounts.services import motions
from accounts.session_store import SessionStore
from core.acting import Refusal
from tests import factories
from tests.accounts.factors import LOGIN, code_of, signed_in, with_app, with_password

PASSWORD = "Tr0ub4dor-und-3-Hunde"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("needed")]


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
    motion = motions.move(kind="user.administer", record=person, values={"role": Role.SECURITY}, by=other)
    motions.agree(motion=motion, by=one)
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


def test_whoever_has_a_factor_shows_password_and_factor_before_one_comes_or_goes():
    """A window left open, or its cookie with the password, brings no factor of a stranger's."""
    office = factories.user(Role.OFFICE)
    secret = with_app(office)
    names = ("mfa_add_webauthn", "mfa_deactivate_totp", "mfa_generate_recovery_codes")
    pages = [reverse(name) for name in names]
    client = signed_in(office, secret)
    for page in pages:
        for ask in (client.get, client.post):
            assert ask(page).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    for page in pages:
        for ask in (client.get, client.post):
            assert ask(page).url.startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=office).count() == 1
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret, steps_on=1)})
    assert client.get(pages[0]).status_code == 200


def test_the_factor_alone_adds_none_either():
    office = factories.user(Role.OFFICE)
    secret = with_app(office)
    client = signed_in(office, secret)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret, steps_on=1)})
    answer = client.get(reverse("mfa_add_webauthn"))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def row_of(client):
    session = Session.objects.get(digest=digest_of(client.session.session_key))
    return str(SessionStore().decode(session.data))


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
def test_secret_that_is_being_set_up_lies_closed_in_the_sessions_row():
    client = with_password(factories.user(Role.OFFICE))
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert len(secret) >= 32
    assert secret not in row_of(client)
    assert "mfa.totp.secret" in row_of(client)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    assert answer.status_code == 200
    assert answer.context["unused_codes"]


def test_link_that_waits_for_its_slip_or_its_person_lies_closed_too(settings):
    settings.PORTAL_SECOND_FACTOR = frozenset()
    office, liaison = factories.user(Role.OFFICE), factories.user(Role.LIAISON)
    client = with_password(office)
    client.post(reverse("people:link_make", args=[liaison.pk]))
    row = row_of(client)
    slip = client.get(reverse("people:link", args=[liaison.pk])).context["slip"]
    token = slip.address.rstrip("/").rsplit("/", 1)[-1]
    assert "handed_out_link" in row
    assert token not in row
    theirs = Client()
    theirs.get(slip.address, follow=True)
    assert "_password_reset_token" in row_of(theirs)
    assert token not in row_of(theirs)


def test_closed_secret_that_does_not_open_any_more_is_as_if_it_were_not_there():
    store = SessionStore()
    store["handed_out_link"] = [7, "token"]
    assert store["handed_out_link"] == [7, "token"]
    raw = dict(store._get_session())["handed_out_link"]
    assert "token" not in raw
    store._get_session()["handed_out_link"] = f"{raw[:-8]}AAAAAAA="
    assert store.get("handed_out_link") is None
    assert store.pop("handed_out_link", (None, "")) == (None, "")
