"""The holidays `load_plan` takes from the library, named as the State Council names them."""

import datetime

import pytest

from sites.enums import HolidayKind
from sites.models import Holiday

pytestmark = pytest.mark.django_db


def test_holidays_of_every_year_the_library_knows():
    years = {day.year for day in Holiday.objects.values_list("date", flat=True)}

    assert years == set(range(2004, 2027))


def test_holidays_are_only_days_that_differ_from_the_plain_week():
    for holiday in Holiday.objects.all():
        assert (holiday.date.isoweekday() > 5) == (holiday.kind == HolidayKind.WORK), holiday


def test_holidays_of_2008():
    days = {
        f"{holiday.date:%m-%d}": (holiday.kind, holiday.name)
        for holiday in Holiday.objects.filter(date__year=2008, date__month__in=[2, 4, 5, 6])
    }

    off, work = HolidayKind.OFF, HolidayKind.WORK
    assert days == {
        "02-02": (work, "春节调休上班"),
        "02-03": (work, "春节调休上班"),
        "02-06": (off, "春节"),
        "02-07": (off, "春节"),
        "02-08": (off, "春节"),
        "02-11": (off, "春节"),
        "02-12": (off, "春节"),
        "04-04": (off, "清明节"),
        "05-01": (off, "劳动节"),
        "05-02": (off, "劳动节"),
        "05-04": (work, "劳动节调休上班"),
        "06-09": (off, "端午节"),
    }


def test_holiday_names_the_arrangement_it_comes_from():
    sources = dict(Holiday.objects.values_list("date", "source"))

    assert "2008年" in sources[datetime.date(2008, 5, 1)]
    # New Year's Eve of 2007 was moved by the arrangement for 2008.
    assert "2008年" in sources[datetime.date(2007, 12, 31)]
