"""异议: taken in while the notice runs, kept secret, answered in writing."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.enums import Role
from accounts.models import Notification
from publicity.enums import ObjectionState
from publicity.models import Objection
from publicity.services import objections
from sites.enums import Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


@pytest.fixture
def taken_up(notice, office):
    letter = scene.object_to(notice)
    objections.accept(objection=letter, by=office)
    return letter


def test_who_wrote_and_what_is_unreadable_in_the_database(notice):
    letter = scene.object_to(notice)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objector_name, objector_phone, text FROM publicity_objection WHERE id = %s", [letter.pk]
        )
        stored = cursor.fetchone()
    for raw, plain in zip(stored, (scene.NAME, scene.PHONE, scene.LETTER), strict=True):
        assert raw
        assert plain not in raw
    letter.refresh_from_db()
    assert (letter.objector_name, letter.objector_phone, letter.text) == (
        scene.NAME,
        scene.PHONE,
        scene.LETTER,
    )


def test_who_wrote_never_comes_into_the_trail(notice):
    scene.object_to(notice)
    trail = "".join(f"{entry.changes}{entry.object_repr}" for entry in LogEntry.objects.all())
    for secret in (scene.NAME, scene.PHONE, scene.LETTER):
        assert secret not in trail


def test_receiving_tells_the_office_and_nobody_else(notice, office):
    site = notice.entries.first().site
    liaison = factories.liaison_of(site)
    scene.object_to(notice, site)
    assert Notification.objects.filter(user=office, about__site=site.window_name).count() == 1
    assert not Notification.objects.filter(user=liaison).exists()


def test_receiving_after_the_last_day_is_refused(notice, on):
    on("2008-05-13")
    with pytest.raises(InvalidTransition):
        scene.object_to(notice)
    assert not Objection.objects.exists()


def test_receiving_against_a_site_taken_off_is_refused(notice, taken_up, office):
    objections.conclude(
        objection=taken_up, result=ObjectionState.UPHELD, reply="示例", opinion="须整改", by=office
    )
    with pytest.raises(ValidationError):
        scene.object_to(notice, taken_up.site)


@pytest.mark.parametrize("result", ["upheld", "partly"])
def test_upheld_takes_its_site_off_and_the_others_go_on(notice, taken_up, office, result):
    objections.conclude(
        objection=taken_up, result=ObjectionState(result), reply="示例答复", opinion="须整改", by=office
    )
    off, other = notice.entries.order_by("pk")
    assert off.removed_on is not None
    assert off.site.stage == Stage.RECTIFYING
    finding = off.site.assessments.get().findings.get()
    assert finding.opinion == "须整改"
    assert "示例答复" not in finding.reason + off.site.history.last().note
    assert other.removed_on is None
    assert other.site.stage == Stage.ON_NOTICE


def test_not_upheld_leaves_the_site_on_the_notice(notice, taken_up, office):
    objections.conclude(objection=taken_up, result=ObjectionState.NOT_UPHELD, reply="示例答复", by=office)
    entry = notice.entries.get(site=taken_up.site)
    assert (entry.removed_on, entry.site.stage) == (None, Stage.ON_NOTICE)


def test_concluding_needs_a_reply_and_a_result(taken_up, office):
    with pytest.raises(ValidationError) as refused:
        objections.conclude(
            objection=taken_up, result=ObjectionState.UPHELD, reply=" ", opinion="须整改", by=office
        )
    assert list(refused.value.error_dict) == ["reply"]
    with pytest.raises(ValidationError) as refused:
        objections.conclude(objection=taken_up, result=ObjectionState.UPHELD, reply="示例答复", by=office)
    assert list(refused.value.error_dict) == ["opinion"]
    with pytest.raises(ValidationError) as refused:
        objections.conclude(objection=taken_up, result=ObjectionState.ACCEPTED, reply="示例", by=office)
    assert list(refused.value.error_dict) == ["result"]
    assert Objection.objects.get().state == ObjectionState.ACCEPTED


def test_concluding_what_was_not_taken_up_is_refused(notice, office):
    letter = scene.object_to(notice)
    with pytest.raises(InvalidTransition):
        objections.conclude(
            objection=letter, result=ObjectionState.UPHELD, reply="示例", opinion="须整改", by=office
        )


def test_handling_twice_at_once_lets_one_win(notice, office):
    letter = scene.object_to(notice)
    same = Objection.objects.get(pk=letter.pk)
    objections.decline(objection=letter, reply="示例", by=office)
    with pytest.raises(InvalidTransition):
        objections.accept(objection=same, by=office)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_handling_is_the_offices_alone(notice, role):
    with pytest.raises(PermissionDenied):
        objections.accept(objection=scene.object_to(notice), by=factories.user(role))


def test_handling_by_somebody_of_the_unit_concerned_is_refused(notice):
    letter = scene.object_to(notice)
    with pytest.raises(PermissionDenied):
        objections.accept(objection=letter, by=factories.user(Role.OFFICE, letter.site.organisation))
