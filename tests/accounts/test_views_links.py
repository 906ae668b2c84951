"""Links to set a password: shown once, used once, for a while."""

import re

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.enums import PersonState, Role
from accounts.models import Notification, User
from accounts.services.administrators import open_on_the_machine
from accounts.services.links import LINK_USED
from audit.enums import SignIn
from core.acting import Refusal
from tests import factories
from tests.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NEW = "Lvcha-7-chuangkou-xue"
LOGIN = reverse("account_login")


@pytest.fixture(autouse=True)
def _no_counters():
    cache.clear()


def url(name, person):
    return reverse(f"people:{name}", args=[person.pk])


def link(person, token):
    return reverse("account_link", args=[services.link_key(person), token])


def made(client, manager, person):
    """The address that the manager is shown for a new link."""
    client.force_login(manager)
    html = client.post(url("link_make", person), follow=True).content.decode()
    return re.search(r"<code>(http://testserver/accounts/link/[^<]+)</code>", html)[1]


def opened(client, address):
    """The page with the form, after the token has left the address."""
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.endswith("/set-password/")
    return response.url


def test_manager_is_asked_before_the_old_password_dies(client, office, liaison):
    client.force_login(office)
    assert client.get(url("link_make", liaison)).status_code == 200
    liaison.refresh_from_db()
    assert liaison.check_password(factories.PASSWORD)


def test_link_ends_password_and_sessions_at_once(client, office, liaison):
    theirs = Client()
    theirs.force_login(liaison)
    made(client, office, liaison)
    assert theirs.get(reverse("desk:home")).status_code == 302
    liaison.refresh_from_db()
    assert not liaison.check_password(factories.PASSWORD)
    assert liaison.state == PersonState.INVITED


def test_link_is_in_the_trail_without_its_token(client, office, liaison):
    address = made(client, office, liaison)
    entry = LogEntry.objects.get_for_object(liaison).latest("pk")
    assert entry.actor == office
    assert sorted(entry.changes_dict) == ["link_made_at", "link_made_by", "link_made_on"]
    assert address.split("/")[-2] not in str(entry.changes)


def test_slip_is_shown_once(client, office, liaison):
    client.force_login(office)
    response = client.post(url("link_make", liaison))
    assert response.url == url("link", liaison)
    slip = client.get(response.url)
    html = slip.content.decode()
    assert liaison.username in html
    assert "<svg" in html
    assert slip["Cache-Control"] == "no-store, private"
    again = client.get(response.url)
    assert again.url == url("person", liaison)
    assert "/accounts/link/" not in client.get(again.url).content.decode()


def test_slip_is_for_the_person_it_was_made_for(client, office, liaison, clerk):
    client.force_login(office)
    client.post(url("link_make", liaison))
    assert client.get(url("link", clerk)).status_code == 302


def test_person_sets_a_password_and_signs_in(client, office, liaison):
    address = made(client, office, liaison)
    theirs = Client()
    page = opened(theirs, address)
    html = theirs.get(page).content.decode()
    assert liaison.name in html
    assert liaison.username in html
    assert address.split("/")[-2] not in html
    response = theirs.post(page, {"new_password1": NEW, "new_password2": NEW})
    assert response.url == LOGIN
    liaison.refresh_from_db()
    assert liaison.check_password(NEW)
    assert (liaison.state, liaison.link_made_at) == (PersonState.ACTIVE, None)
    assert theirs.post(LOGIN, {"login": liaison.username, "password": NEW}).url == reverse("desk:home")


def test_page_names_who_made_the_link(client, office, liaison):
    theirs = Client()
    page = theirs.get(opened(theirs, made(client, office, liaison))).content.decode()
    assert f"<dd>{office.name}，" in page


def test_use_of_a_link_is_told_to_its_person_and_the_trail(client, office, liaison):
    theirs = Client()
    page = opened(theirs, made(client, office, liaison))
    theirs.post(page, {"new_password1": NEW, "new_password2": NEW}, REMOTE_ADDR="198.51.100.9")
    line = Notification.objects.get(user=liaison, text=LINK_USED)
    assert office.name in str(line)
    assert "198.51.100.0/24" in str(line)
    entry = LogEntry.objects.get(additional_data__sign_in=SignIn.LINK)
    assert (entry.object_id, entry.remote_addr) == (liaison.pk, "198.51.100.9")
    assert liaison.known_places.count() == 2


def test_digits_of_the_telephone_on_record_are_asked_for(client, office, liaison):
    liaison.phone = "0473-2018845"
    liaison.save()
    theirs = Client()
    page = opened(theirs, made(client, office, liaison))
    assert "8845" not in theirs.get(page).content.decode()
    new = {"new_password1": NEW, "new_password2": NEW}
    for digits in ("", "0000", "x", "1111", "2222", "3333"):
        answer = theirs.post(page, new | {"digits": digits})
        assert answer.status_code == 422
        assert "digits" in answer.context["form"].errors
    held = theirs.post(page, new | {"digits": "8845"})
    assert "号码错误次数过多，请1小时后再试" in held.content.decode()
    cache.clear()
    assert theirs.post(page, new | {"digits": "8845"}).status_code == 302
    liaison.refresh_from_db()
    assert liaison.check_password(NEW)


def test_whoever_is_signed_in_at_this_browser_is_signed_out(client, office, liaison):
    page = opened(client, made(client, office, liaison))
    client.post(page, {"new_password1": NEW, "new_password2": NEW})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("first", "second"),
    [("short", "short"), (NEW, "Hetao-7-chuangkou-xue"), ("", ""), ("1234567890123", "1234567890123")],
)
def test_bad_password_is_refused_at_its_field(client, office, liaison, first, second):
    page = opened(client, made(client, office, liaison))
    response = client.post(page, {"new_password1": first, "new_password2": second})
    assert response.status_code == 422
    assert response.context["form"].errors
    liaison.refresh_from_db()
    assert not liaison.has_usable_password()


def test_link_serves_once(client, office, liaison):
    address = made(client, office, liaison)
    client.logout()
    page = opened(client, address)
    other = Client()
    opened(other, address)
    client.post(page, {"new_password1": NEW, "new_password2": NEW})
    for late in (
        client.get(address),
        other.post(page, {"new_password1": "x" * 12, "new_password2": "x" * 12}),
    ):
        assert late.status_code == 410
    gone = client.get(address)
    assert not gone.context["validlink"]
    assert reverse("account_login") in gone.content.decode()
    liaison.refresh_from_db()
    assert liaison.check_password(NEW)


def test_newer_link_replaces_an_older_one(client, office, liaison):
    old, new = made(client, office, liaison), made(client, office, liaison)
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 302


def test_link_dies_with_a_newer_sign_in(client, office, liaison):
    token = default_token_generator.make_token(liaison)
    User.objects.filter(pk=liaison.pk).update(last_login=timezone.now())
    assert client.get(link(liaison, token)).status_code == 410


@pytest.mark.parametrize(("seconds", "status"), [(-60, 302), (60, 410)])
def test_link_expires(client, settings, liaison, seconds, status):
    made_at = default_token_generator._num_seconds(default_token_generator._now())
    made_at -= settings.PASSWORD_RESET_TIMEOUT + seconds
    token = default_token_generator._make_token_with_timestamp(liaison, made_at, settings.SECRET_KEY)
    assert client.get(link(liaison, token)).status_code == status


@pytest.mark.parametrize("key", ["MTI", "!!", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "YWJj"])
def test_forged_link_is_gone(client, key):
    assert client.get(reverse("account_link", args=[key, "abc123-0123456789abcdef"])).status_code == 410
    assert client.get(reverse("account_link", args=[key, "set-password"])).status_code == 410


def test_token_of_one_person_does_not_open_another(client, liaison, clerk):
    token = default_token_generator.make_token(liaison)
    assert client.get(link(clerk, token)).status_code == 410


def test_link_of_somebody_switched_off_is_gone(client, office, liaison):
    address = made(client, office, liaison)
    User.objects.filter(pk=liaison.pk).update(is_active=False)
    assert client.get(address).status_code == 410
    client.force_login(office)
    assert client.post(url("link_make", liaison)).url == url("person", liaison)
    assert "switched off" in client.get(url("person", liaison)).content.decode()


def test_next_address_is_never_taken_from_the_link(client, office, liaison):
    page = opened(client, made(client, office, liaison))
    answer = client.post(
        f"{page}?next=https://evil.example/",
        {"new_password1": NEW, "new_password2": NEW, "next": "//evil.example"},
    )
    assert answer.url == LOGIN


@pytest.mark.django_db(transaction=True)
def test_link_taken_by_two_at_once_sets_one_password(liaison):
    token = default_token_generator.make_token(liaison)
    key = services.link_key(liaison)
    passwords = ("Lvcha-1-chuangkou-xue", "Lvcha-2-chuangkou-xue")
    outcomes = at_once(
        *(lambda word=word: services.take_link(key=key, token=token, password=word) for word in passwords)
    )
    assert kinds(outcomes) == ["Refusal", "done"]
    liaison.refresh_from_db()
    winner = next(
        word for word, came in zip(passwords, outcomes, strict=True) if not isinstance(came, Refusal)
    )
    assert liaison.check_password(winner)


@pytest.mark.django_db(transaction=True)
def test_same_person_added_twice_at_once_has_one_account(office):
    unit = factories.unit()
    facts = {"name": "张三丰", "role": Role.LIAISON, "organisation": unit, "by": office}
    outcomes = at_once(lambda: services.invite(**facts), lambda: services.invite(**facts))
    assert kinds(outcomes) == ["ValidationError", "done"]
    assert unit.people.count() == 1


# -- many at once ------------------------------------------------------------------

MAKE_SHEET, SHEET = reverse("people:link_sheet_make"), reverse("people:link_sheet")


def invited(*names: str) -> list[User]:
    people = [factories.user(Role.LIAISON) for _name in names]
    for person, name in zip(people, names, strict=True):
        person.name = name
        person.set_unusable_password()
        person.save()
    return people


def test_links_for_many_are_one_sheet_that_is_shown_once(client, office, liaison):
    first, second, third = invited("示例甲", "示例乙", "示例丙")
    client.force_login(office)
    page = client.get(MAKE_SHEET)
    assert set(page.context["form"].fields["people"].queryset) == {first, second, third}
    body = {"people": [first.pk, second.pk]}
    sheet = client.post(MAKE_SHEET, body, follow=True)
    assert sheet.redirect_chain == [(SHEET, 302)]
    html = sheet.content.decode()
    assert [name in html for name in ("示例甲", "示例乙", "示例丙")] == [True, True, False]
    addresses = re.findall(r"<code>(http://testserver/accounts/link/[^<]+)</code>", html)
    assert len(addresses) == 2
    assert client.get(SHEET).url == MAKE_SHEET
    assert all(opened(Client(), address) for address in addresses)
    traced = LogEntry.objects.get_for_objects(User.objects.filter(pk__in=[first.pk, second.pk]))
    made_links = traced.filter(action=LogEntry.Action.UPDATE)
    assert {entry.actor for entry in made_links if "link_made_at" in entry.changes} == {office}
    assert liaison.check_password(factories.PASSWORD)
    # Who holds a link is not ticked again by itself.
    assert client.get(MAKE_SHEET).context["form"].fields["people"].initial == [third.pk]


def test_links_for_many_are_for_whom_the_list_shows_and_one_may_manage(client, office):
    [mine], [other] = invited("示例甲"), invited("示例乙")
    district = factories.user(Role.DISTRICT)
    client.force_login(district)
    assert not client.get(MAKE_SHEET).context["form"].fields["people"].queryset
    assert client.post(MAKE_SHEET, {"people": [other.pk]}).status_code == 422
    client.force_login(office)
    page = client.get(MAKE_SHEET, {"q": "示例甲"})
    assert list(page.context["form"].fields["people"].queryset) == [mine]
    other.set_password(NEW)
    other.save()
    assert client.post(MAKE_SHEET, {"people": [other.pk]}).status_code == 422
    assert client.post(MAKE_SHEET, {}).status_code == 422


@pytest.mark.parametrize(
    "role", [Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR, Role.SYSTEM]
)
def test_links_for_many_are_not_for_others(client, role):
    client.force_login(factories.user(role))
    assert [client.get(page).status_code for page in (MAKE_SHEET, SHEET)] == [403, 403]


def test_sheet_for_nobody_says_so_instead_of_an_empty_choice(client, office):
    client.force_login(office)
    page = client.get(MAKE_SHEET).content.decode()
    assert "Everybody in this list has signed in already" in page
    assert "Make the links" not in page


# -- nobody uses a link for somebody else unseen -----------------------------------------------


def test_person_and_administrators_are_told_of_a_new_link(client, office, liaison):
    admin = factories.user(Role.SECURITY)
    services.make_link(person=liaison, by=office)
    told = Notification.objects.order_by("pk")
    assert [line.user for line in told] == [liaison, admin]
    assert all(str(office) in str(line) for line in told)


def test_first_sign_in_after_it_says_so(client, office, liaison):
    token = services.make_link(person=liaison, by=office)
    services.take_link(key=services.link_key(liaison), token=token, password=NEW)
    page = client.post(LOGIN, {"login": liaison.username, "password": NEW}, follow=True)
    assert f"{office} made a link to set your password anew" in page.content.decode()


def test_nobody_is_told_of_the_first_link(office):
    person, _token = services.invite(
        name="示例新人", role=Role.LIAISON, organisation=factories.unit(), by=office
    )
    assert not Notification.objects.filter(user=person).exists()


def test_administrators_link_made_on_the_machine_shows_no_empty_facts(client):
    person, token = open_on_the_machine(name="钱学文", role=Role.SECURITY)
    page = client.get(opened(client, link(person, token)))
    assert "None" not in page.content.decode()
    client.post(page.wsgi_request.path, {"new_password1": NEW, "new_password2": NEW})
    assert "link made on the machine" in Notification.objects.get(user=person).text


def test_weak_password_is_told_where_it_was_typed(client, office, liaison):
    address = opened(client, made(client, office, liaison))
    form = client.post(address, {"new_password1": "aaaaaaaaaaab", "new_password2": "aaaaaaaaaaab"}).context[
        "form"
    ]
    assert list(form.errors) == ["new_password1"]


def test_who_has_the_slip_and_not_the_telephone_learns_nothing_of_former_passwords(client, office, liaison):
    liaison.phone = "0473-2018845"
    liaison.save()
    liaison.used_passwords.create(password=make_password(NEW))
    theirs = Client()
    page = opened(theirs, made(client, office, liaison))
    for digits, is_told in (("0000", False), ("8845", True)):
        answer = theirs.post(page, {"new_password1": NEW, "new_password2": NEW, "digits": digits})
        assert answer.context["form"].has_error("new_password1", "password_used") is is_told
