"""Overdue findings: who is told when, over weekends and the May holiday, once, and after an outage."""

import datetime
from collections import Counter

import pytest

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import EscalationLevel, FindingState, RoundKind
from assessments.models import Escalation, Finding, Round
from assessments.services import rectification, recusals
from assessments.services.escalation import OVERDUE, escalate_overdue
from assessments.tasks import escalate_overdue as task
from sites.enums import Level, Stage
from sites.models import Site
from standards.models import Rulebook
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@made_once()
def site():
    """Two findings due on Tuesday 22 April."""
    builders.leader()
    made = builders.building()
    builders.inspected(made)
    return made


@pytest.fixture(autouse=True)
def _leader():
    builders.leader()


def due(site, day):
    Finding.objects.filter(assessment__site=site).update(deadline=day)


def told() -> Counter[str]:
    """How many lines each role got about overdue findings."""
    return Counter(Notification.objects.filter(text=OVERDUE).values_list("user__role", flat=True))


def levels() -> list[tuple[str, datetime.date]]:
    return list(dict.fromkeys(Escalation.objects.values_list("level", "on")))


def test_nobody_is_told_on_the_last_day(site, on):
    on("2008-04-22")
    assert escalate_overdue() == 0
    assert not Escalation.objects.exists()


def test_unit_then_office_then_leading_group(site, on):
    for day in ("2008-04-23", "2008-04-24", "2008-04-25", "2008-04-28", "2008-04-29", "2008-04-30"):
        on(day)
        escalate_overdue()
        escalate_overdue()
    assert [(level, day.isoformat()) for level, day in levels()] == [
        (EscalationLevel.UNIT, "2008-04-23"),
        (EscalationLevel.OFFICES, "2008-04-25"),
        (EscalationLevel.LEADING_GROUP, "2008-04-29"),
    ]
    # Two findings, one line to each person.
    assert Escalation.objects.count() == 6
    assert told() == {Role.LIAISON: 1, Role.OFFICE: 1, Role.LEADING_GROUP: 1}
    note = Notification.objects.filter(text=OVERDUE).first()
    assert note.about == {"site": str(site), "n": "2"}


def test_the_rounds_rulebook_says_after_how_many_days(on):
    draft = Rulebook.objects.create(version=2, escalation_offices_days=1, escalation_leading_group_days=2)
    site = builders.building()
    builders.open_round(RoundKind.INSPECTION)
    Round.objects.update(rulebook=draft)
    builders.inspected(site)
    for day in ("2008-04-23", "2008-04-24"):
        on(day)
        escalate_overdue()
    assert [(level, day.isoformat()) for level, day in levels()] == [
        (EscalationLevel.UNIT, "2008-04-23"),
        (EscalationLevel.OFFICES, "2008-04-23"),
        (EscalationLevel.LEADING_GROUP, "2008-04-24"),
    ]


def test_weekend_does_not_count(site, on):
    """Due on Friday 18 April: the offices after Wednesday's third working day, not on Monday."""
    due(site, "2008-04-18")
    for day in ("2008-04-19", "2008-04-21", "2008-04-22"):
        on(day)
        escalate_overdue()
    assert [level for level, _day in levels()] == [EscalationLevel.UNIT]
    on("2008-04-23")
    escalate_overdue()
    assert [level for level, _day in levels()] == [EscalationLevel.UNIT, EscalationLevel.OFFICES]


def test_may_holiday_does_not_count_and_the_day_in_lieu_does(site, on):
    """Due on 30 April: 1 to 3 May are off, Sunday 4 May is worked, so the third working day is the 6th."""
    due(site, "2008-04-30")
    for day in ("2008-05-01", "2008-05-03", "2008-05-05"):
        on(day)
        escalate_overdue()
    assert [level for level, _day in levels()] == [EscalationLevel.UNIT]
    on("2008-05-06")
    escalate_overdue()
    on("2008-05-08")
    escalate_overdue()
    assert [level for level, _day in levels()] == list(EscalationLevel.values)


def test_a_week_without_a_worker_is_caught_up_once(site, on):
    on("2008-04-30")
    assert escalate_overdue() == 3
    assert escalate_overdue() == 0
    assert told() == {Role.LIAISON: 1, Role.OFFICE: 1, Role.LEADING_GROUP: 1}
    assert [(level, day.isoformat()) for level, day in levels()] == [
        (level, "2008-04-30") for level in EscalationLevel.values
    ]


def test_extension_begins_anew(site, finding, on):
    on("2008-04-30")
    escalate_overdue()
    rectification.extend(finding=finding, working_days=2, reason="示例", by=builders.office())
    assert escalate_overdue() == 0
    on("2008-05-06")
    assert escalate_overdue() == 1
    again = Escalation.objects.filter(finding=finding, deadline="2008-05-05")
    assert [one.level for one in again] == [EscalationLevel.UNIT]


def test_answered_findings_are_left_alone(site, finding, on):
    on("2008-04-22")
    rectification.answer(finding=finding, text="示例", files=[], by=builders.liaison(site))
    on("2008-04-23")
    escalate_overdue()
    assert Escalation.objects.get().finding != finding
    rectification.send_back(finding=finding, text="示例", by=builders.office())
    assert escalate_overdue() == 1


@pytest.mark.parametrize("state", [FindingState.PUT, FindingState.VERIFIED, FindingState.WITHDRAWN])
def test_other_states_are_left_alone(site, on, state):
    on("2008-04-30")
    Finding.objects.update(state=state)
    assert escalate_overdue() == 0


def test_site_that_left_rectification_is_left_alone(site, on):
    on("2008-04-30")
    Site.objects.update(stage=Stage.REVOKED)
    assert escalate_overdue() == 0


def test_district_office_is_told_of_its_own_sites_only(on):
    site = builders.building(level=Level.DISTRICT)
    builders.inspected(site)
    mine = factories.user(Role.DISTRICT, factories.district_office(site.filing.organisation))
    factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    on("2008-04-25")
    escalate_overdue()
    offices = Notification.objects.filter(text=OVERDUE, user__role=Role.DISTRICT)
    assert [note.user for note in offices] == [mine]


def test_who_stood_aside_is_not_told(site, on):
    other = factories.user(Role.OFFICE)
    recusals.recuse(user=other, site=site, reason="示例")
    on("2008-04-25")
    escalate_overdue()
    assert not Notification.objects.filter(user=other, text=OVERDUE).exists()
    assert Notification.objects.filter(user=builders.office(), text=OVERDUE).count() == 1


def test_several_sites_are_told_each_by_itself(site, on):
    builders.inspected(builders.building())
    on("2008-04-23")
    assert escalate_overdue() == 2
    assert told() == {Role.LIAISON: 2}


def test_beat_runs_it(site, on, settings):
    on("2008-04-23")
    task()
    assert told() == {Role.LIAISON: 1}
    assert "assessments.tasks.escalate_overdue" in {
        entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
