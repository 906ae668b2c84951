"""Programmes: dates moved and in order, phases prolonged, a new one made, put right and set running."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import Notification
from sites import services
from sites.enums import FilingState, Level, ProgrammeState, Stage
from sites.models import Extension, Filing, Phase, Programme
from sites.schedule import (
    PlannedPhase,
    months_between,
    months_later,
    moved,
    order_problems,
    planned,
    unarranged_years,
)
from sites.services.programmes import QUOTAS
from sites.workflow import PhaseClosed, WorkflowError
from standards.enums import VersionState
from standards.models import Rulebook, Standard
from tests import factories
from tests.at_once import at_once
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def date(text):
    return datetime.date.fromisoformat(text)


def phase(ordinal=1):
    return factories.programme().phases.get(ordinal=ordinal)


def facts(**more):
    source = factories.programme()
    names = ("title", "notice_title", "issuer", "addressees", "issued_on", *QUOTAS)
    values = {name: getattr(source, name) for name in names}
    return {**values, "document_number": "乌海政办发〔2008〕60号", "text": "", **more}


def make(office=None, **more):
    source = factories.programme()
    values = {
        "facts": facts(),
        "phases": moved(planned(source), 12),
        "units": list(source.designated_units.all()),
        "standards": list(Standard.objects.published()),
        "rulebook": Rulebook.objects.published().get(),
        "by": office or factories.user(Role.OFFICE),
        **more,
    }
    return services.new_programme(source=source, **values)


def edit(programme, **more):
    changed = {name: getattr(programme, name) for name in facts()} | more
    services.edit_programme(
        programme=programme,
        facts=changed,
        standards=list(programme.standards.all()),
        rulebook=programme.rulebook,
        by=factories.user(Role.OFFICE),
    )


# -- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2008-01-31", 1, "2008-02-29"),
        ("2007-01-31", 1, "2007-02-28"),
        ("2008-02-29", 12, "2009-02-28"),
        ("2008-02-29", 48, "2012-02-29"),
        ("2008-10-31", 1, "2008-11-30"),
        ("2008-12-15", 1, "2009-01-15"),
        ("2008-01-15", -1, "2007-12-15"),
        ("2008-03-31", -1, "2008-02-29"),
        ("2008-05-05", 0, "2008-05-05"),
    ],
)
def test_months_later_keeps_to_the_month(day, months, then):
    assert months_later(date(day), months) == date(then)


def test_moved_by_a_year_keeps_the_plans_months():
    after = moved(planned(factories.programme()), 12)
    assert [(one.starts_on.isoformat(), one.ends_on.isoformat()) for one in after] == [
        ("2009-01-01", "2009-01-31"),
        ("2009-02-01", "2009-03-31"),
        ("2009-04-01", "2009-04-30"),
        ("2009-05-01", "2009-05-31"),
    ]


@pytest.mark.parametrize(
    ("end", "months", "then"),
    [
        ("2008-01-31", 1, "2008-02-29"),
        ("2008-02-29", 1, "2008-03-31"),
        ("2008-02-29", 12, "2009-02-28"),
        ("2009-02-28", -12, "2008-02-29"),
        ("2008-02-28", 12, "2009-02-28"),
        ("2008-04-30", 1, "2008-05-31"),
        ("2008-04-29", 1, "2008-05-29"),
    ],
)
def test_moved_lets_what_ended_with_a_month_end_with_one(end, months, then):
    (after,) = moved([PlannedPhase(1, "示例", date("2008-01-01"), date(end), "示例")], months)
    assert after.ends_on == date(then)


_DAYS = st.dates(min_value=date("1990-01-01"), max_value=date("2060-12-31"))
_IN_ORDER = st.lists(st.tuples(_DAYS, _DAYS).map(sorted), min_size=1, max_size=6).map(sorted)


def _ends_its_month(day):
    return (day + datetime.timedelta(days=1)).day == 1


@given(spans=_IN_ORDER, months=st.integers(-120, 120))
def test_moved_keeps_order_months_and_month_ends(spans, months):
    before = [PlannedPhase(n, "示例", *span, "示例") for n, span in enumerate(spans, start=1)]
    after = moved(before, months)
    assert order_problems(after) == {}
    assert sorted(one.ends_on for one in after) == [
        new.ends_on for _old, new in sorted(zip(before, after, strict=True), key=lambda two: two[0].ends_on)
    ]
    for old, new in zip(before, after, strict=True):
        assert (new.ordinal, new.name, new.tasks) == (old.ordinal, old.name, old.tasks)
        assert months_between(old.starts_on, new.starts_on) == months
        assert months_between(old.ends_on, new.ends_on) == months
        assert not _ends_its_month(old.ends_on) or _ends_its_month(new.ends_on)
        assert new.starts_on.day <= old.starts_on.day


@pytest.mark.parametrize(
    ("dates", "wrong"),
    [
        ([("2009-01-01", "2009-01-31"), ("2009-01-01", "2009-01-01")], []),
        ([("2009-01-02", "2009-01-01"), ("2009-02-01", "2009-03-01")], ["ends_on_1"]),
        ([("2009-02-02", "2009-02-03"), ("2009-02-01", "2009-03-01")], ["starts_on_2"]),
        (
            [("2009-02-02", "2009-02-01"), ("2009-02-01", "2009-01-01")],
            ["ends_on_1", "ends_on_2", "starts_on_2"],
        ),
    ],
)
def test_order_problems_stand_at_their_fields(dates, wrong):
    phases = [
        PlannedPhase(n, f"示例{n}", date(start), date(end), "示例")
        for n, (start, end) in enumerate(dates, start=1)
    ]
    assert sorted(order_problems(phases)) == wrong


def test_unarranged_years_are_those_without_a_holiday():
    plan = factories.programme()
    assert unarranged_years(plan.first_day, plan.last_day) == []
    later = make(phases=moved(planned(plan), 12 * 30))
    assert unarranged_years(later.first_day, later.last_day) == [2038]
    assert unarranged_years(None, None) == []


# -- prolonging a phase --------------------------------------------------------------------


def test_extend_phase_opens_what_was_closed(on):
    filing, by = making.complete_list()
    on("2008-02-05")
    with pytest.raises(PhaseClosed):
        making.file(filing, by)
    making.prolong(phase(), date("2008-02-05"), factories.user(Role.OFFICE))
    making.file(filing, by)
    filing.refresh_from_db()
    assert filing.filed_on == date("2008-02-05")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_extend_phase_by_others_is_refused(role):
    with pytest.raises(PermissionDenied):
        making.prolong(phase(), date("2008-03-01"), factories.user(role))


@pytest.mark.parametrize(
    ("more", "wrong", "told"),
    [
        ({"new_end": date("2008-01-31")}, "new_end", "later than 31 January 2008"),
        ({"new_end": date("2008-01-01")}, "new_end", "from 1 January 2008 to 31 January 2008"),
        ({"new_end": date("2007-12-01")}, "new_end", "from 1 January 2008 to 31 January 2008"),
        ({"new_end": date("2009-02-01")}, "new_end", "367 days after"),
        ({"new_end": date("9999-12-31")}, "new_end", "days after"),
        ({"reason": " "}, "reason", ""),
        ({"reason": "示" * 301}, "reason", ""),
        ({"asked_by": " "}, "asked_by", "public page"),
        ({"asked_by": "示" * 101}, "asked_by", ""),
        ({"working_days": 3}, "working_days", "3 February 2008"),
    ],
)
def test_extend_phase_wrong_is_refused_with_the_dates(more, wrong, told):
    values = {"new_end": date("2008-02-05"), "by": factories.user(Role.OFFICE), **more}
    with pytest.raises(ValidationError) as caught:
        making.prolong(phase(), **values)
    assert list(caught.value.message_dict) == [wrong]
    assert told in caught.value.message_dict[wrong][0]
    assert not Extension.objects.exists()
    assert phase().last_day == date("2008-01-31")


def test_extend_phase_by_a_year_and_a_leap_day_is_the_furthest():
    making.prolong(phase(), date("2009-01-31"), factories.user(Role.OFFICE))
    assert phase().last_day == date("2009-01-31")


def test_extend_phase_counts_a_plain_date_on_record_in_chinese():
    made = making.prolong(phase(), date("2008-02-10"), factories.user(Role.OFFICE))
    # The first of February is a Friday; the second and third are worked in lieu of the Spring Festival.
    assert "2008年1月31日" in made.counted
    assert "2008年2月10日" in made.counted
    assert "10" in made.counted


def test_extend_phase_counts_working_days_on_record():
    made = making.prolong(phase(), date("2008-02-14"), factories.user(Role.OFFICE), working_days=7)
    assert made.new_end == date("2008-02-14")
    assert "7" in made.counted
    assert "春节" in made.counted


def test_extend_phase_seen_before_somebody_elses_is_refused_with_the_new_end():
    office = factories.user(Role.OFFICE)
    making.prolong(phase(), date("2008-02-05"), office)
    with pytest.raises(ValidationError) as caught:
        services.extend_phase(
            phase=phase(),
            previous_end=date("2008-01-31"),
            new_end=date("2008-02-20"),
            reason="示例",
            asked_by="示例",
            by=office,
        )
    assert "5 February 2008" in caught.value.message_dict["previous_end"][0]
    second = making.prolong(phase(), date("2008-02-09"), office)
    assert second.previous_end == date("2008-02-05")


@pytest.mark.django_db(transaction=True)
def test_extend_phase_by_two_at_once_prolongs_once():
    one, office = phase(), factories.user(Role.OFFICE)

    def extend(day):
        return lambda: services.extend_phase(
            phase=one,
            previous_end=date("2008-01-31"),
            new_end=day,
            reason="示例",
            asked_by="示例",
            by=office,
        )

    outcomes = at_once(extend(date("2008-02-05")), extend(date("2008-02-20")))
    (refusal,) = [each for each in outcomes if isinstance(each, ValidationError)]
    assert list(refusal.message_dict) == ["previous_end"]
    assert Extension.objects.get().new_end == phase().last_day


def test_extend_phase_tells_districts_and_the_units_concerned_alone():
    named = factories.programme().designated_units.first().organisation
    site = factories.site(Stage.BUILDING)
    told = {
        factories.user(Role.DISTRICT),
        factories.user(Role.LIAISON, named),
        factories.liaison_of(site),
    }
    for stranger in (Role.LIAISON, Role.INSPECTOR, Role.AUDITOR):
        factories.user(stranger)
    making.prolong(phase(), date("2008-02-05"), factories.user(Role.OFFICE))
    assert {each.user for each in Notification.objects.all()} == told
    assert str(Notification.objects.first()) == (
        f"The phase “{phase()}” is prolonged to 5 February 2008: 雪灾（示例）"
    )


def test_extend_phase_of_a_programme_in_preparation_is_refused():
    with pytest.raises(WorkflowError, match="does not run yet"):
        making.prolong(make().phases.get(ordinal=1), date("2009-05-05"), factories.user(Role.OFFICE))


# -- a new programme -----------------------------------------------------------------------


def test_new_programme_is_in_preparation_and_nothing_of_the_old_moves():
    source = factories.programme()
    before = (list(planned(source)), source.is_current, source.text, source.designated_units.count())
    units = list(source.designated_units.all())[1:4]
    made = make(units=units)
    assert (made.state, made.is_current, made.based_on, made.text) == (
        ProgrammeState.PLANNED,
        False,
        source,
        "",
    )
    assert planned(made) == moved(planned(source), 12)
    assert [(unit.ordinal, unit.organisation) for unit in made.designated_units.all()] == [
        (n, unit.organisation) for n, unit in enumerate(units, start=1)
    ]
    assert set(made.standards.all()) == set(Standard.objects.published())
    source = factories.programme()
    assert (planned(source), source.is_current, source.text, source.designated_units.count()) == before


def test_new_programme_takes_the_dates_of_the_plan_not_the_extensions():
    making.prolong(phase(), date("2008-02-05"), factories.user(Role.OFFICE))
    made = make(phases=moved(planned(factories.programme()), 12))
    assert made.phases.get(ordinal=1).last_day == date("2009-01-31")


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"document_number": "乌海政办发〔2007〕55号"}, "document_number"),
        ({"title": ""}, "title"),
        ({"title": "示" * 5000}, "title"),
        ({"district_minimum": 7}, "district_maximum"),
    ],
)
def test_new_programme_wrong_is_refused_at_the_field(more, wrong):
    with pytest.raises(ValidationError) as caught:
        make(facts=facts(**more))
    assert list(caught.value.message_dict) == [wrong]
    assert Programme.objects.count() == 1


def test_new_programme_with_phases_running_backwards_is_refused():
    phases = moved(planned(factories.programme()), 12)
    phases[1] = PlannedPhase(2, "示例", date("2008-12-01"), date("2008-11-01"), "示例")
    with pytest.raises(ValidationError) as caught:
        make(phases=phases)
    assert sorted(caught.value.message_dict) == ["ends_on_2", "starts_on_2"]
    assert (Programme.objects.count(), Phase.objects.count()) == (1, 4)


def test_new_programme_with_a_draft_or_one_standard_is_refused():
    draft = Rulebook.objects.create(version=99, title="示例", state=VersionState.DRAFT)
    with pytest.raises(ValidationError):
        make(rulebook=draft)
    with pytest.raises(ValidationError):
        make(standards=list(Standard.objects.published())[:1])
    assert Programme.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_new_programme_made_by_two_at_once_is_made_once():
    office = factories.user(Role.OFFICE)
    outcomes = at_once(lambda: make(office), lambda: make(office))
    (refusal,) = [each for each in outcomes if isinstance(each, ValidationError)]
    assert list(refusal.message_dict) == ["document_number"]
    assert Programme.objects.filter(is_current=False).count() == 1


def test_new_programme_by_others_is_refused():
    for role in set(Role.values) - {Role.OFFICE}:
        with pytest.raises(PermissionDenied):
            make(factories.user(role))


# -- putting right -------------------------------------------------------------------------


def test_edit_programme_is_in_the_trail():
    programme = factories.programme()
    edit(programme, title="示例方案")
    programme.refresh_from_db()
    assert programme.title == "示例方案"
    entry = LogEntry.objects.get_for_object(programme).latest("pk")
    assert entry.changes_dict["title"] == ["乌海市政务公开示范点建设工作方案", "示例方案"]


def test_edit_programme_quotas_stay_once_a_list_is_filed():
    edit(factories.programme(), district_maximum=7)
    making.filed_list()
    edit(factories.programme(), title="示例方案")
    with pytest.raises(ValidationError) as caught:
        edit(factories.programme(), district_maximum=8)
    assert list(caught.value.message_dict) == ["district_maximum"]
    assert factories.programme().district_maximum == 7


def test_edit_programme_text_stays_once_the_programme_has_begun(on):
    with pytest.raises(ValidationError) as caught:
        edit(factories.programme(), text="另一文本")
    assert list(caught.value.message_dict) == ["text"]
    made = make()
    edit(made, text="新方案全文（示例）")
    on("2010-01-01")
    made.refresh_from_db()
    edit(made, text="改过的新方案全文（示例）")
    made.refresh_from_db()
    assert made.text == "改过的新方案全文（示例）"


def test_edit_of_an_earlier_programme_is_refused():
    old = factories.programme()
    factories.filing(factories.district(), Level.DISTRICT)
    making.take_over(make(), old, factories.user(Role.OFFICE))
    old.refresh_from_db()
    assert old.state == ProgrammeState.ENDED
    with pytest.raises(WorkflowError, match="over"):
        edit(old, title="示例方案")
    with pytest.raises(WorkflowError, match="over"):
        services.edit_phases(programme=old, phases=[], by=factories.user(Role.OFFICE))


def test_edit_phases_changes_those_to_come_and_no_other():
    one, two, three, four = planned(factories.programme())
    later = PlannedPhase(4, "验收", date("2008-05-10"), date("2008-06-10"), "示例")
    office = factories.user(Role.OFFICE)
    services.edit_phases(programme=factories.programme(), phases=[later], by=office)
    assert planned(factories.programme()) == [one, two, three, later]
    begun = PlannedPhase(1, one.name, one.starts_on, date("2008-02-20"), one.tasks)
    with pytest.raises(WorkflowError, match="only be prolonged"):
        services.edit_phases(programme=factories.programme(), phases=[begun, four], by=office)
    assert planned(factories.programme()) == [one, two, three, later]


def test_edit_phases_against_a_phase_that_has_begun_is_refused():
    early = PlannedPhase(2, "示例", date("2007-12-01"), date("2008-03-31"), "示例")
    with pytest.raises(ValidationError) as caught:
        services.edit_phases(programme=factories.programme(), phases=[early], by=factories.user(Role.OFFICE))
    assert list(caught.value.message_dict) == ["starts_on_2"]


def test_edit_phases_leaves_a_prolonged_phase_as_it_is():
    making.prolong(phase(3), date("2008-05-05"), factories.user(Role.OFFICE))
    three = planned(factories.programme())[2]
    with pytest.raises(WorkflowError, match="only be prolonged"):
        services.edit_phases(programme=factories.programme(), phases=[three], by=factories.user(Role.OFFICE))


def test_edit_phases_of_a_programme_in_preparation_is_possible_whatever_the_date(on):
    made = make()
    on("2010-01-01")
    wanted = moved(planned(made), 1)
    services.edit_phases(programme=made, phases=wanted, by=factories.user(Role.OFFICE))
    assert planned(Programme.objects.get(pk=made.pk)) == wanted


def test_edit_phases_with_an_empty_name_is_refused_at_its_field():
    four = PlannedPhase(4, "", date("2008-05-10"), date("2008-06-10"), "示例")
    with pytest.raises(ValidationError) as caught:
        services.edit_phases(programme=factories.programme(), phases=[four], by=factories.user(Role.OFFICE))
    assert list(caught.value.message_dict) == ["name_4"]


# -- running -------------------------------------------------------------------------------


def test_run_programme_makes_it_the_one_and_tells_people():
    old, made = factories.programme(), make()
    clerk = factories.user(Role.DISTRICT)
    making.take_over(made, old, factories.user(Role.OFFICE))
    assert Programme.objects.current() == made
    assert Programme.objects.filter(is_current=True).count() == 1
    assert any(made.document_number in str(told) for told in clerk.notifications.all())
    with pytest.raises(WorkflowError, match="runs already"):
        making.take_over(made, made, factories.user(Role.OFFICE))


def test_run_programme_from_a_stale_page_is_refused():
    old, made = factories.programme(), make()
    third = make(facts=facts(document_number="示例〔2009〕1号"))
    office = factories.user(Role.OFFICE)
    making.take_over(made, old, office)
    with pytest.raises(WorkflowError, match="Meanwhile"):
        making.take_over(third, old, office)
    assert Programme.objects.current() == made


def test_two_programmes_never_run_at_once():
    made = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=made.pk).update(is_current=True)


@pytest.mark.django_db(transaction=True)
def test_run_programme_by_two_at_once_runs_one():
    old, office = factories.programme(), factories.user(Role.OFFICE)
    rivals = [make(), make(facts=facts(document_number="示例〔2009〕1号"))]

    def run(programme):
        return lambda: making.take_over(programme, old, office)

    outcomes = at_once(*(run(each) for each in rivals))
    assert sorted(type(each).__name__ for each in outcomes) == ["WorkflowError", "str"]
    assert Programme.objects.get(is_current=True) == rivals[outcomes.index("done")]


def test_lists_are_filed_under_the_programme_that_runs():
    old, by = factories.programme(), making.clerk()
    first = making.own_list(by)
    making.take_over(make(), old, factories.user(Role.OFFICE))
    second = making.own_list(by)
    assert (first.programme, second.programme) == (old, factories.programme())
    assert Filing.objects.filter(state=FilingState.DRAFT).count() == 2
