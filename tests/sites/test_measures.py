"""Measures of agreed plans: their state by the day, ticked off and taken back; how far a timetable is."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.enums import Role
from sites import services
from sites.enums import MeasureState
from sites.models import Liaison, Measure
from sites.timetable_chart import DAY, chart
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories
from tests.files import pdf
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def tick(measure, by, **changed):
    services.tick_off(**{"measure": measure, "note": "示例：已建立。", "by": by, **changed})
    measure.refresh_from_db()


def test_tick_off_says_who_when_and_what(measure, liaison):
    tick(measure, liaison, note=" 示例 ", file=SimpleUploadedFile("制度.pdf", pdf()))
    assert (measure.done_on, measure.done_by) == (datetime.date(2008, 2, 10), liaison)
    assert (measure.done_note, measure.done_file_name) == ("示例", "制度.pdf")
    assert measure.done_file.read() == pdf()


def test_tick_off_needs_a_note(measure, liaison):
    with pytest.raises(ValidationError) as caught:
        tick(measure, liaison, note="  ")
    assert list(caught.value.message_dict) == ["note"]
    measure.refresh_from_db()
    assert measure.done_on is None


@pytest.mark.parametrize("role", Role.values)
def test_tick_off_by_others_is_refused(measure, role):
    with pytest.raises(PermissionDenied):
        tick(measure, factories.user(role))


def test_tick_off_by_the_supervising_district_is_refused(measure, district):
    with pytest.raises(PermissionDenied):
        tick(measure, district)


def test_tick_off_before_phase_two_names_the_day(measure, liaison, on):
    on("2008-01-31")
    with pytest.raises(PhaseClosed, match="1 February 2008"):
        tick(measure, liaison)
    on("2008-02-01")
    tick(measure, liaison)


def test_tick_off_is_open_after_phase_two(measure, liaison, on):
    on("2008-09-01")
    tick(measure, liaison)
    assert measure.done_on


def test_tick_off_twice_keeps_the_first_note(measure, liaison):
    tick(measure, liaison, note="第一次")
    with pytest.raises(InvalidTransition):
        tick(measure, liaison, note="第二次")
    measure.refresh_from_db()
    assert measure.done_note == "第一次"


def test_tick_off_of_a_plan_that_is_not_agreed_is_refused(site, liaison, on):
    plan = making.file_plan(site, liaison)
    on("2008-02-10")
    with pytest.raises(InvalidTransition):
        tick(plan.measures.get(), liaison)


def test_done_without_a_person_is_refused_by_the_database(measure):
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.update(done_on="2008-02-10")


def test_take_back_opens_the_measure_and_the_trail_keeps_both(measure, liaison, district):
    tick(measure, liaison, note="示例：已建立。")
    services.take_back(measure=measure, reason=" 尚缺目录（示例） ", by=district)
    measure.refresh_from_db()
    assert (measure.done_on, measure.done_by, measure.done_note) == (None, None, "尚缺目录（示例）")
    assert not measure.done_file
    notes = [
        entry.changes["done_note"]
        for entry in LogEntry.objects.get_for_object(measure)
        if "done_note" in entry.changes
    ]
    assert ["示例：已建立。", "尚缺目录（示例）"] in notes
    assert liaison.notifications.filter(text__contains="tick was taken back").exists()
    tick(measure, liaison, note="已补")
    assert measure.done_note == "已补"


def test_take_back_without_reason_or_twice_or_by_others_is_refused(measure, liaison):
    with pytest.raises(InvalidTransition):
        services.take_back(measure=measure, reason="示例", by=liaison)
    tick(measure, liaison)
    with pytest.raises(ValidationError):
        services.take_back(measure=measure, reason=" ", by=liaison)
    for stranger in (factories.user(Role.OFFICE), making.clerk(factories.district("乌达"))):
        with pytest.raises(PermissionDenied):
            services.take_back(measure=measure, reason="示例", by=stranger)
    measure.refresh_from_db()
    assert measure.done_on


def test_district_ticks_off_its_own_measures(on):
    clerk, office = making.clerk(), factories.user(Role.OFFICE)
    own = making.own_list(clerk)
    Liaison.objects.create(filing=own, name="示例", phone=making.PHONE)
    plan = making.file_plan(own, clerk)
    services.agree_plan(plan=plan, by=office)
    on("2008-02-10")
    measure = plan.measures.get()
    with pytest.raises(PermissionDenied):
        tick(measure, office)
    tick(measure, clerk)
    services.take_back(measure=measure, reason="示例", by=office)


# -- states and progress ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2008-01-31", MeasureState.PLANNED),
        ("2008-02-01", MeasureState.RUNNING),
        ("2008-02-29", MeasureState.RUNNING),
        ("2008-03-01", MeasureState.OVERDUE),
    ],
)
def test_state_follows_the_dates(measure, day, state):
    assert measure.state_on(datetime.date.fromisoformat(day)) == state


def test_state_of_what_is_done_is_done(measure, liaison):
    tick(measure, liaison)
    assert measure.state_on(datetime.date(2009, 1, 1)) == MeasureState.DONE


def test_progress_counts_what_is_done_late_and_next(site, liaison, district, on):
    spans = [("2008-02-01", "2008-02-05"), ("2008-02-01", "2008-02-20"), ("2008-02-01", "2008-03-31")]
    plan = making.file_plan(site, liaison, measures=making.measures(*spans))
    services.agree_plan(plan=plan, by=district)
    on("2008-02-25")
    tick(plan.measures.get(ordinal=1), liaison)
    found = services.progress_of([plan])[plan.pk]
    assert (found.total, found.done, found.late) == (3, 1, 1)
    assert found.next_due == datetime.date(2008, 2, 20)
    assert services.progress_of([]) == {}


def test_chart_measures_days_from_the_first_of_the_first_month(measure):
    drawn = chart([measure], datetime.date(2008, 2, 10))
    assert [(bar.x, bar.width, bar.state) for bar in drawn.bars] == [(0, 29 * DAY, "running")]
    assert [(month.x, month.first.month) for month in drawn.months] == [(0, 2)]
    assert drawn.today == 9 * DAY
    assert chart([measure], datetime.date(2008, 3, 1)).today is None
    assert chart([], datetime.date(2008, 3, 1)) is None
