"""警告: two pairs of eyes, the unit's answer, lifting, the hearing before a revocation, revoking."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification, User
from assessments.models import Evidence
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import RecheckOrigin
from publicity.models import (
    Naming,
    Recheck,
    Revocation,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from publicity.services import warned
from sites.enums import Action, Level, Stage
from sites.models import StageChange
from sites.workflow import InvalidTransition, WorkflowError
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders, photos
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


def day(text):
    return datetime.date.fromisoformat(text)


# -- warning -----------------------------------------------------------------------------------


def warn(naming, by, **more):
    facts = {"reason": "示例警告理由", "resolution": resolved("warning"), **more}
    return scene.step(Action.WARN, naming, by, **facts)


def test_warning_needs_something_wanting_on_file(named, office):
    scene.rechecked(named, is_met=True)
    with pytest.raises(WorkflowError, match="记录"):
        warn(named, office)
    assert named.site.stage == Stage.NAMED
    assert not Warned.objects.exists()


def test_whoever_put_it_on_file_does_not_warn_upon_it(named, office, leader):
    scene.rechecked(named, office)
    with pytest.raises(WorkflowError, match="另一人"):
        warn(named, office)
    assert not Warned.objects.exists()
    assert warn(named, leader).warned_by == leader


def test_warning_gives_the_rulebooks_working_days_and_says_how_they_were_counted(named):
    made = scene.warned(named)
    # Ten working days from Monday 2 June; the Dragon Boat Festival (6 to 9 June) and a weekend lie between.
    assert made.rectify_by == day("2008-06-17")
    assert made.counted.startswith("自2008年6月2日起（当日不计算在内）10 个工作日")
    assert "端午节" in made.counted


def test_warning_takes_another_number_of_days(named):
    assert scene.warned(named, working_days=1).rectify_by == day("2008-06-03")


@pytest.mark.parametrize("days", [0, -1, 366])
def test_warning_with_no_time_or_no_end_is_refused(named, office, days):
    scene.complained(named)
    with pytest.raises(ValidationError) as error:
        warn(named, office, working_days=days)
    assert list(error.value.error_dict) == ["working_days"]
    assert not Warned.objects.exists()


def test_warning_is_a_public_paper_that_says_what_it_rests_on(named, office, on):
    scene.rechecked(named)
    on("2008-06-03")
    paper = Document.objects.get(pk=warn(named, office, reason="公开栏未更新").paper_id)
    assert paper.kind == DocumentKind.WARNING_NOTICE
    assert paper.is_public
    said = paper.context
    assert (said["found"], said["found_on"], said["unmet"]) == ("复查", "2008-06-02", "示例公开栏")
    assert (said["reason"], said["rectify_by"]) == ("公开栏未更新。", "2008-06-18")
    assert (said["decision_number"], said["plaque_number"]) == (
        named.decision.full_number,
        named.plaque_number,
    )


def test_warning_upon_a_complaint_says_so_and_nothing_of_it(named):
    scene.complained(named, "示例投诉内容")
    said = warn(named, factories.user(Role.OFFICE)).paper.context
    assert (said["found"], said["unmet"]) == ("投诉核查", "")
    assert "示例投诉内容" not in str(said)


def test_warning_is_the_citys_alone(named):
    scene.rechecked(named)
    for person in (factories.liaison_of(named.site), factories.user(Role.DISTRICT)):
        with pytest.raises(PermissionDenied):
            warn(named, person)


def test_warning_without_a_reason_leaves_nothing_behind(named, office):
    scene.rechecked(named)
    with pytest.raises(ValidationError):
        warn(named, office, reason="  ")
    assert not Warned.objects.exists()
    assert not Document.objects.filter(kind=DocumentKind.WARNING_NOTICE).exists()


def test_unit_is_told_of_each_step(named, on):
    liaison = factories.liaison_of(named.site)
    scene.warned(named, working_days=1)
    scene.restored(named)
    scene.warned(named, working_days=1)
    on("2008-06-10")
    scene.revoked(named)
    told = Notification.objects.filter(user=liaison).values_list("text", flat=True)
    assert len(told) == 5
    assert any("considered" in text for text in told)


# -- the unit's answer -------------------------------------------------------------------------


def answer(naming, by: User, **more):
    return warned.answer(naming=naming, by=by, **{"text": "示例整改情况", **more})


def test_answer_is_on_file_with_its_pictures_and_asks_for_the_recheck(named, office, on):
    scene.warned(named)
    unit = factories.liaison_of(named.site)
    on("2008-06-05")
    said = answer(named, unit, files=[photos.upload("公开栏.jpg")])
    assert (said.text, said.on, said.by) == ("示例整改情况", day("2008-06-05"), unit)
    assert said.evidence.files.get().name == "公开栏.jpg"
    asked = Recheck.objects.waiting().get()
    assert (asked.origin, asked.answer, asked.due_on) == (RecheckOrigin.ASKED, said, day("2008-06-20"))
    assert Notification.objects.filter(user=office, text__contains="asks for a recheck").count() == 1


def test_answer_of_a_districts_site_is_told_to_its_district_alone(on):
    on("2008-06-02")
    site = scene.accepted()[0]
    type(site).objects.filter(pk=site.pk).update(
        level=Level.DISTRICT, filing=factories.filing(factories.district("乌达"), Level.DISTRICT)
    )
    (naming,) = scene.named(type(site).objects.get(pk=site.pk))
    own, other = (
        factories.user(Role.DISTRICT, factories.district_office(factories.district(name)))
        for name in ("乌达", "海南")
    )
    scene.warned(naming)
    scene.answers(naming)
    told = Notification.objects.filter(text__contains="asks for a recheck")
    assert told.filter(user=own).exists()
    assert not told.filter(user=other).exists()
    assert WarningAnswer.objects.visible_to(own).exists()
    assert not WarningAnswer.objects.visible_to(other).exists()


def test_answer_draws_the_recheck_that_waits_forward(named):
    scene.complained(named)
    waits = Recheck.objects.get()
    scene.warned(named)
    scene.answers(named)
    assert TrackingNote.objects.count() == 2
    waits.refresh_from_db()
    assert waits.result is not None
    assert Recheck.objects.waiting().get().origin == RecheckOrigin.ASKED


def test_answer_is_the_own_units_alone(named, office, leader):
    scene.warned(named)
    for person in (office, leader, factories.user(Role.LIAISON), factories.user(Role.INSPECTOR)):
        with pytest.raises(PermissionDenied):
            answer(named, person)
    assert not WarningAnswer.objects.exists()


def test_answer_without_words_or_with_a_wrong_file_leaves_nothing(named):
    scene.warned(named)
    unit = factories.liaison_of(named.site)
    wrong = {"text": {"text": "  "}, "files": {"files": [builders.upload("示例.exe", b"MZ")]}}
    for field, typed in wrong.items():
        with pytest.raises(ValidationError) as error:
            answer(named, unit, **typed)
        assert list(error.value.error_dict) == [field]
    assert not WarningAnswer.objects.exists()
    assert not Evidence.objects.exists()


def test_answer_is_given_once_for_each_recheck(named):
    scene.warned(named)
    scene.answers(named)
    with pytest.raises(WorkflowError):
        scene.answers(named)
    scene.rechecked(named)
    scene.answers(named)  # it found something not met: the unit mends that as well
    scene.rechecked(named, is_met=True)
    with pytest.raises(WorkflowError):
        scene.answers(named)
    assert WarningAnswer.objects.count() == 2


def test_site_that_is_not_warned_has_nothing_to_answer(named):
    with pytest.raises(WorkflowError):
        scene.answers(named)


# -- lifting -----------------------------------------------------------------------------------


def restore(naming, by):
    return scene.step(Action.RESTORE, naming, by, reason="已经整改", resolution=resolved("restoration"))


@pytest.mark.parametrize(
    "again", [None, scene.complained, scene.rechecked], ids=["nothing", "complaint", "bad"]
)
def test_restoring_needs_a_recheck_that_found_everything_met(named, office, again):
    scene.warned(named)
    if again:
        again(named)
    with pytest.raises(WorkflowError):
        restore(named, office)
    assert named.site.stage == Stage.WARNED
    assert Warned.objects.get().lifted_on is None


def test_whoever_rechecked_does_not_lift_the_warning(named, office, leader):
    scene.warned(named)
    scene.rechecked(named, office, is_met=True)
    with pytest.raises(WorkflowError, match="另一人"):
        restore(named, office)
    restore(named, leader)
    assert named.site.stage == Stage.NAMED


def test_restoring_lifts_the_warning_with_reason_and_paper(named, office, on):
    made = scene.warned(named)
    on("2008-06-04")
    scene.answers(named)
    on("2008-06-05")
    scene.rechecked(named, is_met=True)
    restore(named, office)
    made = Warned.objects.get()
    assert (made.lifted_on, made.lifting_reason) == (day("2008-06-05"), "已经整改")
    assert made.lifting_paper.kind == DocumentKind.RESTORATION_NOTICE
    said = made.lifting_paper.context
    assert (said["warning_number"], said["warned_on"]) == (made.paper.full_number, "2008-06-02")
    assert (said["answered_on"], said["found_on"]) == ("2008-06-04", "2008-06-05")
    assert said["looked_at"] == "示例公开栏"
    assert not Warned.objects.standing().exists()


# -- hearing -----------------------------------------------------------------------------------


def hear(naming, by):
    return warned.hear(naming=naming, grounds="示例事由", by=by)


def test_hearing_gives_the_rulebooks_working_days(named, office, on):
    scene.warned(named, working_days=1)
    on("2008-06-10")
    made = hear(named, office)
    assert (made.opened_on, made.state_by) == (day("2008-06-10"), day("2008-06-17"))
    assert made.counted.startswith("自2008年6月10日起（当日不计算在内）5 个工作日")


def test_hearing_is_opened_by_the_office_alone_and_once(named, office, leader, on):
    scene.warned(named, working_days=1)
    on("2008-06-10")
    for person in (leader, factories.liaison_of(named.site), factories.user(Role.DISTRICT)):
        with pytest.raises(PermissionDenied):
            hear(named, person)
    hear(named, office)
    with pytest.raises(WorkflowError):
        hear(named, office)
    assert RevocationHearing.objects.count() == 1


def test_hearing_is_not_opened_while_the_unit_mends_or_its_recheck_is_due(named, office, on):
    scene.warned(named)
    with pytest.raises(WorkflowError, match="2008年6月17日"):
        hear(named, office)
    scene.answers(named)
    on("2008-06-18")
    with pytest.raises(WorkflowError):
        hear(named, office)
    scene.rechecked(named, is_met=True)
    with pytest.raises(WorkflowError, match="解除"):
        hear(named, office)
    scene.rechecked(named)
    assert hear(named, office).pk


def test_unit_states_its_view_once_until_its_day(named, office, leader, on):
    scene.warned(named, working_days=1)
    unit = factories.liaison_of(named.site)
    on("2008-06-10")
    hear(named, office)
    with pytest.raises(PermissionDenied):
        warned.state_view(naming=named, text="示例", by=office)
    on("2008-06-17")
    made = warned.state_view(naming=named, text="示例陈述意见", by=unit)
    assert (made.statement, made.stated_by, made.stated_on) == ("示例陈述意见", unit, day("2008-06-17"))
    assert Notification.objects.filter(user=leader, text__contains="stated its view").count() == 1
    with pytest.raises(WorkflowError):
        warned.state_view(naming=named, text="示例另一意见", by=unit)


def test_view_is_not_taken_after_the_day(named, office, on):
    scene.warned(named, working_days=1)
    on("2008-06-10")
    hear(named, office)
    on("2008-06-18")
    with pytest.raises(WorkflowError):
        warned.state_view(naming=named, text="示例", by=factories.liaison_of(named.site))
    assert RevocationHearing.objects.get().is_over(day("2008-06-18"))


# -- revoking ----------------------------------------------------------------------------------


def revoke(naming, by, **more):
    facts = {"reason": "示例撤销理由", "resolution": resolved("revocation"), **more}
    return scene.step(Action.REVOKE, naming, by, **facts)


def test_nobody_is_revoked_unheard(named, leader, on):
    scene.warned(named)
    on("2008-06-18")
    with pytest.raises(WorkflowError, match="听取"):
        revoke(named, leader)
    scene.heard(named, "")
    with pytest.raises(WorkflowError, match="2008年6月25日"):
        revoke(named, leader)
    assert named.site.stage == Stage.WARNED
    assert not Revocation.objects.exists()
    on("2008-06-26")
    said = Document.objects.get(pk=revoke(named, leader).decision_id).context
    assert (said["heard_on"], said["state_by"], said["stated_on"]) == ("2008-06-18", "2008-06-25", "")


def test_database_keeps_no_revocation_without_a_hearing(named, leader, office):
    made = scene.warned(named)
    about = {
        "naming": named,
        "proposed_by": office,
        "resolution": resolved("revocation"),
        "revoked_on": day("2008-06-18"),
        "reason": "示例",
        "mend_by": made.rectify_by,
        "by": leader,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.create(**about)


def test_revoking_when_the_time_to_mend_is_over(named, leader, on):
    made = scene.warned(named)
    on("2008-06-18")
    scene.answers(named)
    scene.rechecked(named)
    revocation = scene.revoked(named, leader)
    decision = Document.objects.get(pk=revocation.decision_id)
    assert decision.kind == DocumentKind.REVOCATION_DECISION
    assert decision.is_public
    said = decision.context
    assert (said["warning_number"], said["rectify_by"]) == (made.paper.full_number, "2008-06-17")
    assert (said["answered_on"], said["found_on"], said["unmet"]) == (
        "2008-06-18",
        "2008-06-18",
        "示例公开栏",
    )
    assert (said["stated_on"], said["why_early"]) == ("2008-06-18", "")
    assert named.site.stage == Stage.REVOKED
    assert Naming.objects.filter(pk=named.pk).exists()


@pytest.mark.parametrize("again", [scene.complained, scene.rechecked], ids=["complaint", "recheck"])
def test_revoking_before_the_day_says_why(named, leader, on, again):
    made = scene.warned(named)
    again(named)
    scene.heard(named)
    on(made.rectify_by.isoformat())
    with pytest.raises(ValidationError) as error:
        revoke(named, leader, why_early=" ")
    assert list(error.value.error_dict) == ["why_early"]
    revocation = revoke(named, leader, why_early="示例提前理由")
    assert (revocation.mend_by, revocation.why_early) == (made.rectify_by, "示例提前理由")
    assert revocation.decision.context["why_early"] == "示例提前理由。"


def test_reason_why_before_the_day_is_kept_only_then(named, leader, on):
    scene.warned(named)
    on("2008-06-18")
    assert scene.revoked(named, leader, why_early="示例多余理由").why_early == ""
    for wrong in ({"why_early": "示例"}, {"mend_by": "2008-06-18"}, {"proposed_by": leader}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Revocation.objects.update(**wrong)


def test_whoever_proposed_or_found_does_not_decide(named, on):
    """Somebody of the office who is of the leading group by now."""
    made = scene.warned(named)
    on("2008-06-18")
    finder, proposer = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    scene.rechecked(named, finder)
    warned.hear(naming=named, grounds="示例", by=proposer)
    on("2008-06-26")
    for person in (finder, proposer):
        person.role = Role.LEADING_GROUP
        person.save()
        with pytest.raises(WorkflowError, match="另一人"):
            revoke(named, person)
    assert made.naming.site.stage == Stage.WARNED


def test_mended_site_is_not_revoked(named, leader, on):
    scene.warned(named)
    on("2008-06-18")
    scene.heard(named)
    scene.rechecked(named, is_met=True)
    with pytest.raises(WorkflowError, match="解除"):
        revoke(named, leader)


def test_revoking_a_site_that_was_not_warned_is_refused(named, leader):
    with pytest.raises(InvalidTransition):
        revoke(named, leader)
    assert not Revocation.objects.exists()


def test_site_goes_round_and_nothing_is_lost(named, office, on):
    scene.warned(named)
    scene.answers(named)
    scene.restored(named)
    with pytest.raises(WorkflowError):  # what brought the first warning brings no second one
        warn(named, office)
    scene.warned(named, working_days=1)
    on("2008-06-04")
    scene.revoked(named)
    actions = list(StageChange.objects.filter(site=named.site).values_list("action", flat=True))[-5:]
    assert actions == ["name", "warn", "restore", "warn", "revoke"]
    assert Warned.objects.count() == 2
    assert TrackingNote.objects.count() == 3


@on_both
@pytest.mark.django_db(transaction=True)
def test_restoring_and_revoking_at_once_does_one_of_them(database, on):
    on("2008-06-02")
    (naming,) = scene.named()
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    scene.warned(naming)
    scene.complained(naming)
    scene.heard(naming)
    scene.rechecked(naming, is_met=True)
    scene.complained(naming)
    mine, theirs = (Naming.objects.select_related("site").get(pk=naming.pk) for _ in range(2))
    lift = {"reason": "示例解除理由", "resolution": resolved("restoration")}
    take = {"reason": "示例撤销理由", "why_early": "示例", "resolution": resolved("revocation")}
    outcomes = at_once(
        scene.ready(Action.RESTORE, mine, office, **lift), scene.ready(Action.REVOKE, theirs, leader, **take)
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    lifted = Warned.objects.get().lifted_on is not None
    assert lifted != Revocation.objects.exists()
    papers = (DocumentKind.RESTORATION_NOTICE, DocumentKind.REVOCATION_DECISION)
    assert Document.objects.filter(kind__in=papers).count() == 1
