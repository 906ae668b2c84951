"""How close a date is, over weekends and the holidays of 2008 (with their working days in lieu)."""

import datetime

import pytest

from desk.enums import Light
from desk.lights import HORIZON, Lights, lights
from sites.calendar import working_days_after
from standards.models import RANGES

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2008-{text}")


@pytest.mark.parametrize(
    ("on", "soon_days", "soon_until"),
    [
        ("05-19", 3, "05-22"),
        ("05-20", 3, "05-25"),  # Friday is the third one, and the weekend after it has as many left
        ("05-23", 1, "05-26"),  # Monday is one working day away
        ("05-24", 1, "05-26"),  # from a Saturday as well
        ("02-01", 3, "02-04"),  # Saturday 2 and Sunday 3 February are worked before the Spring Festival
        ("02-05", 1, "02-13"),  # which lasts from the 6th to the 12th
        ("04-28", 5, "05-06"),  # 1 to 3 May are holidays, Sunday the 4th is worked in lieu
        ("05-26", 5, "06-02"),
        ("05-26", 7, "06-04"),
        ("06-05", 5, "06-15"),  # Monday 9 June is the Dragon Boat Festival: Friday 13 is the fifth
        ("09-26", 3, "10-06"),  # 27 and 28 September are worked; 29 September to 5 October are not
    ],
)
def test_close_is_what_leaves_so_many_working_days(on, soon_days, soon_until):
    assert lights(day(on), soon_days).soon_until == day(soon_until)


@pytest.mark.parametrize(
    ("due", "light"),
    [
        (None, None),
        ("05-19", Light.RED),
        ("05-20", Light.YELLOW),
        ("05-23", Light.YELLOW),
        ("05-25", Light.YELLOW),
        ("05-26", Light.GREEN),
    ],
)
def test_date_has_one_light(due, light):
    shown = Lights(day("05-20"), day("05-25"))
    assert shown.of(due and day(due)) == light


@pytest.mark.parametrize("on", ["01-31", "05-20", "09-26", "12-31"])
def test_the_longest_period_of_a_rulebook_lies_within_the_horizon(on):
    most = RANGES["due_soon_days"][1]
    assert lights(day(on), most).soon_until < day(on) + HORIZON
    assert lights(day(on), most).soon_until >= working_days_after(day(on), most).end


def test_arrangements_are_read_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        shown = lights(day("05-20"), 3)
        for number in range(30):
            shown.of(day("05-20") + datetime.timedelta(days=number))
