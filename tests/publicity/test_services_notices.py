"""公示: how long a notice runs, what it freezes, how it ends."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import Notification
from documents.papers import DocumentKind
from publicity import tasks
from publicity.enums import NoticeState
from publicity.models import Notice
from publicity.services import notices
from sites.enums import Stage
from sites.models import Phase, Site
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db


# DOMAIN's vectors: published, working days, last day.
@pytest.mark.parametrize(
    ("published", "length", "last"),
    [
        ("2008-04-28", 5, "2008-05-06"),
        ("2008-05-26", 5, "2008-06-02"),
        ("2008-05-26", 7, "2008-06-04"),
        ("2008-06-05", 5, "2008-06-13"),
        ("2025-04-14", 5, "2025-04-21"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-09-28", 5, "2026-10-10"),
    ],
)
def test_notice_ends_as_the_calendar_counts(on, published, length, last):
    Phase.objects.filter(ordinal=4).update(starts_on="2008-04-28", ends_on="2026-12-31")
    on(published)
    notice = scene.publish(working_days=length)
    notice.refresh_from_db()
    assert notice.ends_on == datetime.date.fromisoformat(last)
    assert notice.counted[-1]["date"] == last
    assert sum(day["working"] for day in notice.counted) == length
    assert published not in {day["date"] for day in notice.counted}


def test_notice_freezes_its_sites_and_issues_its_paper(on):
    on("2008-05-05")
    sites = scene.accepted(2)
    notice = scene.publish(*sites)
    assert {site.stage for site in Site.objects.filter(pk__in=[site.pk for site in sites])} == {
        Stage.ON_NOTICE
    }
    assert [entry.snapshot["name"] for entry in notice.entries.all()] == [site.window_name for site in sites]
    assert notice.document.kind == DocumentKind.PUBLIC_NOTICE
    assert notice.document.is_public
    assert notice.document.context["counted"] == notice.counted


def test_notice_shorter_than_five_working_days_is_refused(on):
    on("2008-05-05")
    with pytest.raises(ValidationError) as refused:
        scene.publish(working_days=4)
    assert list(refused.value.error_dict) == ["working_days"]
    assert not Notice.objects.exists()


def test_notice_outside_its_phase_leaves_nothing_behind(on):
    on("2008-04-10")
    with pytest.raises(PhaseClosed):
        scene.publish()
    assert not Notice.objects.exists()


def test_notice_over_a_site_not_accepted_publishes_none_of_them(on):
    on("2008-05-05")
    [ready] = scene.accepted()
    with pytest.raises(InvalidTransition):
        scene.publish(ready, factories.site(Stage.RECTIFIED))
    ready.refresh_from_db()
    assert ready.stage == Stage.ACCEPTED


@pytest.mark.parametrize(("day", "state"), [("2008-05-12", "published"), ("2008-05-13", "ended")])
def test_notice_is_closed_once_its_last_day_is_over(on, day, state):
    on("2008-05-05")
    notice, leader = scene.publish(), factories.user(Role.LEADING_GROUP)
    on(day)
    for _ in range(2):
        tasks.close_ended_notices()
    notice.refresh_from_db()
    assert notice.state == state
    assert Notification.objects.filter(user=leader).count() == (state == NoticeState.ENDED)


def test_withdrawing_takes_the_sites_back_and_keeps_the_page(on):
    on("2008-05-05")
    notice = scene.publish(*scene.accepted(2))
    notices.withdraw(notice=notice, reason="示例撤回理由", by=factories.user(Role.OFFICE))
    notice.refresh_from_db()
    assert notice.state == NoticeState.WITHDRAWN
    assert notice in Notice.objects.published()
    assert {entry.site.stage for entry in notice.entries.all()} == {Stage.ACCEPTED}


def test_withdrawing_needs_a_reason_and_the_office(on):
    on("2008-05-05")
    notice = scene.publish()
    with pytest.raises(ValidationError):
        notices.withdraw(notice=notice, reason=" ", by=factories.user(Role.OFFICE))
    with pytest.raises(PermissionDenied):
        notices.withdraw(notice=notice, reason="示例", by=factories.user(Role.LEADING_GROUP))


def test_withdrawing_twice_is_refused(on):
    on("2008-05-05")
    notice, office = scene.publish(), factories.user(Role.OFFICE)
    notices.withdraw(notice=notice, reason="示例", by=office)
    with pytest.raises(InvalidTransition):
        notices.withdraw(notice=notice, reason="示例", by=office)
