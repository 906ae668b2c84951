"""The second factor: compulsory by role, asked at every door, once a code, taken away by two."""

import json
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.urls import resolve, reverse

from accounts.conditions import second_factors
from accounts.enums import Role
from accounts.forms.own_password import OwnPasswordForm
from accounts.models import Notification, UsedCode, User
from accounts.second_factor import OPEN
from accounts.services import motions, second_factor
from core.acting import Refusal
from core.enums import Severity
from core.http import OF_STAFF
from tests import factories
from tests.accounts.factors import CODE, LOGIN, Passkey, code_of, signed_in, with_app, with_password
from tests.addresses import patterns, written
from tests.settings import COMPULSORY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "needed")]

HOME = reverse("desk:home")
SET_UP = reverse("people:second_factor")
ACTIVATE = reverse("mfa_activate_totp")
CODES = reverse("mfa_view_recovery_codes")
REAUTHENTICATE = reverse("account_reauthenticate")
NEEDING = (Role.LEADING_GROUP, Role.OFFICE, Role.INSPECTOR, *Role.ADMINISTRATORS)


# Every address of the portal with its name; what stands in it is made up.
ADDRESSES = sorted(
    {
        ("/" + re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", written(each.route))), each.name)
        for each in patterns()
    }
)
OF_THE_STAFF = [(path, name) for path, name in ADDRESSES if path.startswith(OF_STAFF)]


# -- who must have one -------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_compulsory_by_role(role):
    client = with_password(factories.user(role))
    led = client.get(HOME)
    assert (led.status_code == 302) == (role in NEEDING)
    if role in NEEDING:
        assert led.url == SET_UP
        assert client.get(SET_UP).status_code == 200


def test_other_roles_by_setting(settings):
    settings.PORTAL_SECOND_FACTOR = COMPULSORY | {"liaison"}
    assert with_password(factories.user(Role.LIAISON)).get(HOME).url == SET_UP
    assert with_password(factories.user(Role.DISTRICT)).get(HOME).status_code == 200


def configured(**env):
    program = "import django; from django.conf import settings; print(sorted(settings.PORTAL_SECOND_FACTOR))"
    return subprocess.run(  # our own settings
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_compulsory_ones_cannot_be_set_off():
    """Neither by naming others nor, on a production machine, by the demo's rules."""
    said = configured(PORTAL_SECOND_FACTOR="district", PORTAL_INSTALLED="1").stdout
    assert all(f"'{name}'" in said for name in (*NEEDING, "district"))
    assert configured(PORTAL_DEMO_RULES="1").stdout.strip() == "[]"
    assert configured(PORTAL_DEMO_RULES="1", PORTAL_INSTALLED="1").returncode != 0
    assert configured(PORTAL_SECOND_FACTOR="nobody").returncode != 0


# -- nothing is reached without it --------------------------------------------------------


def test_there_are_addresses_to_ask():
    assert len(OF_THE_STAFF) > 250
    assert {name for _path, name in OF_THE_STAFF} >= OPEN


def test_no_address_of_the_staff_opens_without_it():
    """However it is asked; a new address is found by itself."""
    client = with_password(factories.user(Role.OFFICE))
    open_ones = []
    for path, name in OF_THE_STAFF:
        for ask in (client.get, client.post):
            answer = ask(path)
            if answer.status_code == 404 and answer.resolver_match is None:
                continue
            led = answer.headers.get("Location", answer.headers.get("HX-Redirect", ""))
            if led != SET_UP:
                open_ones.append(name)
        if name == "account_logout":
            client = with_password(User.objects.get(role=Role.OFFICE))
    assert set(open_ones) <= OPEN, set(open_ones) - OPEN


def test_no_door_signs_in_by_password_alone():
    """A name and its password, under whatever names a form may want them, sent to every address there is."""
    person = factories.user(Role.SYSTEM)
    with_app(person)
    named = {"username": person.username, "login": person.username, "user": person.username}
    typed = {**named, "password": factories.PASSWORD, "next": HOME}
    for path, name in ADDRESSES:
        client = Client()
        client.post(path, typed)
        assert "_auth_user_id" not in client.session, name
        assert client.get(HOME).url.startswith(LOGIN), name


def test_sign_in_that_passed_by_the_factor_is_none():
    """Should a way ever be made that does not ask: whoever has a factor and did not show it is signed out."""
    person = factories.user(Role.OFFICE)
    with_app(person)
    client = Client()
    client.force_login(person)
    assert client.get(HOME).url == LOGIN
    assert "_auth_user_id" not in client.session


# -- an app on the telephone --------------------------------------------------------------


def set_up(client):
    """As the pages lead: the password once more, then the code the app shows; gives the secret."""
    client.post(REAUTHENTICATE, {"password": factories.PASSWORD})
    secret = client.get(ACTIVATE).context["form"].secret
    assert client.post(ACTIVATE, {"code": code_of(secret)}).url == CODES
    return secret


# allauth tells of a new factor once it is committed.
committing = pytest.mark.django_db(transaction=True)


@committing
def test_app_is_set_up_and_asked_for(office):
    client, other = with_password(office), with_password(office)
    secret = set_up(client)
    assert client.get(HOME).status_code == 200
    assert other.get(HOME).url.startswith(LOGIN)
    again = with_password(office)
    assert again.get(HOME).url.startswith(LOGIN)
    wrong = again.post(CODE, {"code": "000000"})
    assert wrong.context["form"].errors
    assert again.post(CODE, {"code": code_of(secret, steps_on=1)}).url == HOME
    assert again.get(HOME).status_code == 200
    told = LogEntry.objects.filter(object_pk=str(office.pk), additional_data__has_key="sign_in")
    done = [entry.additional_data["sign_in"] for entry in told.order_by("pk")]
    assert [each for each in done if each.startswith("factor")] == ["factor_set", "factor_failed"]
    assert Notification.objects.filter(user=office, url=reverse("people:my_account")).count() == 1


@committing
def test_code_serves_once(office):
    """Neither for another sign-in nor, once the app was set up with it, for the first."""
    client = with_password(office)
    secret = set_up(client)
    code = code_of(secret)
    assert with_password(office).post(CODE, {"code": code}).context["form"].errors
    later = code_of(secret, steps_on=1)
    assert with_password(office).post(CODE, {"code": later}).url == HOME
    again = with_password(office)
    for typed in (later, f" {later[:3]} {later[3:]}"):
        cache.clear()  # allauth remembers codes there, as long as nobody clears it
        assert "has been used" in str(again.post(CODE, {"code": typed}).context["form"].errors)
    assert "_auth_user_id" not in again.session


def test_used_codes_are_forgotten_when_they_are_long_past(office):
    assert second_factor.use_step(person=office, step=1000)
    assert not second_factor.use_step(person=office, step=1000)
    assert second_factor.use_step(person=office, step=2000)
    assert list(UsedCode.objects.values_list("step", flat=True)) == [2000]


@committing
def test_table_holds_no_secret_in_clear(office):
    client = with_password(office)
    secret = set_up(client)
    codes = client.get(CODES).context["unused_codes"]
    assert len(codes) == 10
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or model._meta.proxy:
                continue
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608  # our own tables
            kept = repr(cursor.fetchall())
            assert secret not in kept, model
            assert not [code for code in codes if f"'{code}'" in kept], model
    seed = Authenticator.objects.get(user=office, type="recovery_codes").data["seed"]
    assert re.match(r"v\d+:\w+:", seed)


@committing
def test_recovery_codes_are_shown_once_and_serve_once(office):
    client = with_password(office)
    set_up(client)
    code = client.get(CODES).context["unused_codes"][0]
    assert code not in client.get(CODES).content.decode()
    assert with_password(office).post(CODE, {"code": code}).url == HOME
    assert with_password(office).post(CODE, {"code": code}).context["form"].errors


@committing
def test_page_of_codes_can_be_printed_and_needs_no_script(office):
    client = with_password(office)
    set_up(client)
    html = client.get(CODES).content.decode()
    assert html.count('<code class="recovery-code">') == 10


# -- a passkey ----------------------------------------------------------------------------

HOST = {"HTTP_HOST": "localhost", "wsgi.url_scheme": "https"}
ORIGIN = "https://localhost"


def passkey_of(client, origin=ORIGIN, rp="localhost"):
    """Add one as the browser would; gives it with the answer."""
    client.post(REAUTHENTICATE, {"password": factories.PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    options = page.context["js_data"]["creation_options"]["publicKey"]
    key = Passkey()
    sent = {"name": "示例", "credential": key.made(json.loads(json.dumps(dict(options))), origin, rp)}
    return key, client.post(reverse("mfa_add_webauthn"), sent)


def ask_for(client):
    return dict(client.get(CODE).context["js_data"]["request_options"]["publicKey"])


def test_passkey_is_set_up_and_asked_for(office):
    key, answer = passkey_of(with_password(office, **HOST))
    assert answer.url == CODES
    client = with_password(office, **HOST)
    sent = {"credential": key.answer(ask_for(client), ORIGIN, "localhost")}
    assert client.post(CODE, sent).url == HOME
    assert client.get(HOME).status_code == 200
    replayed = with_password(office, **HOST)
    ask_for(replayed)
    replayed.post(CODE, sent)
    assert "_auth_user_id" not in replayed.session


@committing
def test_last_one_is_exchanged_and_never_just_taken_away(office):
    """Of each kind, at every address that takes one away; with another one it goes."""
    client = with_password(office, **HOST)
    passkey_of(client)
    key = Authenticator.objects.get(user=office, type=Authenticator.Type.WEBAUTHN)
    ways = {
        Authenticator.Type.WEBAUTHN: reverse("mfa_remove_webauthn", args=[key.pk]),
        Authenticator.Type.TOTP: reverse("mfa_deactivate_totp"),
    }
    refused = client.post(ways[key.type])
    assert "Set up another one first" in refused.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()
    with_app(office)
    assert client.post(ways[key.type]).status_code == 302
    assert client.post(ways[Authenticator.Type.TOTP]).context["form"].errors
    kinds = Authenticator.objects.filter(user=office).values_list("type", flat=True)
    assert set(kinds) == {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}


@committing
def test_somebody_elses_is_neither_renamed_nor_removed(office):
    """By somebody who has shown password and factor just now."""
    other, client = factories.user(Role.OFFICE), with_password(office, **HOST)
    for each in (with_password(other, **HOST), client):
        passkey_of(each)
    own, theirs = (Authenticator.objects.get(user=each, type="webauthn") for each in (office, other))
    for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(page, args=[own.pk])).status_code == 200
        for ask in (client.get, client.post):
            assert ask(reverse(page, args=[theirs.pk]), {"name": "别的"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.wrap().name == "示例"


@pytest.mark.parametrize(
    ("origin", "rp"),
    [
        ("https://wuhai.example", "wuhai.example"),
        ("https://wuhai.example", "localhost"),
        ("https://localhost.wuhai.example", "localhost"),
        ("http://192.0.2.1", "localhost"),
    ],
)
def test_passkey_of_another_origin_is_refused(office, origin, rp):
    client = with_password(office, **HOST)
    _key, answer = passkey_of(client, origin, rp)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    key, _answer = passkey_of(client)
    door = with_password(office, **HOST)
    door.post(CODE, {"credential": key.answer(ask_for(door), origin, rp)})
    assert "_auth_user_id" not in door.session


def test_pages_with_a_passkey_run_our_own_scripts_alone(office):
    """No script stands in the page: what is not of our own files, or no program, the browser refuses."""
    client = with_password(office, **HOST)
    client.post(REAUTHENTICATE, {"password": factories.PASSWORD})
    pages = [client.get(reverse("mfa_add_webauthn"))]
    passkey_of(client)
    pages += [with_password(office, **HOST).get(CODE), client.get(reverse("mfa_reauthenticate_webauthn"))]
    for page in pages:
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
        html = page.content.decode()
        for tag in re.findall(r"<script\b[^>]*>", html):
            assert 'type="application/json"' in tag or 'src="/static/' in tag or "nonce=" in tag
        assert "JavaScript" in html


# -- lost ----------------------------------------------------------------------------------


def test_lost_one_is_taken_away_by_two_and_never_by_oneself(office):
    leader, lost = factories.user(Role.LEADING_GROUP), factories.user(Role.INSPECTOR)
    secret = with_app(lost)
    theirs = signed_in(lost, secret)
    assert theirs.get(HOME).status_code == 200
    own = with_app(office)
    client = signed_in(office, own)
    page = reverse("people:second_factor_reset", args=[lost.pk])
    assert client.post(page, {"reason": "示例：手机丢失"}).status_code == 422
    assert client.post(page, {"reason": "示例：手机丢失", "seen": "on"}).url == lost.get_absolute_url()
    assert Authenticator.objects.filter(user=lost).exists()
    (motion,) = motions.Motion.objects.about(lost)
    for person in (office, lost):
        with pytest.raises((Refusal, PermissionDenied)):
            motions.agree(motion=motion, by=person)
    motions.agree(motion=motion, by=leader)
    assert not Authenticator.objects.filter(user=lost).exists()
    assert theirs.get(HOME).url.startswith(LOGIN)
    assert with_password(lost).get(HOME).url == SET_UP
    entry = LogEntry.objects.get(additional_data__sign_in="factor_reset")
    assert (entry.actor, entry.object_id) == (leader, lost.pk)
    assert Notification.objects.filter(user=lost, text=second_factor.RESET).exists()


def test_administrators_one_is_for_the_security_administrators(office):
    security, lost = factories.user(Role.SECURITY), factories.user(Role.SYSTEM)
    with_app(lost)
    client = signed_in(office, with_app(office))
    assert client.get(reverse("people:second_factor_reset", args=[lost.pk])).status_code == 403
    motion = motions.move(
        kind="user.second_factor", record=lost, values={"reason": "示例"}, by=factories.user(Role.SECURITY)
    )
    with pytest.raises(PermissionDenied):
        motions.agree(motion=motion, by=office)
    motions.agree(motion=motion, by=security)
    assert not Authenticator.objects.filter(user=lost).exists()


def test_nobody_resets_the_own_one(office):
    secret = with_app(office)
    client = signed_in(office, secret)
    assert client.get(reverse("people:second_factor_reset", args=[office.pk])).status_code == 403
    with pytest.raises(Refusal):
        second_factor.reset(person=office, by=office)


def test_administrator_takes_none_away_alone():
    security = factories.user(Role.SECURITY)
    client = signed_in(security, with_app(security))
    theirs = factories.user(Role.INSPECTOR)
    with_app(theirs)
    key = Authenticator.objects.get(user=theirs).pk
    assert (
        client.post(reverse("admin:mfa_authenticator_delete", args=[key]), {"post": "yes"}).status_code == 403
    )
    assert Authenticator.objects.filter(pk=key).exists()


def test_only_administrators_lost_one_is_taken_away_at_the_machine():
    lost = factories.user(Role.SECURITY)
    with_app(lost)
    said = StringIO()
    call_command("reset_second_factor", lost.username, stdout=said)
    assert lost.name in said.getvalue()
    assert not Authenticator.objects.filter(user=lost).exists()
    entry = LogEntry.objects.get(additional_data__sign_in="factor_reset")
    assert (entry.actor, entry.object_id) == (None, lost.pk)
    for wrong in (lost.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", wrong)


def test_health_counts_who_has_none_yet(office):
    factories.user(Role.LIAISON)
    with_app(factories.user(Role.INSPECTOR))
    assert second_factors().figures["people_without_second_factor"] == 1
    with_app(office)
    found = second_factors()
    assert (found.severity, found.figures["people_without_second_factor"]) == (Severity.OK, 0)


def test_code_stands_in_for_the_password_of_a_signature_once(office, rf):
    """A step that binds by name asks who it is: by password, or by what the person has."""
    secret = with_app(office)
    request = rf.post("/")
    request.user = office

    def says(typed):
        cache.clear()
        return OwnPasswordForm({"password": typed}, request=request).is_valid()

    assert says(factories.PASSWORD)
    assert not says("000000")
    code = code_of(secret)
    assert says(code)
    assert not says(code)


def test_every_page_of_it_is_in_the_portals_own_words():
    """allauth's own speak of keys and of activation, some of them in two languages at once."""
    served = [view for path, name in OF_THE_STAFF if name.startswith("mfa_") for view in [resolve(path).func]]
    pages = {view.view_class.template_name for view in served} - {"mfa/recovery_codes/download.txt"}
    theirs = Path(allauth.__file__).parent / "templates"
    messages = {str(path.relative_to(theirs)) for path in theirs.glob("mfa/messages/*.txt")}
    assert len(pages) > 8
    assert len(messages) > 4
    foreign = [name for name in pages | messages if get_template(name).origin.name.startswith(str(theirs))]
    assert foreign == []
