"""Wrong passwords: strangers are slowed, owners go on, and nobody learns whether there is an account."""

import datetime
import itertools
import statistics
import time

import pytest
from auditlog.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import known_devices, tasks
from accounts.enums import Role
from accounts.forms.own_password import OwnPasswordForm
from accounts.knocking import GUESSED, SEVERAL, TRIED
from accounts.models import KnownPlace, Notification, TriesInHour, User
from audit.enums import SignIn
from core.brakes import LIMITS
from core.health import conditions
from tests import factories
from tests.accounts.factors import CODE, code_of, signed_in, with_app, with_password

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
HOME, AWAY = "10.7.0.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _no_counters():
    cache.clear()


@pytest.fixture
def owner():
    return factories.user(Role.OFFICE)


def sign_in(browser, name, password=factories.PASSWORD, address=HOME):
    return browser.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def is_in(browser):
    return "_auth_user_id" in browser.session


def known_browser(person, address=HOME):
    browser = Client()
    sign_in(browser, person.username, address=address)
    assert is_in(browser)
    browser.post(reverse("account_logout"))
    assert not is_in(browser)
    return browser


def attack(name, tries, address=AWAY):
    return [sign_in(Client(), name, f"wrong{n}", address) for n in range(tries)]


def told(answer):
    return [str(error) for error in answer.context["form"].non_field_errors()]


def test_stranger_is_slowed_and_told_how_long(owner):
    answers = attack(owner.username, 6)
    assert len({str(told(answer)) for answer in answers[:5]}) == 1
    assert told(answers[5]) == ["密码错误次数过多，请1分钟后再试。"]
    assert LIMITS["sign_in_account"].most == 5


def test_owner_goes_on_from_a_known_browser_wherever_it_is(owner):
    browser = known_browser(owner)
    attack(owner.username, 12)
    sign_in(browser, owner.username, address="198.51.100.4")
    assert is_in(browser)


def test_owner_goes_on_from_a_known_address_with_a_new_browser(owner):
    known_browser(owner)
    attack(owner.username, 12)
    new = Client()
    sign_in(new, owner.username)
    assert is_in(new)


def test_a_known_address_is_known_of_its_own_accounts_alone(owner):
    other = factories.user(Role.OFFICE)
    known_browser(other)
    attack(owner.username, 5)
    stranger = Client()
    sign_in(stranger, owner.username)
    assert not is_in(stranger)


def test_a_colleague_at_the_same_address_does_not_shut_out_a_known_browser(owner):
    browser = known_browser(owner)
    attack(owner.username, 15, address=HOME)
    sign_in(browser, owner.username)
    assert is_in(browser)


def test_a_known_browser_has_its_limit_too(owner):
    browser = known_browser(owner)
    most = LIMITS["sign_in_known"].most
    for n in range(most):
        sign_in(browser, owner.username, f"wrong{n}")
    sign_in(browser, owner.username)
    assert not is_in(browser)


@pytest.mark.parametrize("cookie", ["", "x", "abc:def:ghi", "0" * 32])
def test_a_forged_cookie_makes_nobody_known(owner, cookie):
    known_browser(owner)
    attack(owner.username, 5)
    forger = Client()
    forger.cookies[known_devices.COOKIE] = cookie
    sign_in(forger, owner.username, address=AWAY)
    assert not is_in(forger)


def test_cookie_is_for_the_server_alone_and_lasts(owner):
    browser = Client()
    answer = sign_in(browser, owner.username)
    cookie = answer.cookies[known_devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 180 * 86400
    assert known_devices.COOKIE not in sign_in(browser, owner.username).cookies
    kept = set(KnownPlace.objects.values_list("digest", flat=True))
    assert not any(part in digest for digest in kept for part in (HOME, cookie.value.split(":")[0]))


def test_waiting_is_never_for_ever(owner):
    """Each limit lets go by itself, the longest after a day; what was refused makes nobody wait longer."""
    rows = [LIMITS[name] for name in LIMITS if name.startswith("sign_in")]
    assert max(limit.seconds for limit in rows) == 86400
    attack(owner.username, 30)
    assert LIMITS["sign_in_account_hour"].wait(owner.username.upper()) == 0


def test_right_password_costs_no_place(owner):
    for _ in range(8):
        browser = Client()
        sign_in(browser, owner.username, address=AWAY)
        assert is_in(browser)


def test_nobody_reads_from_an_answer_whether_there_is_an_account(owner):
    there, nowhere = attack(owner.username, 8), attack("nobodyatall", 8)
    assert [told(answer) for answer in there] == [told(answer) for answer in nowhere]
    assert {answer.status_code for answer in there} == {answer.status_code for answer in nowhere}


def test_an_account_that_is_there_costs_as_much_as_one_that_is_not(owner):
    """In questions to the database and in hashes; the time of either is nearly all of the answer's."""

    addresses = itertools.count(1)

    def cost(name):
        with CaptureQueriesContext(connection) as asked:
            began = time.process_time()
            sign_in(Client(), name, "wrong", address=f"192.0.2.{next(addresses)}")
            return len(asked), time.process_time() - began

    sign_in(Client(), "warmup", "wrong")
    there = [cost(owner.username) for _ in range(4)]
    nowhere = [cost(f"nobody{n}") for n in range(4)]
    assert {questions for questions, _seconds in there} == {questions for questions, _seconds in nowhere}
    middle = [statistics.median(seconds for _questions, seconds in costs) for costs in (there, nowhere)]
    assert max(middle) < 1.6 * min(middle)


def test_owner_is_told_once_how_often_others_tried(owner):
    browser = known_browser(owner)
    attack(owner.username, 7)
    sign_in(browser, owner.username)
    page = browser.get(reverse("desk:home"))
    assert "错误密码尝试登录您的账号7次" in page.content.decode()
    [line] = Notification.objects.filter(user=owner, text=TRIED)
    assert line.about == {"n": "7"}
    browser.post(reverse("account_logout"))
    sign_in(browser, owner.username)
    assert Notification.objects.filter(user=owner, text=TRIED).count() == 1


def test_own_mistakes_are_not_told_as_somebody_elses(owner):
    browser = known_browser(owner)
    sign_in(browser, owner.username, "wrong")
    sign_in(browser, owner.username)
    assert not Notification.objects.filter(user=owner, text=TRIED).exists()


def test_thousands_of_tries_are_some_entries_and_one_number():
    for n in range(14):
        sign_in(Client(), f"nobody{n}", "wrong", address=AWAY)
    failed = LogEntry.objects.filter(additional_data__sign_in=SignIn.FAILED)
    assert failed.count() == LIMITS["trail_of_tries"].most
    before = timezone.now() - datetime.timedelta(hours=1)
    TriesInHour.objects.update(hour=before.replace(minute=0, second=0, microsecond=0))
    tasks.tell_of_tries()
    tasks.tell_of_tries()
    [entry] = LogEntry.objects.filter(additional_data__sign_in=SignIn.TRIES)
    assert entry.object_repr.endswith("14 + 0")


def test_many_tries_are_a_condition():
    [condition] = [each for each in conditions if each.id == "sign_ins"]
    assert condition.look().severity == "ok"
    TriesInHour.add(failed=200, refused=150)
    found = condition.look()
    assert found.severity == "warning"
    assert found.figures == {"sign_ins_failed": 200, "sign_ins_refused": 150}


def test_what_is_over_is_cleared_by_the_clock(owner, settings):
    browser = known_browser(owner)
    sign_in(browser, owner.username)
    key = browser.session.session_key
    KnownPlace.objects.update(used_at=timezone.now() - datetime.timedelta(days=181))
    owner.sessions.update(started_at=timezone.now() - datetime.timedelta(days=3))
    kept = Client()
    sign_in(kept, factories.user(Role.OFFICE).username)
    tasks.clear_expired()
    assert not owner.known_places.exists()
    assert not owner.sessions.exists()
    assert KnownPlace.objects.count() == 2
    assert key
    assert is_in(kept)
    names = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"accounts.tasks.clear_expired", "core.tasks.clear_cache", "accounts.tasks.tell_of_tries"} <= names


def under_attack(tries, names, addresses, owners):
    """So many wrong passwords over so many names from so many addresses, while owners sign in among them."""
    people = [factories.user(Role.LIAISON) for _ in range(owners)]
    browsers = [(person, known_browser(person, f"10.8.0.{n}")) for n, person in enumerate(people, start=1)]
    for person in people:
        User.objects.filter(pk=person.pk).update(strange_tries=0)
    cache.clear()
    TriesInHour.objects.all().delete()
    meant = [person.username for person in people]
    meant += [f"ghost{n}" for n in range(names - owners)]
    every = tries // owners
    for n in range(tries):
        address = f"203.0.113.{n % addresses + 1}"
        sign_in(Client(), meant[n % names], f"wrong{n}", address)
        if n % every == every - 1 and browsers:
            person, browser = browsers.pop()
            sign_in(browser, person.username, address="198.51.100.77")
            assert is_in(browser), person
    assert not browsers
    # The clock may strike meanwhile.
    return TriesInHour.objects.aggregate(failed=Sum("failed"), refused=Sum("refused"))


def most_checks(tries, names, addresses):
    """The sum of what the limits let strangers have in less than an hour."""
    by_account = names * LIMITS["sign_in_account_hour"].most
    by_address = addresses * LIMITS["sign_in_address_hour"].most
    return min(tries, by_account, by_address)


def test_owners_sign_in_at_once_while_their_names_are_attacked():
    """600 tries over ten owners' and two other names from ten addresses."""
    tried = under_attack(tries=600, names=12, addresses=10, owners=10)
    assert tried["failed"] + tried["refused"] == 600
    assert tried["failed"] <= most_checks(600, 12, 10) == 240
    assert LogEntry.objects.filter(additional_data__sign_in=SignIn.FAILED).count() <= 200


@pytest.mark.slow
def test_ten_thousand_tries_over_a_thousand_names():
    tried = under_attack(tries=10_000, names=1_000, addresses=100, owners=30)
    assert tried["failed"] + tried["refused"] == 10_000
    assert tried["failed"] <= most_checks(10_000, 1_000, 100)
    assert LogEntry.objects.filter(additional_data__sign_in=SignIn.FAILED).count() <= 200


# -- behind a known address, and codes -------------------------------------------------------------


def wait_for(*names):
    """As if their time were over: the places are given back."""
    for name in names:
        cache.delete_many([key for key in _places() if f"brake-{name}-" in key])


def _places():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM portal_cache")
        return [row[0].split(":", 2)[2] for row in cursor.fetchall()]


def test_a_colleague_behind_a_known_address_does_not_guess_on_and_on(owner):
    """Ten in five minutes would be thousands a day; who has the owner's browser goes on all the while."""
    browser = known_browser(owner)
    looked_at = 0
    for _round in range(9):
        for answer in attack(owner.username, LIMITS["sign_in_known"].most, address=HOME):
            looked_at += "次数过多" not in str(told(answer))
        wait_for("sign_in_known")
    assert looked_at == LIMITS["sign_in_house_hour"].most
    colleague = factories.user(Role.OFFICE)
    for person, at in ((owner, browser), (colleague, Client())):
        sign_in(at, person.username)
        assert is_in(at)


def test_the_owner_is_told_of_failures_behind_a_known_address(owner):
    browser = known_browser(owner)
    attack(owner.username, 4, address=HOME)
    owner.refresh_from_db()
    assert owner.strange_tries == 4
    sign_in(browser, owner.username)
    assert Notification.objects.filter(user=owner, text=TRIED).exists()


def test_wrong_codes_of_a_thief_of_the_password_do_not_keep_the_owner_out(owner):
    secret = with_app(owner)
    at_home = signed_in(owner, secret, REMOTE_ADDR=HOME)
    at_home.post(reverse("account_logout"))
    thief = with_password(owner, REMOTE_ADDR=AWAY)
    answers = [thief.post(CODE, {"code": "000000"}) for _try in range(LIMITS["second_factor"].most + 1)]
    assert "Too many" in str(answers[-1].context["form"].errors)
    sign_in(at_home, owner.username)
    at_home.post(CODE, {"code": code_of(secret, steps_on=1)}, REMOTE_ADDR=HOME)
    assert is_in(at_home)
    assert Notification.objects.filter(user=owner, text=GUESSED).count() == 1


# -- the own password before a signature -----------------------------------------------------------


def guess_own(person, *typed, rf):
    request = rf.post("/", REMOTE_ADDR=HOME)
    request.user = person
    return [str(OwnPasswordForm({"password": each}, request=request).errors) for each in typed]


def own_wrong(person):
    entries = LogEntry.objects.get_for_object(person)
    return entries.filter(additional_data__sign_in=SignIn.OWN_WRONG)


def test_each_wrong_guess_before_a_signature_is_in_the_trail_without_what_was_typed(owner, rf):
    guess_own(owner, "guess-one-9", "000000", factories.PASSWORD, rf=rf)
    assert own_wrong(owner).count() == 2
    for entry in own_wrong(owner):
        assert (entry.actor, entry.remote_addr) == (owner, HOME)
        assert "guess-one-9" not in str(entry.__dict__)
        assert "000000" not in str(entry.additional_data)
    assert not Notification.objects.filter(user=owner, text=GUESSED).exists()
    guess_own(owner, "guess-two-9", rf=rf)
    assert Notification.objects.filter(user=owner, text=GUESSED).count() == 1


def test_passwords_and_codes_share_one_limit_wherever_the_own_one_is_asked_for(owner, rf):
    secret = with_app(owner)
    client = signed_in(owner, secret, REMOTE_ADDR=HOME)
    for _try in range(LIMITS["own_password"].most - 3):
        assert LIMITS["own_password"].takes(str(owner.pk))
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert own_wrong(owner).count() == 1
    said = guess_own(owner, "wrong", factories.PASSWORD, rf=rf)
    assert "过多" in said[-1]
    answer = client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    assert answer.status_code == 200
    wait_for("own_password")
    answer = client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    assert answer.status_code == 302


def test_right_ones_use_no_place_up(owner, rf):
    said = guess_own(owner, *[factories.PASSWORD] * (LIMITS["own_password"].most + 5), rf=rf)
    assert not any(said)


def change_own(client, old, new):
    return client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
    )


def test_page_that_changes_the_password_is_no_other_place_to_guess_it(owner):
    """Who found a session open types there as well: with the same limit, into the trail, and told."""
    client = signed_in(owner, with_app(owner), REMOTE_ADDR=HOME)
    for n in range(SEVERAL):
        change_own(client, f"guess-{n}", "Lvcha-7-chuangkou-xue")
    assert own_wrong(owner).count() == SEVERAL
    assert Notification.objects.filter(user=owner, text=GUESSED).count() == 1
    while LIMITS["own_password"].takes(str(owner.pk)):
        pass
    answer = change_own(client, factories.PASSWORD, "Lvcha-7-chuangkou-xue")
    assert "Too many" in str(answer.context["form"].errors)


def test_new_password_does_not_tell_who_has_no_old_one_what_the_old_one_is(owner):
    client = signed_in(owner, with_app(owner), REMOTE_ADDR=HOME)
    for old, is_told in (("wrong", False), (factories.PASSWORD, True)):
        form = change_own(client, old, factories.PASSWORD).context["form"]
        assert form.has_error("password1", "password_used") is is_told
