"""Nobody decides alone: of every decision that binds, who prepares it and who takes it are two people.

Roles keep most of them apart; what counts is the person, whose account may be given another role in between.
"""

import ast
import datetime
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.decisions import DECISIONS, decision_of
from accounts.enums import MotionState, OrganisationKind, Role
from accounts.models import Deputy, Motion, Notification, User
from accounts.services import motions
from assessments.enums import ResultUse, SheetRole, SheetState, Verdict
from assessments.models import Round, Sheet
from assessments.services import acceptance, results
from core.acting import Refusal
from desk.models import UpwardReport
from desk.upward import services as upward
from documents.models import Document
from documents.papers import DocumentKind
from publicity.enums import NoticeState, ObjectionState
from publicity.services import handling, naming
from sites import services
from sites.calendar import pinned
from sites.enums import Action, Stage
from sites.models import Programme
from sites.services import Answer, determine_batch
from sites.workflow import TRANSITIONS
from standards.enums import VersionState
from standards.fingerprints import of_version
from standards.services import discard
from tests import agreeing, factories, reviewing
from tests.accounts.factors import with_app
from tests.agreeing import resolved
from tests.assessments import builders
from tests.documents.drafted import heard_site
from tests.documents.papers import issue_paper
from tests.publicity import scene
from tests.sites import making
from tests.sources import modules
from tests.standards import drafting

pytestmark = pytest.mark.django_db

# Who has prepared a decision, and the decision as somebody takes it.
Prepared = tuple[User, Callable[[User], object]]


def a_list(*, yes: bool) -> Prepared:
    filing, _clerk = making.reviewed_list()
    answer = Answer(yes=yes, text="" if yes else "示例理由")
    answers = {site.pk: answer for site in filing.sites.undetermined()}
    lists = {filing.versions.latest("number").pk: answers}
    return filing.reviewed_by, lambda by: determine_batch(
        programme=filing.programme, decisions=lists, resolution=resolved("determination"), by=by
    )


def an_acceptance(verdict: Verdict) -> Prepared:
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    made = builders.recommended(site, verdict)

    def decide(by: User) -> None:
        with builders.on("2008-05-07"):
            acceptance.decide(
                acceptance=made, verdict=verdict, note="示例", resolution=resolved("acceptance"), by=by
            )

    return made.recommended_by, decide


def a_naming() -> Prepared:
    with pinned(datetime.date(2008, 5, 5)):
        notice = scene.publish()

    def name(by: User) -> None:
        with pinned(notice.ends_on + datetime.timedelta(days=1)):
            naming.name_sites(
                notice=notice, sites=[notice.entries.get().site], resolution=resolved("naming"), by=by
            )

    return notice.published_by, name


def an_objection() -> Prepared:
    with pinned(datetime.date(2008, 5, 5)):
        letter = scene.draft(scene.object_to(scene.publish()), ObjectionState.UPHELD)

    def approve(by: User) -> None:
        with pinned(datetime.date(2008, 5, 6)):
            handling.approve(objection=letter, seen=letter.handlings.latest("pk").pk, by=by)

    return letter.drafted_by, approve


def _after_the_naming(step: Action, kind: str, prepare: Callable[[Any], User], **typed: str) -> Prepared:
    with pinned(datetime.date(2008, 5, 20)):
        (named,) = scene.named()
        prepared = prepare(named)

    def take(by: User) -> None:
        with pinned(datetime.date(2008, 5, 20)):
            scene.step(step, named, by, reason="示例理由", resolution=resolved(kind), **typed)

    return prepared, take


def a_warning() -> Prepared:
    return _after_the_naming(Action.WARN, "warning", lambda named: scene.rechecked(named).by)


def a_lifting() -> Prepared:
    def mended(named: Any) -> User:
        scene.warned(named)
        return scene.rechecked(named, is_met=True).by

    return _after_the_naming(Action.RESTORE, "restoration", mended)


def a_revocation() -> Prepared:
    def heard(named: Any) -> User:
        scene.warned(named)
        scene.rechecked(named)
        return scene.heard(named).opened_by

    return _after_the_naming(Action.REVOKE, "revocation", heard, why_early="示例")


def a_districts_list() -> Prepared:
    filing, clerk = making.complete_list()
    making.head(filing.organisation)
    services.put_forward(filing=filing, by=clerk)

    def decide(by: User) -> None:
        by.role, by.organisation, by.is_head = Role.DISTRICT, clerk.organisation, True
        services.decide(filing=filing, by=by)

    return clerk, decide


# The steps of a site that bind: each as somebody prepared it.
SECOND: Mapping[Action, Callable[[], Prepared]] = {
    Action.DECIDE: a_districts_list,
    Action.DETERMINE: lambda: a_list(yes=True),
    Action.SET_ASIDE: lambda: a_list(yes=False),
    Action.PASS_ACCEPTANCE: lambda: an_acceptance(Verdict.PASS),
    Action.FAIL_ACCEPTANCE: lambda: an_acceptance(Verdict.FAIL),
    Action.NAME: a_naming,
    Action.UPHOLD_OBJECTION: an_objection,
    Action.WARN: a_warning,
    Action.RESTORE: a_lifting,
    Action.REVOKE: a_revocation,
}
# Those that are carried out as a motion only; the kinds of motions are walked below.
MOVED = {Action.WITHDRAW_NOTICE: "notice.withdraw", Action.UNLOCK_INSPECTION: "sheet.unlock"}
ALONE = {
    Action.RECALL_DECISION: "the head's own decision; it is taken anew",
    Action.LAPSE: "a change of the list voids what was decided of it; it is decided anew",
    Action.FILE: "proposes; the office reviews it and the leading group determines",
    Action.SEND_BACK: "binds nobody: the list is filed again",
    Action.REVIEW: "prepares the determination",
    Action.WITHDRAW: "the filer's own list",
    Action.AGREE_PLAN: "the unit files the plan, another body agrees to it",
    Action.SUBMIT_SELF_ASSESSMENT: "the unit's own view",
    Action.SIGN_INSPECTION: "rests on the sheets of all members of the team",
    Action.VERIFY_RECTIFICATION: "the unit answers, another body verifies",
    Action.REOPEN: "gives a failed site its way; the result itself is decided anew",
    Action.ANNOUNCE: "announces what the leading group has decided",
    Action.RECALL_LIST: "the filer's own list",
    Action.RECALL_REVIEW: "the reviewer's own review; it is given anew",
    Action.RECALL_SELF_ASSESSMENT: "the unit's own view",
}


def test_every_step_of_a_site_binds_or_says_why_one_person_is_enough():
    told = [*SECOND, *MOVED, *ALONE]
    assert len(told) == len(set(told))
    assert set(told) == set(TRANSITIONS)


@pytest.mark.parametrize("action", SECOND)
def test_who_prepared_it_does_not_decide_it(action):
    prepared, decide = SECOND[action]()
    prepared.role = Role.LEADING_GROUP
    prepared.save()
    for person in (prepared, deputy_of(prepared)):
        with pytest.raises((Refusal, PermissionDenied, ValidationError)):
            decide(person)
    decide(factories.user(Role.LEADING_GROUP))  # nothing else stood against it


def deputy_of(person: User) -> User:
    """Who stands in for somebody all through the year of the campaign, and so is no second person."""
    deputy = factories.user(Role.LEADING_GROUP)
    days = {"first_on": "2008-01-01", "last_on": "2008-12-31", "reason": "示例"}
    Deputy.objects.create(person=person, deputy=deputy, made_by=person, **days)
    return deputy


# -- what is moved by one person and decided by another one --------------------------------------


def reviewed(draft: Any) -> Any:
    """Cleared by a third person, so that nothing else stands against its publication."""
    reviewing.clear(draft._meta.model_name, draft)
    return draft


def running_notice() -> Any:
    return scene.publish()


def signed_sheet() -> Sheet:
    site = builders.building()
    with builders.on("2008-04-15"):
        builders.inspected(site)
    return Sheet.objects.get(assessment__site=site, role=SheetRole.FINAL)


def drafted_report() -> UpwardReport:
    words = dict.fromkeys(upward.WORDS, "示例")
    return upward.draft(
        phase=factories.programme().phases.get(ordinal=1), words=words, by=factories.user(Role.OFFICE)
    )


def with_a_lost_factor() -> User:
    person = factories.user(Role.LIAISON)
    with_app(person)
    return person


def with_no_role() -> User:
    return factories.user("", factories.user(Role.OFFICE).organisation)


def round_with_a_visit() -> Round:
    site = builders.building()
    builders.self_assessed(site)
    return builders.assigned(site).round


def decided_programme() -> Programme:
    """With one site that passed, and the offices that use its result."""
    site = factories.site(Stage.RECTIFIED)
    builders.on_site(site)
    acceptance.decide(
        acceptance=builders.recommended(site),
        verdict=Verdict.PASS,
        note="",
        resolution=resolved("acceptance"),
        by=builders.leader(),
    )
    offices = {use: factories.unit(kind=OrganisationKind.OTHER) for use in ResultUse}
    results.name_offices(offices=offices, by=factories.user(Role.OFFICE))
    return factories.programme()


def naming_decision() -> Document:
    scene.named(*scene.accepted())
    return Document.objects.get(kind=DocumentKind.NAMING_DECISION)


def has_paper(kind: DocumentKind) -> bool:
    return Document.objects.filter(kind=kind).exists()


# Of each kind: the day, the record, what the form says, and how it is told that the act was carried out.
MOTIONS: Mapping[
    str, tuple[str, Callable[[], Any], Callable[[Any], dict[str, Any]], Callable[[Any], bool]]
] = {
    "notice.withdraw": (
        "2008-05-05",
        running_notice,
        lambda _notice: {"reason": "示例理由"},
        lambda notice: notice.state == NoticeState.WITHDRAWN,
    ),
    "notice.extend": (
        "2008-05-05",
        running_notice,
        lambda notice: {"counted_from": notice.ends_on.isoformat(), "length": 2, "reason": "示例理由"},
        lambda notice: notice.extensions.exists(),
    ),
    "sheet.unlock": (
        "2008-04-16",
        signed_sheet,
        lambda _sheet: {"reason": "示例理由"},
        lambda sheet: sheet.state == SheetState.DRAFT,
    ),
    "standard.publish": (
        "2008-04-16",
        lambda: reviewed(drafting.draft()),
        lambda draft: {"adopt": False, "seen": of_version(draft)},
        lambda draft: draft.state == VersionState.PUBLISHED,
    ),
    "rulebook.publish": (
        "2008-04-16",
        lambda: reviewed(drafting.draft_rulebook()),
        lambda draft: {"adopt": False, "seen": of_version(draft)},
        lambda draft: draft.state == VersionState.PUBLISHED,
    ),
    "document.correct": (
        "2008-04-16",
        lambda: issue_paper(DocumentKind.RECTIFICATION_NOTICE),
        lambda paper: {"changes": [[paper.context["site"], "示例更正窗口"]], "reason": "示例理由"},
        lambda paper: paper.replaced_by is not None,
    ),
    "document.correct_public": (
        "2008-05-30",
        naming_decision,
        lambda _paper: {"changes": [], "reason": "示例理由"},
        lambda paper: paper.replaced_by is not None,
    ),
    "upwardreport.issue": ("2008-02-01", drafted_report, lambda _report: {}, lambda report: report.is_issued),
    "site.rectification_notice": (
        "2008-04-16",
        heard_site,
        lambda _site: {},
        lambda site: has_paper(DocumentKind.RECTIFICATION_NOTICE),
    ),
    "round.rectification_report": (
        "2008-04-16",
        lambda: signed_sheet().assessment.round,
        lambda _round: {},
        lambda _round: has_paper(DocumentKind.RECTIFICATION_SUMMARY),
    ),
    "round.team_papers": (
        "2008-04-08",
        round_with_a_visit,
        lambda _round: {},
        lambda _round: has_paper(DocumentKind.TEAM_NOTICE),
    ),
    "programme.acceptance_report": (
        "2008-05-14",
        decided_programme,
        lambda _programme: {},
        lambda _programme: has_paper(DocumentKind.PROGRAMME_ACCEPTANCE),
    ),
    "programme.result_sheets": (
        "2008-05-14",
        decided_programme,
        lambda _programme: {"units": None},
        lambda _programme: has_paper(DocumentKind.RESULT_SHEET),
    ),
    "user.administer": (
        "2008-04-16",
        lambda: factories.user(""),
        lambda _person: {"role": Role.SECURITY},
        lambda person: person.role == Role.SECURITY,
    ),
    "user.appoint": (
        "2008-04-16",
        with_no_role,
        lambda _person: {"role": Role.OFFICE},
        lambda person: person.role == Role.OFFICE,
    ),
    "user.second_factor": (
        "2008-04-16",
        with_a_lost_factor,
        lambda _person: {"reason": "示例：手机丢失"},
        lambda person: not Authenticator.objects.filter(user=person).exists(),
    ),
}


def mover(kind: str) -> User:
    return factories.user(decision_of(kind).moved_by[0])


def decider(kind: str) -> User:
    return factories.user(decision_of(kind).decided_by[0])


@pytest.fixture(params=MOTIONS)
def moved(request, on):
    """A motion of each kind, its record, and whether it was carried out."""
    day, make, values, is_done = MOTIONS[request.param]
    on(day)
    record = make()
    by = mover(request.param)
    motion = motions.move(kind=request.param, record=record, values=values(record), by=by)
    reviewing.give_all()
    agreeing.checked(motion)

    def done() -> bool:
        record.refresh_from_db()
        return bool(is_done(record))

    return motion, done


def test_every_kind_of_motion_is_walked_here():
    assert {decision.kind for decision in DECISIONS} == set(MOTIONS)
    assert set(MOVED.values()) <= set(MOTIONS)


def test_a_motion_changes_nothing_and_tells_whoever_may_decide(moved):
    motion, done = moved
    assert not done()
    assert motion.state == MotionState.OPEN
    leader = decider(motion.kind)
    assert list(Motion.objects.waiting_for(leader)) == [motion]
    assert not Motion.objects.waiting_for(motion.proposed_by).exists()
    assert not Motion.objects.visible_to(factories.user(Role.INSPECTOR)).exists()
    assert not Notification.objects.filter(user=motion.proposed_by, url=motion.get_absolute_url()).exists()


def test_who_moved_it_does_not_agree_whatever_the_role_by_then(moved):
    motion, done = moved
    person = motion.proposed_by
    person.role = Role.LEADING_GROUP
    person.save()
    deputy = deputy_of(person)
    for end in (motions.agree, lambda **about: motions.decline(reason="示例", **about)):
        for by in (person, deputy):
            with pytest.raises(motions.OnePerson):
                end(motion=motion, by=by)
    assert not Motion.objects.waiting_for(deputy).exists()
    with pytest.raises(IntegrityError, match="motion_two_people"), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(
            state=MotionState.AGREED, decided_by=person, ended_on=motion.proposed_on
        )
    assert not done()


def test_another_person_agrees_and_it_is_carried_out_once(moved):
    motion, done = moved
    leader, needed = decider(motion.kind), motion.decision.rests_on
    motions.agree(motion=motion, resolution=resolved(needed) if needed else None, by=leader)
    assert done()
    motion.refresh_from_db()
    assert (motion.state, motion.decided_by) == (MotionState.AGREED, leader)
    told = Notification.objects.filter(user=motion.proposed_by, url=motion.get_absolute_url())
    assert str(leader) in str(told.get())
    with pytest.raises(Refusal):
        motions.agree(motion=motion, by=decider(motion.kind))


@pytest.mark.parametrize("role", ["", *Role])
def test_nobody_else_decides(moved, role):
    motion, done = moved
    if role in motion.decision.decided_by:
        return
    with pytest.raises(PermissionDenied):
        motions.agree(motion=motion, by=factories.user(role))
    with pytest.raises(PermissionDenied):
        motions.take_back(motion=motion, reason="示例", by=factories.user(role))
    assert not done()


def test_declined_or_taken_back_with_a_reason_it_can_be_moved_again(moved):
    motion, done = moved
    leader, again = decider(motion.kind), {"kind": motion.kind, "values": motion.values}
    record = motion.decision.open_to(leader).get(pk=motion.record)
    with pytest.raises(ValidationError, match="reason"):
        motions.decline(motion=motion, reason=" ", by=leader)
    motions.decline(motion=motion, reason="示例：理由不足", by=leader)
    second = motions.move(record=record, by=mover(motion.kind), **again)
    with pytest.raises(Refusal):
        motions.move(record=record, by=mover(motion.kind), **again)
    motions.take_back(motion=second, reason="示例：填错", by=second.proposed_by)
    assert not done()
    states = Motion.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [MotionState.DECLINED, MotionState.TAKEN_BACK]


@pytest.mark.parametrize("make", [drafting.draft, drafting.draft_rulebook])
def test_a_draft_that_lies_before_another_person_is_not_discarded(make):
    draft, office = reviewed(make()), factories.user(Role.OFFICE)
    values = {"adopt": False, "seen": of_version(draft)}
    kind = f"{draft._meta.model_name}.publish"
    motion = motions.move(kind=kind, record=draft, values=values, by=office)
    with pytest.raises(Refusal):
        discard(draft=draft, by=office)
    motions.take_back(motion=motion, reason="示例：填错", by=office)
    discard(draft=draft, by=office)
    assert not draft.series().drafts().exists()


# Where no second person is left: whoever owns the machine, and the trail says so.
# The sample papers of the demo are signed by three without a trial print of each (desk.demo.papers).
IN_THE_DEMO = {
    ("desk/demo/results.py", "results.issue_sheets"),
    ("desk/demo/rounds.py", "hearing.issue_notice"),
    ("desk/demo/rounds.py", "programme_reports.issue_programme_report"),
    ("desk/demo/rounds.py", "round_reports.issue_round_report"),
    ("desk/demo/rounds.py", "team_papers.issue_team_papers"),
}
AT_THE_MACHINE = {
    ("accounts/management/commands/reset_second_factor.py", "second_factor.reset"),
}


def test_no_page_carries_out_what_is_decided_by_two():
    """The services behind the motions are called by the decisions alone."""
    carried_out = {_service_of(decision.take) for decision in DECISIONS}
    callers = {
        (path.as_posix(), call) for path, tree in modules() for call in _calls(tree) if call in carried_out
    }
    callers -= AT_THE_MACHINE | IN_THE_DEMO
    assert {call for _path, call in callers} == carried_out
    assert all(path.endswith("decisions.py") for path, _call in callers), callers


def _service_of(take: Callable[..., object]) -> str:
    """The one service call of an act, as it is written: `notices.withdraw`."""
    path = take.__module__.replace(".", "/") + ".py"
    tree = next(tree for each, tree in modules() if each.as_posix() == path)
    [function] = [node for node in ast.walk(tree) if getattr(node, "name", "") == take.__name__]
    [call] = [call for call in _calls(function) if not call.startswith("datetime.")]
    return call


def _calls(tree: ast.AST) -> list[str]:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        ast.unparse(func)
        for func in called
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
    ]
