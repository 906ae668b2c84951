"""How the rulebook's rule of rechecks is counted: parts of the year, and shares."""

import calendar
import datetime
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.recheck_rule import period, share

DRAWS = st.integers(min_value=1, max_value=4)
DAYS = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2100, 12, 31))


@given(day=DAYS, draws=DRAWS)
def test_day_lies_in_its_part_of_the_year_and_the_parts_follow_one_another(day, draws):
    first, last = period(day, draws)

    assert first <= day <= last
    assert (first.day, last.day) == (1, calendar.monthrange(last.year, last.month)[1])
    assert last.month - first.month + 1 == 12 // draws
    assert period(last, draws) == (first, last)
    assert period(last + datetime.timedelta(days=1), draws)[0] == last + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "draws", "first", "last"),
    [
        ("2008-02-29", 1, "2008-01-01", "2008-12-31"),
        ("2008-06-30", 2, "2008-01-01", "2008-06-30"),
        ("2008-07-01", 2, "2008-07-01", "2008-12-31"),
        ("2008-12-31", 3, "2008-09-01", "2008-12-31"),
        ("2007-02-28", 4, "2007-01-01", "2007-03-31"),
    ],
)
def test_parts_of_the_year(day, draws, first, last):
    expected = (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert period(datetime.date.fromisoformat(day), draws) == expected


@given(sites=st.integers(0, 5000), percent=st.integers(0, 100))
def test_share_is_rounded_up_and_never_more_than_there_are(sites, percent):
    assert share(sites, percent) == math.ceil(Fraction(sites * percent, 100))
    assert share(sites, percent) <= sites
    assert (share(sites, 0), share(sites, 100)) == (0, sites)
