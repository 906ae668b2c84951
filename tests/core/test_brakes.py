"""So many acts from one address in so much time, however they come."""

import datetime
import hashlib

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from core import brakes
from core.brakes import Brake, Limit, source_of
from tests.at_once import at_once, on_both
from wuhai_portal import limits

pytestmark = pytest.mark.django_db
BRAKE = Brake((Limit("test", "address", 3, 60),))


def asked(address):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def taken(address, times):
    return [BRAKE.takes(asked(address)) for _ in range(times)]


def test_brake_gives_so_many_places_and_no_more():
    assert not BRAKE.holds(asked("10.0.0.1"))
    assert taken("10.0.0.1", 5) == [True, True, True, False, False]
    assert BRAKE.holds(asked("10.0.0.1"))
    assert not BRAKE.holds(asked("10.0.0.2"))
    assert not Brake((Limit("other", "address", 3, 60),)).holds(asked("10.0.0.1"))


def test_brake_lets_go_when_the_time_is_over():
    short = Brake((Limit("short", "address", 1, -1),))
    assert short.takes(asked("10.0.0.1"))
    assert not short.holds(asked("10.0.0.1"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
    ],
)
def test_brake_counts_a_household_of_ipv6_as_one(one, other, same):
    taken(one, 3)
    assert BRAKE.holds(asked(other)) is same


@on_both
@pytest.mark.django_db(transaction=True)
def test_burst_of_many_at_once_gets_no_more_places_than_there_are(database):
    won = []
    # The cache is not emptied after a test that commits.
    burst = Brake((Limit(f"burst_{database}", "address", 3, 60),))
    at_once(*[lambda: won.append(burst.takes(asked("10.0.0.1"))) for _ in range(12)])
    assert sorted(won) == [False] * 9 + [True] * 3


def test_limits_are_those_decided():
    """An address: letters and what follows them forty an hour, as receipts that are none; a device half."""
    public = ("objections", "attachments", "receipts", "appraisal_codes")
    rows = {name: row for name, row in limits.TABLE.items() if name.startswith(public)}
    assert rows == {
        "objections_device": ("device", 20, 3600),
        "objections_address": ("address", 40, 3600),
        "attachments_device": ("device", 20, 3600),
        "attachments_address": ("address", 40, 3600),
        "receipts_device": ("device", 20, 3600),
        "receipts_address": ("address", 40, 3600),
        "appraisal_codes_device": ("device", 60, 600),
        "appraisal_codes_address": ("address", 120, 600),
    }
    assert settings.PORTAL_LIMITS == limits.TABLE
    kinds = {per for per, _most, _seconds in limits.TABLE.values()}
    assert kinds == {"account", "device", "address", "portal"}


def test_environment_changes_a_line_and_no_other():
    table = limits.limits(["objections_address=80/60"])
    assert table == limits.TABLE | {"objections_address": ("address", 80, 60)}
    assert limits.for_allauth(table, "change_password", "user") == "5/60s/user"


@pytest.mark.parametrize(
    "line", ["none=1/1", "objections_address=0/60", "objections_address=5", "x", "a=b/c"]
)
def test_a_line_that_is_none_stops_the_start(line):
    with pytest.raises(ImproperlyConfigured, match="PORTAL_LIMITS"):
        limits.limits([line])


def test_one_device_does_not_use_up_its_whole_address():
    """A script in a café leaves the others there theirs, an elder's telephone too."""
    brake = Brake((Limit("cafe_device", "device", 2, 60), Limit("cafe_address", "address", 4, 60)))

    def by(browser):
        return RequestFactory().post("/", REMOTE_ADDR="10.0.0.1", HTTP_USER_AGENT=browser)

    assert [brake.takes(by("script")) for _ in range(50)] == [True] * 2 + [False] * 48
    assert brake.takes(by("telephone"))
    assert not brake.holds(by("telephone"))
    assert brake.holds(by("script"))


def test_a_limit_of_the_whole_portal_counts_everybody_as_one():
    assert brakes.who(asked("10.0.0.1"), "portal") == brakes.who(asked("10.9.9.9"), "portal")
    assert brakes.who(asked("10.0.0.1"), "address") != brakes.who(asked("10.9.9.9"), "address")


def test_what_is_refused_by_one_limit_takes_no_place_of_another():
    full = Limit("full", "device", 1, 60)
    wide = Limit("wide", "address", 2, 60)
    assert full.takes("one")
    assert brakes.take([(wide, "here"), (full, "one")]) == ([], 60)
    places, _seconds = brakes.take([(wide, "here"), (wide, "here")])
    assert len(places) == 2
    brakes.give_back(places[:1])
    assert wide.takes("here")
    assert not wide.takes("here")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (3600, "1 hour"), (7000, "2 hours")],
)
def test_wait_is_told_in_words(seconds, words, english):
    assert brakes.in_words(seconds) == words


@on_both
def test_standing_tells_each_limit_exactly(database):
    cache.clear()
    limit = brakes.LIMITS["objections_device"]
    for _ in range(limit.most):
        limit.takes("one")
    limit.takes("other")
    told = {held.limit.name: held for held in brakes.standing()}
    assert set(told) == set(limits.TABLE)
    assert (told["objections_device"].places, told["objections_device"].takers) == (limit.most + 1, 2)
    assert told["objections_device"].waiting == 1
    assert abs((timezone.now() - told["objections_device"].since).total_seconds()) < 10
    assert (told["receipts_device"].places, told["receipts_device"].since) == (0, None)


def test_what_is_over_is_forgotten_and_nothing_else():
    Limit("gone", "address", 1, -5).takes("one")
    limit = Limit("here", "address", 1, 60)
    limit.takes("one")
    brakes.forget_old()
    table = settings.CACHES["default"]["LOCATION"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key FROM {table} WHERE cache_key LIKE '%brake-gone%'")  # noqa: S608
        assert cursor.fetchall() == []
    assert limit.holds("one")


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
    ],
)
def test_source_of_an_act(address, source):
    assert source_of(asked(address)) == source


def test_place_is_kept_as_long_as_is_said_under_a_digest():
    brake = Brake((Limit("kept", "address", 2, 3600),))
    assert [brake.takes(asked("10.0.0.7")) for _ in range(3)] == [True, True, False]
    digest = hashlib.sha256(b"10.0.0.7").hexdigest()
    places = [f"brake-kept-{digest}-{number}" for number in range(3)]
    assert list(cache.get_many(places)) == places[:2]
    with connection.cursor() as cursor:
        table = settings.CACHES["default"]["LOCATION"]
        cursor.execute(f"SELECT expires FROM {table} WHERE cache_key LIKE %s", [f"%{places[0]}"])  # noqa: S608
        (expires,) = cursor.fetchone()
    until = datetime.datetime.fromisoformat(str(expires)).replace(tzinfo=datetime.UTC)
    assert 3500 < (until - timezone.now()).total_seconds() <= 3600
