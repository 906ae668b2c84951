"""The one table of a site's steps, and the one function that writes `Site.stage`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import User
from core import transitions
from core.acting import Refusal

from . import rules
from .calendar import today
from .deadlines import open_until
from .enums import Action, Stage
from .models import Site, StageChange


class WorkflowError(Refusal):
    """A step that cannot be taken now; the message says why, in the reader's language."""


class InvalidTransition(WorkflowError):
    """The site does not stand where the step begins (or no longer does)."""


class OnePerson(WorkflowError):
    """Who prepared a decision would take it as well."""


class PhaseClosed(WorkflowError):
    """The plan's phase for this step has not begun, or is over."""


@dataclass(frozen=True, kw_only=True)
class Transition(transitions.Transition):
    """One row of the table.

    `who` is asked with (user, site); `roles` names the same people for lists
    and documentation. `phases` are the plan's ordinals, none meaning any time;
    what answers a date that was set for this site (`deadlines.open_until`) is
    possible until then, though the phase is over.
    `not_by` are steps that prepare this one: who took the last of them at the site does not take this one.
    A mistake is taken back by who made it, until the next person acts: the step that was taken last is the
    one a row `undoes`, and the person is the same.
    `guard` and `leaves` are documentation: the room that owns the step checks
    its own guard and leaves its own papers, then calls `perform`.
    """

    sources: tuple[Stage, ...]
    targets: tuple[Stage, ...]
    roles: tuple[Role, ...]
    who: Callable[[User, Site], bool]
    phases: tuple[int, ...] = ()
    needs_note: bool = False
    not_by: tuple[Action, ...] = ()
    undoes: Action | None = None
    guard: str = "–"
    leaves: str = "–"


TRANSITIONS: Mapping[Action, Transition] = {
    Action.DECIDE: Transition(
        sources=(Stage.DRAFT, Stage.RETURNED),
        targets=(Stage.DECIDED,),
        roles=(Role.DISTRICT,),
        who=rules.decides_for_district,
        phases=(1,),
        guard="who heads the district's office; a list that can be filed, put forward by another person",
        leaves="区级确定文件",
    ),
    Action.FILE: Transition(
        sources=(Stage.DRAFT, Stage.RETURNED, Stage.DECIDED),
        targets=(Stage.FILED,),
        roles=(Role.DISTRICT, Role.LIAISON),
        who=rules.may_file,
        phases=(1,),
        guard="4 to 6 sites per district, exactly 1 window per designated unit; kind chosen; liaison named; "
        "a district's list as its head determined it, unless the programme does not ask for that",
        leaves="上报表",
    ),
    Action.SEND_BACK: Transition(
        sources=(Stage.FILED,),
        targets=(Stage.RETURNED,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        phases=(1,),
        needs_note=True,
        guard="a reason",
        leaves="notification",
    ),
    Action.REVIEW: Transition(
        sources=(Stage.FILED,),
        targets=(Stage.REVIEWED,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        phases=(1,),
        leaves="初审 opinion",
    ),
    Action.DETERMINE: Transition(
        sources=(Stage.REVIEWED,),
        targets=(Stage.DETERMINED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        phases=(1,),
        not_by=(Action.REVIEW,),
        guard="another person than the reviewer; a resolution of the leading group",
        leaves="确定名单",
    ),
    Action.SET_ASIDE: Transition(
        sources=(Stage.REVIEWED,),
        targets=(Stage.RETURNED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        phases=(1,),
        needs_note=True,
        not_by=(Action.REVIEW,),
        guard="a reason; another person than the reviewer",
        leaves="notification",
    ),
    Action.WITHDRAW: Transition(
        sources=(Stage.DRAFT, Stage.RETURNED),
        targets=(Stage.WITHDRAWN,),
        roles=(Role.DISTRICT, Role.LIAISON),
        who=rules.may_file,
        phases=(1,),
        needs_note=True,
        guard="a reason",
        leaves="history of the list",
    ),
    Action.AGREE_PLAN: Transition(
        sources=(Stage.DETERMINED,),
        targets=(Stage.BUILDING,),
        roles=(Role.OFFICE, Role.DISTRICT),
        who=rules.agrees_plan,
        phases=(1, 2),
        guard="a filed work plan, a working body, at least one liaison; the office for city sites, "
        "a district for its own",
        leaves="agreed plan version",
    ),
    Action.SUBMIT_SELF_ASSESSMENT: Transition(
        sources=(Stage.BUILDING,),
        targets=(Stage.SELF_ASSESSED,),
        roles=(Role.LIAISON,),
        who=rules.is_own_unit,
        phases=(2, 3),
        guard="every item answered",
        leaves="self sheet",
    ),
    Action.SIGN_INSPECTION: Transition(
        sources=(Stage.SELF_ASSESSED,),
        targets=(Stage.RECTIFYING, Stage.RECTIFIED),
        roles=(Role.INSPECTOR,),
        who=rules.is_inspector,
        phases=(3,),
        guard="the team's leader; all members' sheets submitted, disputes settled; straight to rectified "
        "without a finding",
        leaves="final sheet; findings put to the unit, and once it was heard the office's 整改通知",
    ),
    Action.UNLOCK_INSPECTION: Transition(
        sources=(Stage.RECTIFYING, Stage.RECTIFIED),
        targets=(Stage.SELF_ASSESSED,),
        roles=(Role.OFFICE, Role.LEADING_GROUP),
        who=rules.sees_city,
        phases=(3,),
        needs_note=True,
        guard="moved by the office, agreed by another person; a reason; the unit has not answered a finding "
        "yet, no later team has been sent",
        leaves="the signed version, readable; findings and papers withdrawn",
    ),
    Action.VERIFY_RECTIFICATION: Transition(
        sources=(Stage.RECTIFYING,),
        targets=(Stage.RECTIFIED,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        phases=(3, 4),
        guard="every finding verified, or all withdrawn before the notice",
        leaves="整改情况报告",
    ),
    Action.PASS_ACCEPTANCE: Transition(
        sources=(Stage.RECTIFIED,),
        targets=(Stage.ACCEPTED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        phases=(4,),
        guard="the office's recommendation (another person), a signed on-site sheet and a valid appraisal; a "
        "resolution of the leading group",
        leaves="验收结果的通知、验收情况的报告",
    ),
    Action.FAIL_ACCEPTANCE: Transition(
        sources=(Stage.RECTIFIED,),
        targets=(Stage.NOT_ACCEPTED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        phases=(4,),
        needs_note=True,
        guard="as for passing, and a reason",
        leaves="验收结果的通知、验收情况的报告",
    ),
    Action.REOPEN: Transition(
        sources=(Stage.NOT_ACCEPTED,),
        targets=(Stage.RECTIFYING,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        needs_note=True,
        guard="a reason",
        leaves="what the failed sheet has below full marks, as findings with a new deadline",
    ),
    Action.ANNOUNCE: Transition(
        sources=(Stage.ACCEPTED,),
        targets=(Stage.ON_NOTICE,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        phases=(4,),
        leaves="公示",
    ),
    Action.WITHDRAW_NOTICE: Transition(
        sources=(Stage.ON_NOTICE,),
        targets=(Stage.ACCEPTED,),
        roles=(Role.OFFICE, Role.LEADING_GROUP),
        who=rules.sees_city,
        needs_note=True,
        guard="moved by the office, agreed by another person; a reason",
        leaves="correction on the public page",
    ),
    Action.UPHOLD_OBJECTION: Transition(
        # The letter outlives its notice: upheld once that was withdrawn, or the site mended, it binds.
        sources=(Stage.ON_NOTICE, Stage.ACCEPTED, Stage.RECTIFIED),
        targets=(Stage.RECTIFYING,),
        roles=(Role.OFFICE, Role.LEADING_GROUP),
        who=rules.sees_city,
        needs_note=True,
        guard="an objection upheld, even partly: looked into, drafted and approved by different people",
        leaves="reply; a finding that names the letter; the others on the notice go on",
    ),
    Action.NAME: Transition(
        sources=(Stage.ON_NOTICE,),
        targets=(Stage.NAMED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        not_by=(Action.ANNOUNCE,),
        guard="another person than who announced it; the notice has ended and no objection is open or "
        "upheld; a resolution of the leading group",
        leaves="命名决定",
    ),
    Action.WARN: Transition(
        sources=(Stage.NAMED,),
        targets=(Stage.WARNED,),
        roles=(Role.OFFICE, Role.LEADING_GROUP),
        who=rules.sees_city,
        needs_note=True,
        guard="a complaint, or a recheck with something not met, put on file since the last step by another "
        "person; a resolution of the leading group; counted working days to mend",
        leaves="警告通知; public status history",
    ),
    Action.RESTORE: Transition(
        sources=(Stage.WARNED,),
        targets=(Stage.NAMED,),
        roles=(Role.OFFICE, Role.LEADING_GROUP),
        who=rules.sees_city,
        needs_note=True,
        guard="the last recheck since the warning found everything met; another person put it on file; by "
        "the leading group upon a resolution",
        leaves="解除警告通知; public status history",
    ),
    Action.REVOKE: Transition(
        sources=(Stage.WARNED,),
        targets=(Stage.REVOKED,),
        roles=(Role.LEADING_GROUP,),
        who=rules.is_leading_group,
        needs_note=True,
        not_by=(Action.WARN,),
        guard="the unit was heard, or let its day to state its view pass; the time to mend is over, or a "
        "complaint or something not met is on file since the warning, with a reason why that time is not "
        "waited for; another person than who warned, proposed it or put those on file; a resolution of the "
        "leading group",
        leaves="撤销决定; public status history",
    ),
    Action.RECALL_DECISION: Transition(
        sources=(Stage.DECIDED,),
        targets=(Stage.DRAFT, Stage.RETURNED),
        roles=(Role.DISTRICT,),
        who=rules.decides_for_district,
        phases=(1,),
        needs_note=True,
        undoes=Action.DECIDE,
        guard="a reason; who determined it, before it is filed; to where the row stood before",
        leaves="the paper is withdrawn",
    ),
    Action.LAPSE: Transition(
        sources=(Stage.DECIDED,),
        targets=(Stage.DRAFT, Stage.RETURNED),
        roles=(Role.OFFICE, Role.DISTRICT),
        who=rules.supervises,
        guard="in the act of changing, adding or taking off a row; to where the row stood before",
        leaves="the paper is withdrawn; notification",
    ),
    Action.RECALL_LIST: Transition(
        sources=(Stage.FILED,),
        targets=(Stage.RETURNED,),
        roles=(Role.DISTRICT, Role.LIAISON),
        who=rules.may_file,
        phases=(1,),
        needs_note=True,
        undoes=Action.FILE,
        guard="a reason; who filed it, before the review",
        leaves="history of the list",
    ),
    Action.RECALL_REVIEW: Transition(
        sources=(Stage.REVIEWED,),
        targets=(Stage.FILED,),
        roles=(Role.OFFICE,),
        who=rules.is_office,
        phases=(1,),
        needs_note=True,
        undoes=Action.REVIEW,
        guard="a reason; who gave it, before the determination",
        leaves="the opinions are off the list; notification",
    ),
    Action.RECALL_SELF_ASSESSMENT: Transition(
        sources=(Stage.SELF_ASSESSED,),
        targets=(Stage.BUILDING,),
        roles=(Role.LIAISON,),
        who=rules.is_own_unit,
        phases=(2, 3),
        needs_note=True,
        undoes=Action.SUBMIT_SELF_ASSESSMENT,
        guard="a reason; who submitted it, before a team is sent",
        leaves="the self sheet, open again",
    ),
}


def perform(
    *,
    site: Site,
    action: Action,
    by: User,
    to: Stage | None = None,
    note: str = "",
    acted_for: User | None = None,
) -> StageChange:
    """Take one step and write it into the site's history, both or neither.

    `acted_for` is whom a deputy stands in for. `to` picks the outcome where the table names two.
    Raises PermissionDenied (not this person), InvalidTransition (not from here, or somebody was
    quicker), OnePerson, PhaseClosed (not now) and ValidationError (a reason is missing); then nothing
    is written.
    """
    row = TRANSITIONS[action]
    target = Stage(row.target(to))
    check(site=site, action=action, by=by)
    if row.needs_note and not note.strip():
        raise ValidationError(_("Give a reason: it is kept in the site's history."), code="reason")
    with transaction.atomic():
        moved = Site.objects.filter(pk=site.pk, stage=site.stage).update(stage=target, stage_since=today())
        if moved != 1:
            raise InvalidTransition(
                _("%(site)s has just been moved on by somebody else; look at it again.") % {"site": site}
            )
        step = StageChange.objects.create(
            site=site,
            action=action,
            from_stage=site.stage,
            to_stage=target,
            by=by,
            acted_for=acted_for,
            on=today(),
            note=note.strip(),
        )
    site.stage, site.stage_since = target, today()
    return step


def check(*, site: Site, action: Action, by: User) -> None:
    """Raise what `perform` would raise for this person, stage and date; write nothing."""
    row = TRANSITIONS[action]
    if not row.who(by, site):
        raise PermissionDenied
    if site.stage not in row.sources:
        raise InvalidTransition(
            _("%(site)s is “%(stage)s”; “%(action)s” is possible only from “%(sources)s”.")
            % {
                "site": site,
                "stage": site.get_stage_display(),
                "action": action.label,
                "sources": " / ".join(str(stage.label) for stage in row.sources),
            }
        )
    _check_phase(site, action, row.phases)
    _check_another(site, row, by)
    _check_doer(site, row, by)


def available(site: Site, user: User) -> list[Action]:
    """The steps this person could take with this site in its stage, in the table's order, at any date."""
    return [
        action for action, row in TRANSITIONS.items() if site.stage in row.sources and row.who(user, site)
    ]


def _check_another(site: Site, row: Transition, by: User) -> None:
    """Accounts may be given another role meanwhile: it is the person who counts."""
    if not row.not_by:
        return
    prepared = site.history.filter(action__in=row.not_by).order_by("pk").last()
    if prepared and not is_another(by, prepared.by_id, prepared.acted_for_id):
        raise OnePerson(
            _(
                "You took the step “%(action)s” at %(site)s, or stand in for whoever did; "
                "somebody else decides."
            )
            % {"action": prepared.get_action_display(), "site": site}
        )


def _check_doer(site: Site, row: Transition, by: User) -> None:
    if row.undoes is None:
        return
    last = _last_standing(site)
    if last is None or last.action != row.undoes or last.by_id != by.pk:
        raise InvalidTransition(
            _("Only who took the step “%(action)s” can take it back, until somebody else has acted.")
            % {"action": row.undoes.label}
        )


def _last_standing(site: Site) -> StageChange | None:
    """The last step of the site that was not taken back."""
    taken_back = 0
    for step in site.history.order_by("-pk"):
        if TRANSITIONS[Action(step.action)].undoes:
            taken_back += 1
        elif taken_back:
            taken_back -= 1
        else:
            return step
    return None


def _check_phase(site: Site, action: Action, ordinals: tuple[int, ...]) -> None:
    if not ordinals:
        return
    phases = [phase for phase in site.programme.phases.all() if phase.ordinal in ordinals]
    opens, closes = min(p.starts_on for p in phases), max(p.last_day for p in phases)
    if opens <= today() <= max(closes, open_until(site, action) or closes):
        return
    raise PhaseClosed(
        _(
            "“%(action)s” belongs to the phase %(opens)s – %(closes)s; today is %(today)s. "
            "The office can extend it."
        )
        % {
            "action": action.label,
            "opens": date_format(opens),
            "closes": date_format(closes),
            "today": date_format(today()),
        }
    )
