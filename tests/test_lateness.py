"""What is late is late by working days, wherever it is told."""

import datetime

import pytest
from django.conf import settings
from django.template import Context, Template

from sites.calendar import days_late
from sites.enums import HolidayKind
from sites.models import Holiday

pytestmark = pytest.mark.django_db

# What runs until a day and is never late.
WINDOWS = {
    "components/campaign.html": "the phase that runs",
    "components/phases.html": "the phase that runs",
    "publicity/_notice_period.html": "a notice that runs",
    "publicity/_timeline.html": "the phase that runs",
    "publicity/home.html": "notices and appraisals that run",
    "publicity/objection_form.html": "a notice that runs",
    "publicity/site_detail.html": "what a citizen can do until a day",
}


def words(due: str) -> str:
    shown = Template("{% load site_facts %}{% due_words due %}")
    return shown.render(Context({"due": datetime.date.fromisoformat(due)}))


def test_late_is_told_in_working_days(on, english):
    Holiday.objects.filter(date__year=2008, date__month=3).delete()
    Holiday.objects.create(date="2008-03-12", kind=HolidayKind.OFF, name="示例假日", source="示例")
    on("2008-03-13")  # a Thursday
    assert words("2008-03-07") == "late by 3 working days"  # Monday, Tuesday, Thursday
    assert words("2008-03-11") == "late by 1 working day"
    assert (words("2008-03-13"), words("2008-03-15")) == ("ends today", "2 days left")


def test_on_the_days_off_after_a_day_it_is_late_by_no_working_day(on, english):
    on("2008-03-16")
    assert days_late(datetime.date(2008, 3, 14), datetime.date(2008, 3, 16)) == 0
    assert words("2008-03-14") == "late"


def test_only_what_is_never_late_counts_the_days_of_the_calendar():
    folder = settings.BASE_DIR / "templates"
    counting = {path for path in folder.rglob("*.html") if "days_left_words" in path.read_text()}
    assert {path.relative_to(folder).as_posix() for path in counting} == set(WINDOWS)
