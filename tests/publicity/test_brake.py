"""So many acts from one address in so much time, however they come."""

import datetime
import hashlib

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from publicity.brake import Brake, source_of
from publicity.views.appraisals import GUESSING as CODES
from publicity.views.notices import ATTACHING, OBJECTING
from publicity.views.notices import GUESSING as RECEIPTS
from tests.at_once import at_once, on_both

pytestmark = pytest.mark.django_db
BRAKE = Brake("test", most=3, seconds=60)


def asked(address):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def taken(address, times):
    return [BRAKE.takes(asked(address)) for _ in range(times)]


def test_brake_gives_so_many_places_and_no_more():
    assert not BRAKE.holds(asked("10.0.0.1"))
    assert taken("10.0.0.1", 5) == [True, True, True, False, False]
    assert BRAKE.holds(asked("10.0.0.1"))
    assert not BRAKE.holds(asked("10.0.0.2"))
    assert not Brake("other", most=3, seconds=60).holds(asked("10.0.0.1"))


def test_brake_lets_go_when_the_time_is_over():
    short = Brake("short", most=1, seconds=-1)
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
    burst = Brake(f"burst-{database}", most=3, seconds=60)
    at_once(*[lambda: won.append(burst.takes(asked("10.0.0.1"))) for _ in range(12)])
    assert sorted(won) == [False] * 9 + [True] * 3


def test_limits_are_those_decided():
    """An address: letters and what follows them twenty an hour, as receipts that are none; sixty codes."""
    limits = {brake.name: (brake.most, brake.seconds) for brake in (OBJECTING, ATTACHING, RECEIPTS, CODES)}
    assert limits == {
        "objections": (20, 3600),
        "attachments": (20, 3600),
        "receipts": (20, 3600),
        "appraisal-codes": (60, 600),
    }


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
    brake = Brake("kept", most=2, seconds=3600)
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
