"""动态跟踪管理: rechecks by plan, by draw, after a complaint; who was there, what was found."""

import datetime
import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.services import recusals
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import Recheck, RecheckDraw, RecheckPicture, TrackingNote
from publicity.services import tracking
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders, photos
from tests.at_once import at_once, kinds, on_both
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

RECHECK = TrackingKind.RECHECK


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


def day(text):
    return datetime.date.fromisoformat(text)


# -- what a recheck found ----------------------------------------------------------------------


def found(naming, by, files=(), **more):
    about = {"visitors": [by], "visited_on": day("2008-06-02"), "not_met": ["示例公开栏"], "text": "示例"}
    visit = tracking.Visit(**{**about, **more})
    return tracking.record_recheck(naming=naming, visit=visit, files=files, by=by)


def test_recheck_keeps_who_was_there_when_and_what_was_found_of_each_thing(named, office, on):
    on("2008-06-05")
    inspector = factories.user(Role.INSPECTOR)
    note = found(
        named,
        office,
        visitors=[inspector, office],
        visited_on=day("2008-06-03"),
        met=["示例指南"],
        not_met=["示例公开栏", "示例电话"],
        files=[photos.upload("现场.jpg")],
    )
    assert (note.on, note.visited_on) == (day("2008-06-05"), day("2008-06-03"))
    assert set(note.visitors.all()) == {inspector, office}
    assert list(note.findings.values_list("text", "is_met")) == [
        ("示例指南", True),
        ("示例公开栏", False),
        ("示例电话", False),
    ]
    picture = note.pictures.get()
    assert picture.name == "现场.jpg"
    assert picture.shown.read() != picture.file.read()  # without what the camera wrote
    assert note.is_wanting


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visitors": []}, "visitors"),
        ({"visited_on": datetime.date(2008, 6, 3)}, "visited_on"),
        ({"visited_on": datetime.date(2008, 5, 12)}, "visited_on"),
        ({"not_met": []}, "met"),
        ({"text": " "}, "text"),
        ({"files": [builders.upload("示例.pdf", pdf(b"sample"))]}, "files"),
    ],
)
def test_wrong_recheck_says_so_at_the_field_and_leaves_nothing(named, office, wrong, field):
    with pytest.raises(ValidationError) as error:
        found(named, office, **wrong)
    assert list(error.value.error_dict) == [field]
    assert not TrackingNote.objects.exists()
    assert not RecheckPicture.objects.exists()


def test_nobody_of_the_unit_or_barred_has_rechecked_it(named, office):
    unit, aside = factories.liaison_of(named.site), factories.user(Role.INSPECTOR)
    own = factories.user(Role.INSPECTOR, named.site.organisation)
    recusals.recuse(user=aside, site=named.site, reason="示例亲属")
    for person in (unit, aside, own, factories.user(Role.LEADING_GROUP)):
        with pytest.raises(ValidationError) as error:
            found(named, office, visitors=[office, person])
        assert list(error.value.error_dict) == ["visitors"]


def test_recheck_of_a_warned_site_was_not_before_the_warning(named, office, on):
    on("2008-06-04")
    scene.warned(named)
    with pytest.raises(ValidationError) as error:
        found(named, office, visited_on=day("2008-06-03"))
    assert list(error.value.error_dict) == ["visited_on"]


def test_recheck_without_a_visit_is_refused_by_the_database(named, office):
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackingNote.objects.create(naming=named, kind=RECHECK, on=day("2008-06-02"), text="示例", by=office)


# -- rechecks ----------------------------------------------------------------------------------


def plan(naming, by, due="2008-09-01"):
    return tracking.plan_recheck(naming=naming, due_on=day(due), by=by)


def test_recheck_is_planned_and_done_by_the_note_that_says_what_was_found(named, office, on):
    recheck = plan(named, office)
    assert list(Recheck.objects.overdue(on=day("2008-09-01"))) == []
    assert list(Recheck.objects.overdue(on=day("2008-09-02"))) == [recheck]
    on("2008-08-20")
    note = scene.rechecked(named, office)
    recheck.refresh_from_db()
    assert recheck.result == note
    assert not Recheck.objects.waiting().exists()


def test_recheck_is_the_offices_to_plan_and_to_draw(named, leader):
    for person in (leader, factories.user(Role.DISTRICT), factories.liaison_of(named.site)):
        with pytest.raises(PermissionDenied):
            plan(named, person)
        with pytest.raises(PermissionDenied):
            draw(1, person)
        with pytest.raises(PermissionDenied):
            scene.rechecked(named, person)
        with pytest.raises(PermissionDenied):
            scene.complained(named, by=person)


def test_recheck_in_the_past_is_refused(named, office):
    with pytest.raises(ValidationError) as error:
        plan(named, office, "2008-06-01")
    assert list(error.value.error_dict) == ["due_on"]


def test_second_recheck_waits_for_the_first(named, office):
    plan(named, office)
    with pytest.raises(WorkflowError, match="2008年9月1日"):
        plan(named, office, "2008-10-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        Recheck.objects.create(
            naming=named,
            origin=RecheckOrigin.PLANNED,
            due_on="2008-10-01",
            planned_by=office,
            planned_on="2008-06-02",
        )


def test_complaint_starts_a_recheck_within_the_rulebooks_days(named, office):
    note = scene.complained(named)
    recheck = Recheck.objects.get()
    assert (recheck.origin, recheck.complaint) == (RecheckOrigin.COMPLAINT, note)
    assert recheck.due_on == day("2008-06-17")


@pytest.mark.parametrize(("due", "then"), [("2008-09-01", "2008-06-17"), ("2008-06-10", "2008-06-10")])
def test_complaint_draws_the_waiting_recheck_forward_never_back(named, office, due, then):
    recheck = plan(named, office, due)
    scene.complained(named)
    recheck.refresh_from_db()
    assert (recheck.due_on, recheck.origin) == (day(then), RecheckOrigin.PLANNED)
    assert Recheck.objects.count() == 1


def test_revoked_site_is_tracked_no_more(named, office, leader, on):
    scene.warned(named, working_days=1)
    plan(named, office)
    on("2008-06-10")
    scene.revoked(named)
    assert not Recheck.objects.waiting().exists()
    for verb in (lambda: scene.rechecked(named), lambda: plan(named, office)):
        with pytest.raises(WorkflowError):
            verb()


def test_complaint_is_not_read_by_the_unit_nor_a_recheck_foretold(named, office, leader):
    scene.complained(named, "示例投诉人说")
    liaison = factories.liaison_of(named.site)
    assert not TrackingNote.objects.visible_to(liaison).exists()
    assert not Recheck.objects.visible_to(liaison).exists()
    scene.rechecked(named, files=[photos.upload()])
    assert RecheckPicture.objects.visible_to(liaison).exists()
    assert [note.kind for note in TrackingNote.objects.visible_to(liaison)] == [RECHECK]
    for person in (office, leader):
        assert TrackingNote.objects.visible_to(person).count() == 2


def test_leading_group_hears_of_something_new_about_a_warned_site(named, office, leader):
    scene.rechecked(named)
    told = Notification.objects.filter(user=leader, text__contains="something new")
    assert not told.exists()
    scene.warned(named)
    scene.rechecked(named)
    assert told.count() == 1


# -- draws -------------------------------------------------------------------------------------


def draw(wanted, by, due="2008-09-01"):
    return tracking.draw_rechecks(programme=factories.programme(), wanted=wanted, due_on=day(due), by=by)


@pytest.fixture
def six(on):
    on("2008-06-02")
    return scene.named(*scene.accepted(6))


def test_draw_takes_those_whose_hash_comes_first(six, office):
    made = draw(2, office)
    codes = sorted(
        (naming.plaque_number for naming in six),
        key=lambda code: hashlib.sha256(f"{made.seed}:{code}".encode()).hexdigest(),
    )
    on_record = Recheck.objects.filter(draw=made)
    assert {recheck.naming.plaque_number for recheck in on_record} == set(codes[:2])
    assert {(recheck.origin, recheck.due_on) for recheck in on_record} == {("drawn", day("2008-09-01"))}
    assert {place["code"] for place in made.pool} == set(codes)


def test_draws_have_seeds_of_their_own(six, office):
    assert draw(1, office).seed != draw(1, office).seed


def test_draw_leaves_out_who_waits_and_who_is_warned_or_revoked(six, office, leader, on):
    waits, is_warned, is_revoked = six[:3]
    plan(waits, office)
    scene.warned(is_warned, working_days=1)
    scene.warned(is_revoked, working_days=1)
    on("2008-06-10")
    scene.revoked(is_revoked)
    made = draw(3, office)
    assert {place["code"] for place in made.pool} == {naming.plaque_number for naming in six[3:]}


def test_draw_leaves_out_what_the_drawer_stood_aside_from(six, office):
    recusals.recuse(user=office, site=six[0].site, reason="示例亲属")
    made = draw(5, office)
    assert six[0].plaque_number not in {place["code"] for place in made.pool}


@pytest.mark.parametrize("wanted", [0, 7])
def test_draw_of_none_or_more_than_there_are_is_refused(six, office, wanted):
    with pytest.raises(ValidationError) as error:
        draw(wanted, office)
    assert list(error.value.error_dict) == ["wanted"]
    assert not RecheckDraw.objects.exists()


@on_both
@pytest.mark.django_db(transaction=True)
def test_drawing_twice_at_once_draws_nobody_twice(database, on):
    on("2008-06-02")
    scene.named(*scene.accepted(3))
    people = [factories.user(Role.OFFICE) for _ in range(2)]
    outcomes = at_once(*(lambda by=by: draw(2, by) for by in people))
    assert kinds(outcomes) == ["ValidationError", "done"]
    assert Recheck.objects.count() == 2


@on_both
@pytest.mark.django_db(transaction=True)
def test_planning_and_complaining_at_once_starts_one_recheck(database, on):
    on("2008-06-02")
    (naming,) = scene.named()
    first, second = (factories.user(Role.OFFICE) for _ in range(2))
    outcomes = at_once(lambda: plan(naming, first), lambda: scene.complained(naming, by=second))
    assert set(kinds(outcomes)) <= {"WorkflowError", "done"}
    assert Recheck.objects.count() == TrackingNote.objects.count() == 1
