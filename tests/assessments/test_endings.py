"""A phase prolonged asks for the rounds that are due within it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import ReplyKind, RoundKind
from assessments.models import Finding
from assessments.services import rectification, recusals
from sites import services
from sites.endings import ENDINGS, endings_of
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db
LAST, NEW = datetime.date(2008, 4, 30), datetime.date(2008, 5, 9)
WHY = {"reason": "示例原因", "asked_by": "示例单位", "previous_end": LAST.isoformat()}


@made_once("2008-04-10")
def rounds():
    """One that ends with the third phase, one that ends within it, one that is due after it."""
    third = factories.programme().phases.get(ordinal=3)
    assert third.last_day == LAST
    ending, within, after = (
        builders.open_round(kind) for kind in (RoundKind.INSPECTION, RoundKind.SELF, RoundKind.ACCEPTANCE)
    )
    for made, day in ((ending, LAST), (within, "2008-04-15"), (after, "2008-05-31")):
        made.opened_on, made.due_on = "2008-03-20", day
        made.save()
    site = builders.building()
    builders.inspected(site)
    with builders.on("2008-04-10"):
        for finding in builders.findings(site):
            rectification.extend(finding=finding, working_days=5, reason="示例", by=builders.office())
    Finding.objects.filter(assessment__site=site).update(deadline=LAST)
    return ending, within, after


@pytest.fixture
def phase(rounds):
    return factories.programme().phases.get(ordinal=3)


@pytest.fixture
def url(client, phase):
    client.force_login(builders.office())
    return reverse("sites:phase_extend", args=[phase.pk])


def due(made):
    made.refresh_from_db()
    return made.due_on


def test_page_shows_what_is_due_within_the_phase_and_ticks_what_ends_with_it(client, rounds, url):
    ending, within, _after = rounds
    field = client.get(url).context["form"]["along"]
    findings = f"finding-{Finding.objects.order_by('pk').first().pk}"
    names = [f"round-{within.pk}", f"round-{ending.pk}", findings]
    assert [name for name, _label in field.field.choices] == names
    assert field.value() == names[1:]
    assert f"{ending}，2008年4月30日到期" in client.get(url).content.decode()


def test_what_is_ticked_goes_along_and_nothing_else(client, rounds, url):
    ending, within, after = rounds
    sent = {**WHY, "new_end": NEW.isoformat(), "along": [f"round-{ending.pk}"]}
    assert client.post(url, sent).status_code == 302
    assert (due(ending), due(within), due(after)) == (
        NEW,
        datetime.date(2008, 4, 15),
        datetime.date(2008, 5, 31),
    )
    assert Notification.objects.filter(user__role=Role.INSPECTOR, text__contains="is due on").count() == 2


def test_round_that_is_not_due_in_the_phase_does_not_go_along(rounds, phase):
    _ending, _within, after = rounds
    with pytest.raises(ValidationError) as refused:
        services.extend_phase(
            phase=phase, previous_end=LAST, new_end=NEW, reason="示例", asked_by="示例",
            along=[f"round-{after.pk}"], by=builders.office(),
        )  # fmt: skip
    assert list(refused.value.error_dict) == ["along"]
    assert due(after) == datetime.date(2008, 5, 31)


def test_who_stood_aside_is_not_told_of_the_sites_findings(rounds, phase):
    office = builders.office()
    recusals.recuse(user=office, site=Finding.objects.first().assessment.site, reason="示例")
    assert {name.split("-")[0] for name in endings_of(phase, office)} == {"round"}


def test_everything_that_is_offered_can_be_moved(rounds, phase):
    names = list(endings_of(phase, builders.office()))
    assert {name.split("-")[0] for name in names} == {kind.key for kind in ENDINGS}
    services.extend_phase(
        phase=phase, previous_end=LAST, new_end=NEW, reason="示例", asked_by="示例",
        along=names, by=builders.office(),
    )  # fmt: skip
    phase.refresh_from_db()
    assert set(Finding.objects.values_list("deadline", flat=True)) == {NEW}
    assert "随所在阶段延期" in Finding.objects.first().deadline_counted
    assert Finding.objects.first().replies.last().kind == ReplyKind.EXTEND
    assert {one.due_on for name, one in endings_of(phase, builders.office()).items() if name in names} == {
        NEW
    }
