"""Whole months counted by the database as by Python: at the ends of months and in leap years."""

import datetime

import pytest
from django.db.models import DateField, IntegerField, Value
from hypothesis import example, given
from hypothesis import strategies as st

from core.months import MonthsLater
from sites.models import Programme
from sites.schedule import months_later
from tests import factories

pytestmark = pytest.mark.django_db

DAYS = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2100, 12, 31))


def counted(day, months):
    later = MonthsLater(Value(day, DateField()), Value(months, IntegerField()))
    return Programme.objects.values_list(later, flat=True)[0]


@given(day=DAYS, months=st.integers(min_value=1, max_value=60))
@example(day=datetime.date(2008, 1, 31), months=1)
@example(day=datetime.date(2007, 1, 31), months=1)
@example(day=datetime.date(2008, 2, 29), months=12)
@example(day=datetime.date(2008, 2, 29), months=48)
@example(day=datetime.date(2008, 10, 31), months=1)
@example(day=datetime.date(2008, 12, 31), months=2)
def test_database_counts_as_python_does(day, months):
    factories.programme()

    assert counted(day, months) == months_later(day, months)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2008-05-14", 12, "2009-05-14"),
        ("2008-02-29", 12, "2009-02-28"),
        ("2008-02-29", 48, "2012-02-29"),
        ("2008-08-31", 6, "2009-02-28"),
        ("2007-12-31", 2, "2008-02-29"),
    ],
)
def test_day_that_the_month_has_not_is_its_last(day, months, then):
    factories.programme()

    assert counted(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(then)
