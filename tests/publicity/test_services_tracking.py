"""动态跟踪管理: rechecks by plan, by draw, after a complaint; warning, lifting, revoking, with papers."""

import datetime
import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.services import recusals
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import Naming, Recheck, RecheckDraw, Revocation, TrackingNote, Warned
from publicity.services import tracking
from sites.enums import Stage
from sites.models import StageChange
from sites.workflow import InvalidTransition, WorkflowError
from tests import factories
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db

RECHECK, COMPLAINT = TrackingKind.RECHECK, TrackingKind.COMPLAINT


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


def day(text):
    return datetime.date.fromisoformat(text)


def put(naming, by, kind=RECHECK, text="示例记录"):
    return tracking.record(naming=naming, kind=kind, text=text, by=by)


def warned(naming, by, **more):
    put(naming, by)
    return tracking.warn(naming=naming, reason="示例警告理由", by=by, **more)


# -- warning -----------------------------------------------------------------------------------


def test_warning_needs_a_note_on_file(named, office):
    with pytest.raises(ValidationError):
        tracking.warn(naming=named, reason="示例警告理由", by=office)
    assert named.site.stage == Stage.NAMED
    assert not Warned.objects.exists()


def test_warning_gives_the_rulebooks_working_days_and_says_how_they_were_counted(named, office):
    made = warned(named, office)
    # Ten working days from Monday 2 June; the Dragon Boat Festival (6 to 9 June) and a weekend lie between.
    assert made.rectify_by == day("2008-06-17")
    assert made.counted.startswith("自2008年6月2日起（当日不计算在内）10 个工作日")
    assert "端午节" in made.counted


def test_warning_takes_another_number_of_days(named, office):
    assert warned(named, office, working_days=1).rectify_by == day("2008-06-03")


@pytest.mark.parametrize("days", [0, -1, 366])
def test_warning_with_no_time_or_no_end_is_refused(named, office, days):
    with pytest.raises(ValidationError) as error:
        warned(named, office, working_days=days)
    assert list(error.value.error_dict) == ["working_days"]
    assert not Warned.objects.exists()


def test_warning_is_a_public_paper_that_says_what_it_rests_on(named, office):
    put(named, office, COMPLAINT)
    made = tracking.warn(naming=named, reason="公开栏未更新", by=office)
    paper = Document.objects.get(pk=made.paper_id)
    assert paper.kind == DocumentKind.WARNING_NOTICE
    assert paper.is_public
    said = paper.context
    assert (said["found"], said["found_on"]) == ("投诉核查", "2008-06-02")
    assert (said["reason"], said["rectify_by"]) == ("公开栏未更新。", "2008-06-17")
    assert (said["decision_number"], said["plaque_number"]) == (
        named.decision.full_number,
        named.plaque_number,
    )


def test_warning_is_the_offices_alone(named, office, leader):
    put(named, office)
    for person in (leader, factories.liaison_of(named.site), factories.user(Role.DISTRICT)):
        with pytest.raises(PermissionDenied):
            tracking.warn(naming=named, reason="示例", by=person)


def test_warning_without_a_reason_leaves_nothing_behind(named, office):
    put(named, office)
    with pytest.raises(ValidationError):
        tracking.warn(naming=named, reason="  ", by=office)
    assert not Warned.objects.exists()
    assert not Document.objects.filter(kind=DocumentKind.WARNING_NOTICE).exists()


def test_unit_is_told_of_each_step(named, office, leader, on):
    liaison = factories.liaison_of(named.site)
    warned(named, office, working_days=1)
    put(named, office)
    tracking.restore(naming=named, reason="示例", by=office)
    warned(named, office, working_days=1)
    on("2008-06-10")
    tracking.revoke(naming=named, reason="示例", by=leader)
    assert Notification.objects.filter(user=liaison).count() == 4


# -- lifting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [None, COMPLAINT])
def test_restoring_needs_a_recheck_after_the_warning(named, office, again):
    warned(named, office)
    if again:
        put(named, office, again)
    with pytest.raises(ValidationError):
        tracking.restore(naming=named, reason="示例恢复理由", by=office)
    assert named.site.stage == Stage.WARNED
    assert Warned.objects.get().lifted_on is None


def test_restoring_lifts_the_warning_with_reason_and_paper(named, office, on):
    made = warned(named, office)
    on("2008-06-05")
    put(named, office)
    tracking.restore(naming=named, reason="已经整改", by=office)
    made = Warned.objects.get()
    assert (made.lifted_on, made.lifting_reason) == (day("2008-06-05"), "已经整改")
    assert made.lifting_paper.kind == DocumentKind.RESTORATION_NOTICE
    assert made.lifting_paper.context["warning_number"] == made.paper.full_number
    assert made.lifting_paper.context["warned_on"] == "2008-06-02"
    assert not Warned.objects.standing().exists()


# -- revoking ----------------------------------------------------------------------------------


def revoke(naming, by):
    return tracking.revoke(naming=naming, reason="示例撤销理由", by=by)


def test_revoking_within_the_time_to_mend_is_refused(named, office, leader, on):
    made = warned(named, office)
    on(made.rectify_by.isoformat())
    with pytest.raises(WorkflowError, match="2008年6月17日"):
        revoke(named, leader)
    assert named.site.stage == Stage.WARNED
    assert not Revocation.objects.exists()


def test_revoking_when_the_time_to_mend_is_over(named, office, leader, on):
    made = warned(named, office)
    on("2008-06-18")
    revocation = revoke(named, leader)
    decision = revocation.decision
    assert decision.kind == DocumentKind.REVOCATION_DECISION
    assert decision.is_public
    assert decision.context["warning_number"] == made.paper.full_number
    assert named.site.stage == Stage.REVOKED
    assert Naming.objects.filter(pk=named.pk).exists()


@pytest.mark.parametrize("kind", [RECHECK, COMPLAINT])
def test_revoking_sooner_upon_something_new_on_file(named, office, leader, kind):
    warned(named, office)
    put(named, office, kind)
    assert revoke(named, leader).revoked_on == day("2008-06-02")


def test_revoking_a_site_that_was_not_warned_is_refused(named, leader):
    with pytest.raises(InvalidTransition):
        revoke(named, leader)
    assert not Revocation.objects.exists()


def test_site_goes_round_and_nothing_is_lost(named, office, leader, on):
    warned(named, office)
    put(named, office)
    tracking.restore(naming=named, reason="示例恢复理由", by=office)
    with pytest.raises(ValidationError):  # what brought the first warning brings no second one
        tracking.warn(naming=named, reason="示例", by=office)
    warned(named, office, working_days=1)
    on("2008-06-04")
    revoke(named, leader)
    actions = list(StageChange.objects.filter(site=named.site).values_list("action", flat=True))[-5:]
    assert actions == ["name", "warn", "restore", "warn", "revoke"]
    assert Warned.objects.count() == 2
    assert TrackingNote.objects.count() == 3


# -- rechecks ----------------------------------------------------------------------------------


def plan(naming, by, due="2008-09-01"):
    return tracking.plan_recheck(naming=naming, due_on=day(due), by=by)


def test_recheck_is_planned_and_done_by_the_note_that_says_what_was_found(named, office, on):
    recheck = plan(named, office)
    assert list(Recheck.objects.overdue(on=day("2008-09-01"))) == []
    assert list(Recheck.objects.overdue(on=day("2008-09-02"))) == [recheck]
    on("2008-08-20")
    note = put(named, office)
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
            put(named, person)


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
    note = put(named, office, COMPLAINT)
    recheck = Recheck.objects.get()
    assert (recheck.origin, recheck.complaint) == (RecheckOrigin.COMPLAINT, note)
    assert recheck.due_on == day("2008-06-17")


@pytest.mark.parametrize(("due", "then"), [("2008-09-01", "2008-06-17"), ("2008-06-10", "2008-06-10")])
def test_complaint_draws_the_waiting_recheck_forward_never_back(named, office, due, then):
    recheck = plan(named, office, due)
    put(named, office, COMPLAINT)
    recheck.refresh_from_db()
    assert (recheck.due_on, recheck.origin) == (day(then), RecheckOrigin.PLANNED)
    assert Recheck.objects.count() == 1


def test_revoked_site_is_tracked_no_more(named, office, leader, on):
    warned(named, office, working_days=1)
    plan(named, office)
    on("2008-06-10")
    revoke(named, leader)
    assert not Recheck.objects.waiting().exists()
    for verb in (lambda: put(named, office), lambda: plan(named, office)):
        with pytest.raises(WorkflowError):
            verb()


def test_complaint_is_not_read_by_the_unit_nor_a_recheck_foretold(named, office, leader):
    put(named, office, COMPLAINT, "示例投诉人说")
    liaison = factories.liaison_of(named.site)
    assert not TrackingNote.objects.visible_to(liaison).exists()
    assert not Recheck.objects.visible_to(liaison).exists()
    put(named, office)
    assert [note.kind for note in TrackingNote.objects.visible_to(liaison)] == [RECHECK]
    for person in (office, leader):
        assert TrackingNote.objects.visible_to(person).count() == 2


def test_leading_group_hears_of_something_new_about_a_warned_site(named, office, leader):
    put(named, office)
    told = Notification.objects.filter(user=leader, text__contains="something new")
    assert not told.exists()
    tracking.warn(naming=named, reason="示例警告理由", by=office)
    put(named, office)
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
    warned(is_warned, office, working_days=1)
    warned(is_revoked, office, working_days=1)
    on("2008-06-10")
    revoke(is_revoked, leader)
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
    outcomes = at_once(lambda: plan(naming, first), lambda: put(naming, second, COMPLAINT))
    assert set(kinds(outcomes)) <= {"WorkflowError", "done"}
    assert Recheck.objects.count() == TrackingNote.objects.count() == 1


@on_both
@pytest.mark.django_db(transaction=True)
def test_restoring_and_revoking_at_once_does_one_of_them(database, on):
    on("2008-06-02")
    (naming,) = scene.named()
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    warned(naming, office)
    put(naming, office)
    mine, theirs = (Naming.objects.select_related("site").get(pk=naming.pk) for _ in range(2))
    outcomes = at_once(
        lambda: tracking.restore(naming=mine, reason="示例", by=office), lambda: revoke(theirs, leader)
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    lifted = Warned.objects.get().lifted_on is not None
    assert lifted != Revocation.objects.exists()
    papers = (DocumentKind.RESTORATION_NOTICE, DocumentKind.REVOCATION_DECISION)
    assert Document.objects.filter(kind__in=papers).count() == 1
