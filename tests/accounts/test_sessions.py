"""Sign-ins: how long they last, how many there are, on which device; seen and ended by their owner."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.conf import settings as ours
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.enums import Role, SessionEnd
from accounts.models import Notification, Session, User
from accounts.models.sessions import digest_of
from accounts.session_store import SessionStore
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HOME = reverse("desk:home")
PAGE = reverse("people:sessions")
LOGIN = reverse("account_login")
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36 Edg/149.0"
EDGE_LATER = EDGE.replace("149.0", "150.0")
PHONE = "Mozilla/5.0 (Linux; Android 16; V1) AppleWebKit/537.36 Chrome/149.0 Mobile Safari/537.36"


def browser(person: User, agent: str = EDGE, address: str = "10.1.2.3") -> Client:
    made = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    made.cookies[ours.LANGUAGE_COOKIE_NAME] = "en"
    made.post(LOGIN, {"login": person.username, "password": factories.PASSWORD})
    assert made.get(HOME).status_code == 200
    return made


def row(of: Client) -> Session:
    return Session.objects.get(digest=digest_of(of.cookies[ours.SESSION_COOKIE_NAME].value))


def age(of: Client, **times: datetime.timedelta) -> None:
    """Put a session's times into the past."""
    now = timezone.now()
    Session.objects.filter(pk=row(of).pk).update(**{name: now - ago for name, ago in times.items()})


def is_told(window: Client, why: SessionEnd) -> bool:
    """At its next page the window is led to the sign-in, which says why, and says it once."""
    page = window.get(HOME, follow=True)
    assert page.redirect_chain[0][0].startswith(LOGIN)
    assert str(why.label) not in window.get(LOGIN).content.decode()
    return str(why.label) in page.content.decode()


def in_trail(person: User) -> list[str]:
    entries = LogEntry.objects.filter(actor=person, additional_data__sign_in="ended").order_by("pk")
    return [entry.additional_data["why"] for entry in entries]


def test_idle_ends_it_and_is_told_once(office):
    window = browser(office)
    age(window, seen_at=datetime.timedelta(minutes=ours.PORTAL_SESSION_IDLE_MINUTES, seconds=1))
    assert is_told(window, SessionEnd.IDLE)
    assert in_trail(office) == [SessionEnd.IDLE]
    window.post(LOGIN, {"login": office.username, "password": factories.PASSWORD})
    assert window.get(HOME).status_code == 200


def test_page_puts_off_the_idle_end_and_writes_once_a_minute(office):
    window = browser(office)
    age(window, seen_at=datetime.timedelta(minutes=ours.PORTAL_SESSION_IDLE_MINUTES - 1))
    window.get(PAGE)
    seen = row(window).seen_at
    assert (timezone.now() - seen).total_seconds() < 60
    window.get(PAGE)
    assert row(window).seen_at == seen


def test_no_page_puts_off_its_greatest_age(office):
    window = browser(office)
    age(window, started_at=datetime.timedelta(hours=ours.PORTAL_SESSION_HOURS))
    assert is_told(window, SessionEnd.AGE)
    assert not Session.objects.running().filter(user=office).exists()


def test_what_was_typed_over_an_idle_end_stands_in_its_form_again(office):
    window, add = browser(office), reverse("people:organisation_add")
    age(window, seen_at=datetime.timedelta(hours=1))
    asked = window.post(add, {"name": "示例新单位"})
    assert asked.context["request"].kept_text
    kept = {"kept": asked.context["request"].kept_text, "next": add}
    signed_in = window.post(
        LOGIN, {"login": office.username, "password": factories.PASSWORD, **kept}, follow=True
    )
    assert 'value="示例新单位"' in signed_in.content.decode()


def test_one_too_many_ends_the_oldest(office):
    windows = [browser(office) for _ in range(ours.PORTAL_SESSIONS + 1)]
    assert office.sessions.running().count() == ours.PORTAL_SESSIONS
    assert is_told(windows[0], SessionEnd.MANY)
    assert all(window.get(HOME).status_code == 200 for window in windows[1:])
    other = browser(factories.user(Role.OFFICE))
    assert other.get(HOME).status_code == 200


def test_browsers_own_renewal_and_another_address_go_on(office):
    window = browser(office)
    assert window.get(HOME, HTTP_USER_AGENT=EDGE_LATER, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize("agent", [PHONE, "curl/8.0", ""])
def test_stolen_session_on_another_device_ends_told_and_in_the_trail(office, agent):
    window = browser(office)
    thief = Client(HTTP_USER_AGENT=agent)
    thief.cookies[ours.SESSION_COOKIE_NAME] = window.cookies[ours.SESSION_COOKIE_NAME].value
    assert thief.get(HOME).status_code == 302
    assert is_told(window, SessionEnd.DEVICE)
    assert in_trail(office) == [SessionEnd.DEVICE]
    assert "Edge · Windows" in str(Notification.objects.get(user=office, url=PAGE))


def test_stolen_session_reads_nothing_of_an_ended_one(office):
    """The row of an ended session holds nothing of it, and nothing writes into it any more."""
    window = browser(office)
    store = SessionStore(window.cookies[ours.SESSION_COOKIE_NAME].value)
    store["word"] = "kept"
    services.sessions.end(session=row(window), why=SessionEnd.OWNER)
    assert row(window).data == ""
    with pytest.raises(UpdateError):
        store.save()
    assert row(window).data == ""


def test_sign_in_at_a_new_browser_is_told_and_at_a_known_one_is_not(office):
    known = browser(office)
    known.post(reverse("account_logout"))
    known.post(LOGIN, {"login": office.username, "password": factories.PASSWORD})
    assert not Notification.objects.filter(user=office, text=services.sessions.NEW_DEVICE).exists()
    browser(office, PHONE, "203.0.113.9")
    told = str(Notification.objects.get(user=office, text=services.sessions.NEW_DEVICE))
    assert "Chrome · Android" in told
    assert "203.0.113.0/24" in told


def test_table_holds_no_cookie(office):
    key = browser(office).cookies[ours.SESSION_COOKIE_NAME].value
    assert not [one for one in Session.objects.values() if key in repr(one)]


def test_page_shows_where_one_is_signed_in_and_ends_one(office):
    here, there = browser(office), browser(office, PHONE, "203.0.113.9")
    foreign = browser(factories.user(Role.OFFICE))
    html = here.get(PAGE).content.decode()
    for words in ("Edge · Windows", "Chrome · Android", "10.1.2.0/24", "203.0.113.0/24", "this one"):
        assert words in html
    assert here.post(reverse("people:session_end", args=[row(foreign).pk])).status_code == 404
    assert foreign.get(HOME).status_code == 200
    here.post(reverse("people:session_end", args=[row(there).pk]))
    assert is_told(there, SessionEnd.OWNER)
    assert "Android" not in here.get(PAGE).content.decode()


def test_all_others_are_ended_at_once(office):
    here, *others = (browser(office) for _ in range(3))
    here.post(reverse("people:sessions_end_others"))
    assert here.get(PAGE).status_code == 200
    assert [is_told(window, SessionEnd.OWNER) for window in others] == [True, True]


def test_page_asks_the_same_however_many_there_are(office, django_assert_max_num_queries):
    windows = [browser(office) for _ in range(ours.PORTAL_SESSIONS)]
    with django_assert_max_num_queries(12):
        windows[0].get(PAGE)


def test_own_new_password_ends_the_others(office):
    here, other = browser(office), browser(office)
    new = "Xk7#twelve-Letters"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
    )
    assert here.get(HOME).status_code == 200
    assert is_told(other, SessionEnd.ACCOUNT)


ENDING = {
    "a link": lambda person, by: services.make_link(person=person, by=by),
    "switched off": lambda person, by: services.switch_off(
        person=person, successor=None, reason="示例", leaves_open=True, by=by
    ),
    "another role": lambda person, by: services.change_person(
        person=person,
        name=person.name,
        role=Role.DISTRICT,
        organisation=factories.district_office(factories.district()),
        phone="",
        email="",
        by=by,
    ),
}


@pytest.mark.parametrize("act", ENDING)
def test_what_changes_an_account_ends_its_sessions(act):
    person = factories.user(Role.OFFICE)
    window = browser(person)
    ENDING[act](person, factories.user(Role.OFFICE))
    assert is_told(window, SessionEnd.ACCOUNT)


@pytest.mark.parametrize("role", ["", *(role for role in Role if role != Role.OFFICE)])
def test_right_that_changes_past_every_service_ends_the_session_all_the_same(office, role):
    window = browser(office)
    User.objects.filter(pk=office.pk).update(role=role)
    assert window.get(HOME).status_code == 302


def test_old_sessions_are_cleared(office):
    window = browser(office)
    age(window, started_at=datetime.timedelta(hours=ours.PORTAL_SESSION_HOURS))
    kept = browser(office)
    SessionStore.clear_expired()
    assert list(Session.objects.filter(user=office)) == [row(kept)]


def test_signed_out_session_is_gone(office):
    window = browser(office)
    window.post(reverse("account_logout"))
    assert not office.sessions.exists()
