"""Reminders: when each goes out, to whom, once, and what they say."""

import datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Notification, User
from assessments.enums import RoundKind, SheetRole
from assessments.services import hearing, rectification, recusals, sheets
from desk.models import Reminder, ReminderRule
from desk.reminders.services import remind_all
from desk.reminders.texts import filled
from desk.tasks import remind
from sites.deadlines import DEADLINES
from sites.enums import Level, Rung, Stage
from sites.models import Filing, Holiday, Programme
from sites.services import extend_phase
from tests import factories
from tests.assessments import builders
from tests.desk import due
from tests.publicity import scene

pytestmark = pytest.mark.django_db

RUNGS = {"district_after": 2, "office_after": 3, "leading_group_after": 4}


def sent() -> list[tuple[str, int, str]]:
    """What went out: rung, lead time, day."""
    rows = Reminder.objects.sent().order_by("pk").values_list("rung", "lead_days", "on")
    return [(rung, lead, on.isoformat()) for rung, lead, on in rows]


def told(user: User) -> list[str]:
    return [str(note) for note in Notification.objects.filter(user=user, text="%(line)s").order_by("pk")]


def on_rung(rung: Rung) -> set[str]:
    """The roles of those who were told on the day a rung was reached."""
    reminder = Reminder.objects.sent().get(rung=rung, lead_days=0)
    notes = Notification.objects.filter(on=reminder.on, about__line=reminder.text)
    return set(notes.values_list("user__role", flat=True))


@pytest.fixture
def site():
    """A district's site whose measure ends on Wednesday 30 April, before the May holiday."""
    factories.user(Role.LEADING_GROUP)
    made = due.district_site(Stage.BUILDING)
    due.measure(made, "2008-04-30")
    due.only("measure", lead_days=[5, 2], **RUNGS)
    return made


# -- when -----------------------------------------------------------------------------------------------


def test_each_rung_is_told_on_its_working_day_over_the_may_holiday(site):
    """1 to 3 May are off, Sunday 4 May is worked."""
    due.run("2008-04-18", "2008-05-20")
    assert sent() == [
        (Rung.AHEAD, 5, "2008-04-23"),
        (Rung.AHEAD, 2, "2008-04-28"),
        (Rung.LATE, 0, "2008-05-04"),
        (Rung.DISTRICT, 0, "2008-05-05"),
        (Rung.OFFICE, 0, "2008-05-06"),
        (Rung.LEADING_GROUP, 0, "2008-05-07"),
    ]


@pytest.mark.parametrize(
    ("ends_on", "ahead", "late"),
    [
        # 端午: Saturday 7 to Monday 9 June are off.
        ("2008-06-10", "2008-06-05", "2008-06-11"),
        ("2008-06-06", "2008-06-04", "2008-06-10"),
        # A day in lieu counts: two working days before Monday 5 May is Wednesday 30 April.
        ("2008-05-05", "2008-04-30", "2008-05-06"),
        # A Sunday that is not worked: as Friday, and told on Monday.
        ("2008-06-01", "2008-05-28", "2008-06-02"),
        # Spring Festival: 6 to 12 February are off, Saturday 2 and Sunday 3 are worked.
        ("2008-02-13", "2008-02-04", "2008-02-14"),
        ("2008-02-04", "2008-02-02", "2008-02-05"),
    ],
)
def test_working_days_are_those_of_the_state_council(site, ends_on, ahead, late):
    """The days before and after each are looked at as well: nothing goes out earlier."""
    due.only("measure", lead_days=[2])
    due.measure(site, "2008-04-30").plan.measures.update(starts_on="2008-01-01", ends_on=ends_on)
    site.plans.get().measures.filter(ordinal=1).delete()
    week = datetime.timedelta(days=7)
    due.run((due.day(ahead) - week).isoformat(), late)
    assert sent() == [(Rung.AHEAD, 2, ahead), (Rung.LATE, 0, late)]


def test_year_without_an_arrangement_counts_weekends_alone(site):
    Holiday.objects.all().delete()
    due.run("2008-04-18", "2008-05-20")
    assert sent()[2:4] == [(Rung.LATE, 0, "2008-05-01"), (Rung.DISTRICT, 0, "2008-05-02")]


def test_running_as_often_as_one_likes_tells_once(site):
    assert due.run("2008-04-23") == 1
    assert due.run("2008-04-23") == 0
    assert len(told(builders.liaison(site))) == 1


def test_after_an_outage_everything_missed_is_told_and_of_lead_times_the_last(site):
    assert due.run("2008-04-29") == 1
    assert sent() == [(Rung.AHEAD, 2, "2008-04-29")]
    assert Reminder.objects.get(people=0).lead_days == 5
    assert due.run("2008-05-07") == 4
    assert [rung for rung, _lead, _day in sent()] == [
        Rung.AHEAD,
        Rung.LATE,
        Rung.DISTRICT,
        Rung.OFFICE,
        Rung.LEADING_GROUP,
    ]
    assert due.run("2008-05-08", "2008-05-30") == 0


def test_lead_time_missed_beyond_the_date_is_not_told_any_more(site):
    due.run("2008-05-04")
    assert sent() == [(Rung.LATE, 0, "2008-05-04")]


def test_longer_lead_time_that_is_added_later_is_not_told_after_a_shorter_one(site):
    due.run("2008-04-28")
    due.only("measure", lead_days=[10, 5, 2])
    assert due.run("2008-04-28") == 0


def test_date_that_was_moved_begins_anew(on):
    """A phase that is extended: those who were reminded of its end are reminded of the new one."""
    site = factories.site(stage=Stage.DETERMINED)
    liaison = factories.liaison_of(site)
    due.only("plan", lead_days=[2], **RUNGS)
    due.run("2008-03-20", "2008-04-01")
    phase = Programme.objects.current().phases.get(ordinal=2)
    on("2008-03-31")
    extend_phase(
        phase=phase,
        previous_end=due.day("2008-03-31"),
        new_end=due.day("2008-04-11"),
        reason="示例",
        asked_by="示例",
        by=builders.office(),
    )
    due.run("2008-04-01", "2008-04-20")
    assert sent() == [
        (Rung.AHEAD, 2, "2008-03-27"),
        (Rung.LATE, 0, "2008-04-01"),
        (Rung.AHEAD, 2, "2008-04-09"),
        (Rung.LATE, 0, "2008-04-14"),
        (Rung.OFFICE, 0, "2008-04-16"),
    ]
    assert "2008年4月11日" in told(liaison)[-1]


def test_what_was_done_in_the_meantime_is_not_told(site):
    due.run("2008-04-23")
    site.plans.get().measures.update(done_on="2008-04-25", done_by=builders.office())
    due.run("2008-04-26", "2008-05-20")
    assert len(sent()) == 1


def test_rule_that_is_off_tells_nobody(site):
    ReminderRule.objects.update(is_on=False)
    assert due.run("2008-04-23", "2008-05-20") == 0
    assert not Reminder.objects.exists()


# -- whom -----------------------------------------------------------------------------------------------


def test_who_is_told_on_each_rung(site):
    liaison, office = builders.liaison(site), builders.office()
    clerk = due.district_clerk(site.filing)
    other = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    due.run("2008-04-18", "2008-05-20")
    numbers = {user: len(told(user)) for user in (liaison, clerk, office, other)}
    assert numbers == {liaison: 3, clerk: 1, office: 1, other: 0}
    assert on_rung(Rung.LEADING_GROUP) == {Role.LEADING_GROUP}


def test_site_and_list_of_one_key_are_told_to_their_own_people(site):
    of_key = {"pk": site.pk, "programme": site.programme, "level": Level.DISTRICT}
    filing = Filing.objects.filter(pk=site.pk).first() or Filing.objects.create(
        organisation=factories.district("乌达"), **of_key
    )
    due.measure(filing, "2008-04-30")
    liaison, clerk = builders.liaison(site), due.district_clerk(filing)
    due.run("2008-04-28")
    assert [len(told(user)) for user in (liaison, clerk)] == [1, 1]


def test_switched_off_accounts_are_not_told_and_nobody_is_not_on_record(site):
    User.objects.filter(role=Role.LIAISON).update(is_active=False)
    assert due.run("2008-04-23") == 0
    assert not Reminder.objects.exists()
    liaison = factories.liaison_of(site)
    assert due.run("2008-04-29") == 1
    assert len(told(liaison)) == 1


def test_who_stood_aside_is_not_told(site):
    aside = builders.office()
    recusals.recuse(user=aside, site=site, reason="示例")
    due.run("2008-05-06")
    assert told(aside) == []
    assert Rung.OFFICE not in {rung for rung, _lead, _day in sent()}
    other = factories.user(Role.OFFICE)
    due.run("2008-05-06")
    assert len(told(other)) == 1
    assert Reminder.objects.get(rung=Rung.OFFICE).people == 1


def test_district_site_lists_clerk_who_stood_aside_from_one_of_its_sites_is_not_told(site):
    other = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    clerk = due.district_clerk(site.filing)
    recusals.recuse(user=clerk, site=other, reason="示例")
    due.measure(site.filing, "2008-04-30")
    site.plans.get().measures.all().delete()
    due.run("2008-04-30")
    assert told(clerk) == []


def test_city_site_has_no_district_over_it():
    made = factories.site(Stage.BUILDING)
    factories.liaison_of(made)
    due.measure(made, "2008-04-30")
    due.only("measure", lead_days=[], **RUNGS)
    due.run("2008-05-20")
    assert [rung for rung, _lead, _day in sent()] == [Rung.LATE, Rung.OFFICE]


# -- each kind ------------------------------------------------------------------------------------------


def _list():
    factories.user(Role.LIAISON, factories.programme().designated_units.first().organisation)
    return {Role.LIAISON}


def _plan():
    due.district_site(Stage.DETERMINED)
    Filing.objects.update(state="filed")
    WorkPlan = due.WorkPlan  # noqa: N806  # the district's own plan is filed
    WorkPlan.objects.create(
        filing=Filing.objects.get(),
        version=1,
        goals="示例",
        filed_by=builders.office(),
        filed_on="2008-01-10",
    )
    return {Role.LIAISON}


def _measure():
    due.measure(due.district_site(Stage.BUILDING), "2008-04-30")
    return {Role.LIAISON}


def _self_assessment():
    due.district_site(Stage.BUILDING)
    return {Role.LIAISON}


def _inspection():
    due.visit()
    User.objects.filter(role=Role.LIAISON).update(is_active=False)
    return {Role.INSPECTOR}


def _comment():
    builders.put(due.district_site(Stage.BUILDING))
    return {Role.LIAISON}


def _objection():
    due.letter()
    return {Role.OFFICE}


def _warning():
    due.warned()
    naming_site = due.Site.objects.get()
    factories.liaison_of(naming_site)
    return {Role.LIAISON}


def _recheck():
    due.recheck("2008-06-20")
    return {Role.OFFICE}


def _regular_recheck():
    """Named on 13 May 2008, so to be rechecked by 13 May 2009."""
    scene.named()
    return {Role.OFFICE}


ALL = [Rung.AHEAD, Rung.LATE, Rung.DISTRICT, Rung.OFFICE, Rung.LEADING_GROUP]
WITHOUT_DISTRICT = [Rung.AHEAD, Rung.LATE, Rung.OFFICE, Rung.LEADING_GROUP]
OFFICE_ACTS = [Rung.AHEAD, Rung.LATE, Rung.LEADING_GROUP]


@pytest.mark.parametrize(
    ("kind", "make", "rungs", "first", "last"),
    [
        ("list", _list, WITHOUT_DISTRICT, "2008-01-25", "2008-02-14"),
        ("plan", _plan, ALL, "2008-03-25", "2008-04-10"),
        ("measure", _measure, ALL, "2008-04-25", "2008-05-10"),
        ("self_assessment", _self_assessment, ALL, "2008-04-25", "2008-05-10"),
        ("inspection", _inspection, WITHOUT_DISTRICT, "2008-06-25", "2008-07-08"),
        ("comment", _comment, ALL, "2008-04-08", "2008-04-20"),
        ("objection", _objection, OFFICE_ACTS, "2008-05-20", "2008-06-03"),
        ("warning", _warning, WITHOUT_DISTRICT, "2008-06-11", "2008-06-25"),
        ("recheck", _recheck, OFFICE_ACTS, "2008-06-16", "2008-06-28"),
        ("regular_recheck", _regular_recheck, OFFICE_ACTS, "2009-05-08", "2009-05-22"),
    ],
)
def test_each_kind_and_rung_once(kind, make, rungs, first, last):
    builders.office()
    factories.user(Role.LEADING_GROUP)
    acting = make()
    # The bodies nobody has an account for owe their lists as well: they cannot be told.
    due.only(kind, lead_days=[2], **RUNGS)
    due.run(first, last)
    of_first = Reminder.objects.sent().filter(key=Reminder.objects.sent().filter(rung=Rung.AHEAD)[0].key)
    assert [one.rung for one in of_first.order_by("pk")] == rungs
    late = of_first.get(rung=Rung.LATE)
    notes = Notification.objects.filter(text="%(line)s", about__line=late.text, on=late.on)
    assert set(notes.values_list("user__role", flat=True)) == acting


def test_overdue_findings_are_told_by_the_escalation_in_their_thread_alone():
    site = builders.building()
    builders.inspected(site)
    due.only("rectification", lead_days=[2])
    due.run("2008-04-10", "2008-05-20")
    assert sent() == [(Rung.AHEAD, 2, "2008-04-18")]
    assert "2" in told(builders.liaison(site))[0]


def test_findings_of_one_day_are_one_line_and_an_extended_one_its_own():
    site = builders.building()
    builders.inspected(site)
    due.only("rectification", lead_days=[2])
    with builders.on("2008-04-17"):
        rectification.extend(
            finding=builders.findings(site)[0], working_days=3, reason="示例", by=builders.office()
        )
    due.run("2008-04-10", "2008-05-20")
    assert sent() == [(Rung.AHEAD, 2, "2008-04-18"), (Rung.AHEAD, 2, "2008-04-23")]


def test_commented_findings_and_answered_ones_are_not_told():
    site = builders.building()
    builders.put(site)
    due.only("comment", lead_days=[1])
    with builders.on("2008-04-09"):
        hearing.agree_to_rest(site=site, by=builders.liaison(site))
    due.run("2008-04-08", "2008-05-20")
    assert sent() == []


def test_only_the_member_whose_sheet_is_missing_is_told():
    visit = due.visit()
    first, second = builders.members(visit.assignment.team)
    sheet = builders.own_sheet(visit, first)
    builders.fill(sheet, first)
    with builders.on("2008-04-09"):
        sheets.submit_inspector_sheet(sheet=sheet, by=first)
    due.only("inspection", lead_days=[2])
    due.run("2008-06-26", "2008-07-01")
    assert told(first) == []
    assert len(told(second)) == 2
    assert visit.sheets.filter(role=SheetRole.FINAL).count() == 0


def test_visit_is_due_on_its_own_day_where_one_is_set():
    visit = due.visit()
    visit.assignment.visit_on = due.day("2008-04-29")
    visit.assignment.save()
    due.only("inspection", lead_days=[2])
    due.run("2008-04-20", "2008-04-30")
    assert sent()[0] == (Rung.AHEAD, 2, "2008-04-25")


def test_closed_round_has_nothing_due():
    due.visit()
    builders.open_round(RoundKind.INSPECTION).teams.first().round.__class__.objects.update(
        closed_on="2008-04-10"
    )
    due.only("inspection", lead_days=[2])
    assert due.run("2008-06-20", "2008-07-20") == 0


def test_objection_is_told_to_the_office_and_who_looks_into_it_never_to_the_unit():
    letter = due.letter()
    unit = factories.liaison_of(letter.site)
    bound = factories.user(Role.OFFICE, letter.site.organisation)
    with builders.on("2008-05-06"):
        scene.take_up(letter)
    letter.refresh_from_db()
    due.only("objection", lead_days=[2], leading_group_after=1)
    due.run("2008-05-20", "2008-06-20")
    assert told(unit) == []
    assert told(bound) == []
    assert len(told(letter.investigator)) == 2
    note = Notification.objects.filter(user=letter.investigator, text="%(line)s").first()
    assert note.url == letter.get_absolute_url()
    office = Notification.objects.filter(user__role=Role.OFFICE, text="%(line)s").first()
    assert office.url == letter.get_absolute_url()


def test_deputy_of_whoever_looks_into_a_letter_is_reminded_as_such():
    letter = due.letter()
    deputy = factories.user(Role.INSPECTOR)
    with builders.on("2008-05-06"):
        scene.take_up(letter)
        factories.send_away(letter.investigator, deputy, days=60)
    due.only("objection", lead_days=[2], leading_group_after=1)
    due.run("2008-05-20", "2008-06-20")
    own, theirs = (
        [str(note) for note in Notification.objects.filter(user=person, text="%(line)s")]
        for person in (letter.investigator, deputy)
    )
    assert len(own) == 2
    assert theirs == [f"（代理{letter.investigator}）{line}" for line in own]


def test_leading_group_member_tied_to_the_unit_is_not_told_of_a_letter():
    letter = due.letter()
    tied, free = factories.user(Role.LEADING_GROUP), factories.user(Role.LEADING_GROUP)
    tied.ties.create(
        organisation=letter.site.organisation, reason="示例", declared_on="2008-05-01", declared_by=free
    )
    due.only("objection", lead_days=[], leading_group_after=1)
    due.run("2008-06-20")
    assert told(tied) == []
    assert len(told(free)) == 1
    assert not Reminder.objects.visible_to(tied).exists()
    assert Reminder.objects.visible_to(free).filter(rung=Rung.LEADING_GROUP).exists()


# -- what -----------------------------------------------------------------------------------------------


def test_line_is_the_offices_own_words_filled_in(site):
    due.only("measure", lead_days=[2], text="请{about}抓紧：{what}，{due}前完成，剩{days}天")
    due.run("2008-04-28")
    line = f"请{site.window_name}抓紧：落实“示例措施”，2008年4月30日前完成，剩2天"
    assert told(builders.liaison(site)) == [line]
    assert Reminder.objects.get(people=1).text == line


@pytest.mark.parametrize(
    "stray", ["100% 完成 %s %(x)s %", "{ 括号 } {", "{}{0}{about.__class__}", "%%d {{due}}"]
)
def test_stray_characters_of_the_office_stay_what_they_are(site, stray):
    due.only("measure", lead_days=[2], text=stray)
    due.run("2008-04-28")
    expected = stray.replace("{due}", "2008年4月30日")
    assert told(builders.liaison(site)) == [expected]


def test_line_longer_than_its_text_is_told_whole(site):
    due.only("measure", lead_days=[2], text="{what}" * 33)
    site.plans.get().measures.update(text="字" * 300)
    due.run("2008-04-28")
    assert len(told(builders.liaison(site))[0]) > 33 * 300
    assert Reminder.objects.get(people=1).text == told(builders.liaison(site))[0]


def test_stray_characters_of_a_measure_stay_what_they_are(site):
    site.plans.get().measures.update(text="{days} %(line)s 100%")
    due.run("2008-04-28")
    assert "{days} %(line)s 100%" in told(builders.liaison(site))[0]


def test_filling_in_looks_at_the_text_once():
    words = {"about": "{what}", "what": "甲", "due": "", "days": 1}
    assert filled("{about}{what}{days}", words) == "{what}甲1"


def test_line_leads_to_where_it_is_done(site):
    due.run("2008-04-28", "2008-05-07")
    assert set(Notification.objects.filter(text="%(line)s").values_list("url", flat=True)) == {
        f"/desk/sites/{site.pk}/timetable/"
    }


# -- the task -------------------------------------------------------------------------------------------


def test_beat_runs_it(site, on, settings):
    on("2008-04-28")
    remind()
    assert sent() == [(Rung.AHEAD, 2, "2008-04-28")]
    entry = next(one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == "desk.tasks.remind")
    assert entry["schedule"] == 3600.0
    assert remind.expires == 600


@pytest.mark.sqlite  # the line is refused by a trigger of its kind
def test_run_that_dies_on_the_way_leaves_nothing_half_told(site):
    """Record and line are of one transaction: what failed is told by the next run, once."""
    for text in ("示例", "stop"):
        due.measure(site, "2008-04-30", text)
    refuse = "WHEN NEW.about LIKE '%stop%' BEGIN SELECT RAISE(ABORT, 'stopped'); END"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER stop BEFORE INSERT ON accounts_notification {refuse}")
    with pytest.raises(IntegrityError, match="stopped"):
        due.run("2008-04-28")
    assert not Reminder.objects.exists()
    assert told(builders.liaison(site)) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER stop")
    assert due.run("2008-04-28") == len(told(builders.liaison(site))) == 3


def test_before_the_plan_is_loaded_nothing_is_due():
    Programme.objects.update(is_current=False)
    assert remind_all() == 0


def _cost(number: int) -> tuple[int, int]:
    """Queries of a run that tells of so many measures, and of the next, which has nothing to tell."""
    site = factories.site(Stage.BUILDING)
    factories.liaison_of(site)
    for _each in range(number):
        due.measure(site, "2008-04-30")
    costs = []
    for _run in range(2):
        with CaptureQueriesContext(connection) as queries:
            due.run("2008-04-28")
        costs.append(len(queries))
    return costs[0], costs[1]


def test_run_costs_the_same_however_much_has_been_told(site):
    few = _cost(3)
    many = _cost(30)
    assert many[1] == few[1] <= 12
    # Two for each line: who stood aside from it, and the line itself.
    assert many[0] - few[0] <= 2 * 27


def test_log_is_the_citys_and_without_what_one_stood_aside_from(site):
    due.run("2008-04-28")
    office = builders.office()
    assert Reminder.objects.visible_to(office).count() == 2
    for role in (Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR):
        assert not Reminder.objects.visible_to(factories.user(role)).exists()
    recusals.recuse(user=office, site=site, reason="示例")
    assert not Reminder.objects.visible_to(office).exists()


def test_every_kind_has_its_rule():
    assert set(ReminderRule.objects.values_list("kind", flat=True)) == {kind.key for kind in DEADLINES}
