"""The clock and the working days, against dates counted by hand and against a plain recount."""

import datetime

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sites import calendar
from sites.enums import HolidayKind
from sites.models import Holiday
from standards.enums import DayUnit

date = datetime.date.fromisoformat


# -- working days -----------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2025-04-14", 5, "2025-04-21"),
        ("2008-04-28", 5, "2008-05-06"),  # Labour Day; Sunday 4 May is worked
        ("2008-05-26", 5, "2008-06-02"),
        ("2008-05-26", 7, "2008-06-04"),
        ("2008-06-05", 5, "2008-06-13"),  # Dragon Boat Festival
        ("2026-09-28", 5, "2026-10-10"),  # National Day; Saturday 10 October is worked
        ("2026-02-13", 5, "2026-02-27"),  # Spring Festival
        ("2008-01-31", 1, "2008-02-01"),
        ("2008-02-01", 2, "2008-02-03"),  # the weekend before the Spring Festival is worked
    ],
)
def test_end_of_working_days(start, count, end):
    deadline = calendar.working_days_after(date(start), count)

    assert deadline.end == date(end)
    assert deadline.unarranged_years == ()


@pytest.mark.django_db
def test_start_day_is_not_counted():
    monday = date("2008-01-07")

    assert calendar.working_days_after(monday, 1).end == date("2008-01-08")
    assert date("2008-01-07") not in [day.date for day in calendar.working_days_after(monday, 5).days]


@pytest.mark.django_db
@pytest.mark.parametrize("start", ["2008-01-04", "2008-01-05", "2008-01-06"])
def test_start_on_friday_or_weekend_ends_alike(start):
    assert calendar.working_days_after(date(start), 1).end == date("2008-01-07")


@pytest.mark.django_db
def test_end_crosses_years():
    assert calendar.working_days_after(date("2007-12-28"), 3).end == date("2008-01-03")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, -1])
def test_period_without_a_day_is_refused(count):
    with pytest.raises(ValueError, match="at least one working day"):
        calendar.working_days_after(date("2008-01-07"), count)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2008-05-04", True),  # worked in lieu, a Sunday
        ("2008-05-01", False),
        ("2008-05-03", False),  # a Saturday
        ("2008-05-05", True),
        ("2026-10-10", True),  # worked in lieu, a Saturday
        ("2026-10-07", False),
    ],
)
def test_working_day(day, works):
    day_before = date(day) - datetime.timedelta(days=1)
    assert (calendar.working_days_after(day_before, 1).end == date(day)) is works


@pytest.mark.django_db
def test_year_without_arrangement_falls_back_to_weekends():
    deadline = calendar.working_days_after(date("2027-09-30"), 5)

    assert deadline.end == date("2027-10-07")
    assert deadline.unarranged_years == (2027,)


@pytest.mark.django_db
def test_year_without_arrangement_is_named_when_only_the_end_lies_in_it():
    assert calendar.working_days_after(date("2026-12-30"), 5).unarranged_years == (2027,)


@pytest.mark.django_db
def test_arrangement_entered_by_hand_counts():
    Holiday.objects.create(date=date("2027-10-04"), kind=HolidayKind.OFF, name="国庆节", source="示例通知")

    deadline = calendar.working_days_after(date("2027-09-30"), 2)

    assert deadline.end == date("2027-10-05")
    assert deadline.unarranged_years == ()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [5, 60])
def test_queries_do_not_grow_with_the_period(count, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar.working_days_after(date("2008-03-03"), count)


def recount(start: datetime.date, end: datetime.date, arranged: dict[datetime.date, str]) -> int:
    """Working days in (start, end], counted the plain way."""
    days = (start + datetime.timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(arranged[day] == HolidayKind.WORK if day in arranged else day.weekday() < 5 for day in days)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dates(datetime.date(2003, 12, 1), datetime.date(2027, 12, 31)),
    count=st.integers(min_value=1, max_value=90),
)
def test_working_days_agree_with_a_plain_recount(start, count):
    arranged = dict(Holiday.objects.values_list("date", "kind"))

    deadline = calendar.working_days_after(start, count)

    assert deadline.end > start
    assert recount(start, deadline.end, arranged) == count
    assert recount(deadline.end - datetime.timedelta(days=1), deadline.end, arranged) == 1
    assert calendar.working_days_after(start, count + 1).end > deadline.end
    assert calendar.working_days_after(start + datetime.timedelta(days=1), count).end >= deadline.end
    assert [day.date for day in deadline.days] == [
        start + datetime.timedelta(days=n) for n in range(1, (deadline.end - start).days + 1)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2008-05-05", "2008-05-05", 0),
        ("2008-05-05", "2008-05-06", 1),
        ("2008-05-06", "2008-05-05", 0),  # not less than none
        ("2008-05-09", "2008-05-11", 0),  # the weekend behind a Friday
        ("2008-05-09", "2008-05-12", 1),
        ("2008-04-30", "2008-05-03", 0),  # Labour Day, and a Saturday
        ("2008-04-30", "2008-05-04", 1),  # a Sunday that is worked
        ("2008-04-28", "2008-05-06", 5),
        ("2007-12-28", "2008-01-03", 3),  # Saturday 29 December is worked
    ],
)
def test_working_days_between(start, end, days, on):
    arranged = calendar.arrangements(date(start), date(end))
    assert calendar.working_days_between(date(start), date(end), arranged) == days
    assert calendar.days_late(date(start), date(end)) == days


@pytest.mark.django_db
@given(
    start=st.dates(datetime.date(2007, 12, 1), datetime.date(2008, 12, 31)),
    count=st.integers(min_value=1, max_value=60),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_between_are_those_of_the_period_that_ends_there(start, count):
    end = calendar.working_days_after(start, count).end
    arranged = calendar.arrangements(start, end)
    assert calendar.working_days_between(start, end, arranged) == count
    assert calendar.working_days_between(start, end - datetime.timedelta(days=1), arranged) == count - 1


@pytest.mark.django_db
def test_arrangements_reach_from_the_first_day_to_the_last():
    found = calendar.arrangements(date("2008-05-01"), date("2008-05-04"))
    assert {str(day): holiday.kind for day, holiday in found.items()} == {
        "2008-05-01": HolidayKind.OFF,
        "2008-05-02": HolidayKind.OFF,
        "2008-05-04": HolidayKind.WORK,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "works", "label"),
    [
        ("2008-05-01", False, "劳动节"),
        ("2008-05-04", True, "劳动节调休上班"),
        ("2008-05-09", True, "Friday"),
        ("2008-05-10", False, "Saturday"),
        ("2008-05-11", False, "Sunday"),
    ],
)
def test_one_day_by_itself(day, works, label):
    with translation.override("en"):
        assert calendar.judged(date(day)) == calendar.CountedDay(date(day), works, label)


@pytest.mark.django_db
def test_arrangements_for_the_words_on_pages_are_read_once_a_minute(django_assert_num_queries):
    every_one = calendar.arrangements(datetime.date.min, datetime.date.max)
    for minute, queries in ((7, 1), (7, 0), (8, 1)):
        with django_assert_num_queries(queries):
            assert calendar.kept_arrangements(minute) == every_one


@pytest.mark.django_db
def test_days_late_are_counted_by_what_was_read_in_the_same_minute(monkeypatch, django_assert_num_queries):
    for second, queries in ((1000.0, 1), (1019.9, 0), (1020.0, 1)):  # the sixteenth minute ends at 1020
        monkeypatch.setattr(calendar.time, "monotonic", lambda at=second: at)
        with django_assert_num_queries(queries):
            assert calendar.days_late(date("2008-04-30"), date("2008-05-04")) == 1


@pytest.mark.parametrize(
    ("days", "words"), [(0, "late"), (1, "late by 1 working day"), (2, "late by 2 working days")]
)
def test_how_late(days, words):
    with translation.override("en"):
        assert calendar.late_words(days) == words


# -- calendar days ----------------------------------------------------------


@pytest.mark.django_db
def test_calendar_days_count_whatever_they_are():
    with translation.override("en"):
        found = calendar.days_after(date("2008-04-30"), 4, DayUnit.CALENDAR_DAYS)
        text = found.explained()
    assert (found.start, found.length, found.end) == (date("2008-04-30"), 4, date("2008-05-04"))
    assert [(str(day.date), day.working, day.label) for day in found.days] == [
        ("2008-05-01", True, "Thursday"),
        ("2008-05-02", True, "Friday"),
        ("2008-05-03", True, "Saturday"),
        ("2008-05-04", True, "Sunday"),
    ]
    assert (found.unit, found.unarranged_years) == (DayUnit.CALENDAR_DAYS, ())
    assert text == "4 calendar days from 30 April 2008, that day not counted; the last one is 4 May 2008."


@pytest.mark.django_db
def test_unit_says_which_days_count():
    working = calendar.days_after(date("2008-04-30"), 4, DayUnit.WORKING_DAYS)
    assert working == calendar.working_days_after(date("2008-04-30"), 4)
    assert (working.start, working.length, working.end, working.unit) == (
        date("2008-04-30"),
        4,
        date("2008-05-07"),
        DayUnit.WORKING_DAYS,
    )


# -- how it was counted -----------------------------------------------------


@pytest.mark.django_db
def test_explanation_names_skipped_days():
    with translation.override("en"):
        deadline = calendar.working_days_after(date("2008-06-05"), 5)
        text = deadline.explained()

    assert [(day.date, day.label) for day in deadline.days if not day.working] == [
        (date("2008-06-07"), "Saturday"),
        (date("2008-06-08"), "Sunday"),
        (date("2008-06-09"), "端午节"),
    ]
    assert text == (
        "5 working days from 5 June 2008, that day not counted; the last one is 13 June 2008. "
        "Not counted: June 7 Saturday, June 8 Sunday, June 9 端午节."
    )


@pytest.mark.django_db
def test_explanation_shows_a_day_worked_in_lieu():
    deadline = calendar.working_days_after(date("2008-04-28"), 5)

    worked = {day.date: day.label for day in deadline.days if day.working}

    assert worked[date("2008-05-04")] == "劳动节调休上班"
    assert "劳动节调休上班" not in deadline.explained()


@pytest.mark.django_db
def test_explanation_warns_of_a_year_without_arrangement():
    with translation.override("en"):
        known = calendar.working_days_after(date("2008-03-03"), 2).explained()
        unknown = calendar.working_days_after(date("2027-03-01"), 2).explained()

    assert "No holiday arrangement" not in known
    assert "Not counted" not in known
    assert "No holiday arrangement is known for 2027" in unknown


@pytest.mark.django_db
def test_record_of_a_deadline_does_not_depend_on_the_readers_language():
    deadline = calendar.working_days_after(date("2008-04-28"), 5)

    with translation.override("en"):
        in_english = calendar.on_record(deadline)
    with translation.override("zh-hans"):
        in_chinese = calendar.on_record(deadline)

    assert in_english == in_chinese
    assert "劳动节" in in_chinese


@pytest.mark.django_db
def test_counted_day_as_json():
    first = calendar.working_days_after(date("2008-04-30"), 1).days[0]

    assert first.as_json() == {"date": "2008-05-01", "label": "劳动节", "working": False}


# -- the clock --------------------------------------------------------------


def test_today_is_the_pinned_setting(on):
    on("2008-04-10")

    assert calendar.today() == date("2008-04-10")


def test_today_is_the_real_date_in_wuhai_when_nothing_is_pinned(settings):
    settings.PORTAL_TODAY = None

    with timezone.override(datetime.UTC):
        utc = calendar.today()

    assert calendar.today() == datetime.datetime.now(tz=timezone.get_default_timezone()).date()
    assert utc == datetime.datetime.now(tz=datetime.UTC).date()


def test_pinned_wins_inside_its_block_alone(on):
    on("2008-01-10")

    with calendar.pinned(date("2008-05-20")):
        assert calendar.today() == date("2008-05-20")
        with calendar.pinned(date("2008-06-02")):
            assert calendar.today() == date("2008-06-02")
        assert calendar.today() == date("2008-05-20")

    assert calendar.today() == date("2008-01-10")


def test_pinned_ends_with_an_error_too(on):
    on("2008-01-10")

    with pytest.raises(RuntimeError), calendar.pinned(date("2008-05-20")):
        raise RuntimeError

    assert calendar.today() == date("2008-01-10")
