"""What is done with an objection on record, by the table of steps (`publicity.objection_steps`)."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import User
from assessments.eligibility import bars
from assessments.services import acceptance
from assessments.services.rectification import add_general_finding
from core.transitions import move
from publicity.enums import NoticeState, ObjectionDeed, ObjectionState
from publicity.models import Handling, Objection
from publicity.objection_papers import issue_reply
from publicity.objection_steps import PARTS, STEPS, Step
from publicity.services.inquirers import had_part, investigators, is_given_to, tell_next, tell_sent_back
from publicity.services.notices import publish_result
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site
from sites.workflow import TRANSITIONS, InvalidTransition, perform


def why_not(objection: Objection, step: Step, user: User) -> str:
    """Why this person may not take this step of this objection, and who may; empty where they may."""
    mine = step.who(user) if step.who else is_given_to(objection, user)
    mine = mine and (not step.alone or getattr(objection, f"{step.alone}_id") == user.pk)
    again = [PARTS[part].told for part in step.never if not is_another(user, *had_part(objection, part))]
    return "" if mine and not again else " ".join(map(str, [*again, step.says]))


@transaction.atomic
def accept(*, objection: Objection, investigator: User, by: User) -> None:
    """Take the objection up; somebody else, who is not of the unit, looks into it."""
    _begin(objection, "accept", by)
    _check_investigator(objection, investigator, by)
    _move(objection, "accept", by, taken_up_on=today(), investigator=investigator, accepted_by=by)
    tell_next(objection)


@transaction.atomic
def reassign(*, objection: Objection, investigator: User, by: User) -> None:
    """Somebody looks into it from now on, once more where findings are written already."""
    _begin(objection, "reassign", by)
    _check_investigator(objection, investigator, by)
    _move(objection, "reassign", by, investigator=investigator)
    tell_next(objection)


@transaction.atomic
def report(*, objection: Objection, findings: str, by: User) -> None:
    """What the inquiry found, by the person named to look into it."""
    _begin(objection, "report", by)
    findings = _worded("findings", findings, _("Write what the inquiry found."))
    named = objection.investigator
    acted_for = None if named == by else named
    _move(objection, "report", by, note=findings, acted_for=acted_for, findings=findings)
    tell_next(objection)


@transaction.atomic
def decline(*, objection: Objection, reply: str, by: User) -> None:
    """Propose not to take it up, with the reason in the written reply; somebody else approves it."""
    _begin(objection, "decline", by)
    reply = _worded("reply", reply, _("Write the reply the objector will read."))
    _move(
        objection,
        "decline",
        by,
        note=reply,
        proposed=ObjectionState.DECLINED,
        reply=reply,
        opinion="",
        drafted_by=by,
    )
    tell_next(objection)


@transaction.atomic
def conclude(
    *,
    objection: Objection,
    result: ObjectionState,
    reply: str,
    opinion: str = "",
    visit_anew: bool = False,
    by: User,
) -> None:
    """Draft the result and the written reply; nothing of it holds before somebody else approves it.

    The objector reads `reply`; the unit reads `opinion` alone, what it has to mend, so that a reply which
    names somebody never reaches the unit. With `visit_anew` a team goes to the site once more before it is
    accepted, if the objection is upheld.
    """
    _begin(objection, "conclude", by)
    _check_inquiry(objection)
    if result not in ObjectionState.CONCLUDED:
        raise ValidationError({"result": _("Choose a result.")})
    reply = _worded("reply", reply, _("Write the reply the objector will read."))
    if result in ObjectionState.AGAINST:
        opinion = _worded("opinion", opinion, _("Say what the unit has to mend."))
    _move(
        objection,
        "conclude",
        by,
        note=reply,
        proposed=result,
        reply=reply,
        opinion=opinion.strip(),
        visit_anew=visit_anew and result in ObjectionState.AGAINST,
        drafted_by=by,
    )
    tell_next(objection)


@transaction.atomic
def approve(*, objection: Objection, seen: int, by: User) -> None:
    """The drafted answer holds. Upheld, even partly, it takes the site off; the others go on.

    It binds wherever the site stands meanwhile: before a naming it goes back to be mended, and where it is
    being mended already there is one thing more to mend. `seen` is the last step that was on the page: a
    draft that was changed meanwhile is not approved.
    """
    name = _of_state(objection, "approve", "approve_declining")
    _begin(objection, name, by)
    if objection.handlings.latest("pk").pk != seen:
        raise _gone_on()
    _check_inquiry(objection)
    # The days the objector's data is kept run from the reply.
    kept = objection.notice.programme.rulebook_used.objection_kept_days
    _move(
        objection,
        name,
        by,
        to=objection.proposed,
        approved_by=by,
        replied_on=today(),
        erase_on=today() + datetime.timedelta(days=kept),
    )
    issue_reply(objection, by=by)
    if objection.state in ObjectionState.AGAINST:
        _have_it_mended(objection, by)
    publish_result(objection.notice)


@transaction.atomic
def send_back(*, objection: Objection, reason: str, by: User) -> None:
    """The drafted answer is to be written anew, or the objection taken up after all."""
    _undo(objection, _of_state(objection, "send_back", "send_back_declining"), reason, by)
    tell_sent_back(objection)


@transaction.atomic
def take_back(*, objection: Objection, reason: str, by: User) -> None:
    """A draft that was a mistake, by who made it, until somebody else has acted."""
    _undo(objection, _of_state(objection, "take_back", "take_back_declining"), reason, by)


def _undo(objection: Objection, name: str, reason: str, by: User) -> None:
    """The draft is to be written anew; a proposal not to take the objection up is off its record."""
    _begin(objection, name, by)
    reason = _worded("reason", reason, _("Say why: it stands in the record."))
    _move(objection, name, by, note=reason)
    if objection.state == ObjectionState.RECEIVED:
        # Nothing of it goes on: whoever proposed it may take the objection up as well as anybody.
        objection.proposed, objection.reply, objection.drafted_by = "", "", None
        objection.save(update_fields=["proposed", "reply", "drafted_by"])


def _of_state(objection: Objection, of_conclusion: str, of_declining: str) -> str:
    return of_declining if objection.state in STEPS[of_declining].sources else of_conclusion


def _begin(objection: Objection, name: str, by: User) -> None:
    """The record as it is now, nobody else's until the end; raises what keeps this person from the step."""
    step = STEPS[name]
    Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    objection.refresh_from_db()
    if not Objection.objects.visible_to(by).filter(pk=objection.pk).exists():
        raise PermissionDenied(step.says)
    refused = why_not(objection, step, by)
    if refused and step.who and not step.who(by):
        raise PermissionDenied(refused)
    if objection.state not in step.sources:
        raise _gone_on()
    if refused:
        raise PermissionDenied(refused)


def _gone_on() -> InvalidTransition:
    return InvalidTransition(_("This objection has been handled by somebody else; look at it again."))


def _worded(field: str, words: str, wanted: str) -> str:
    if not words.strip():
        raise ValidationError({field: wanted})
    return words.strip()


def _check_investigator(objection: Objection, person: User, by: User) -> None:
    if not investigators(objection, by=by).filter(pk=person.pk).exists():
        told = _(
            "%(name)s cannot look into it: name somebody of the office or an inspector, not of the unit, who "
            "had no part in it yet."
        )
        raise ValidationError({"investigator": told % {"name": person}})


def _check_inquiry(objection: Objection) -> None:
    """Asked again: whoever looked into it, or the deputy who did, may have stood aside since."""
    report = objection.handlings.filter(deed=ObjectionDeed.REPORT).select_related("by__organisation").last()
    for person in (objection.investigator, report and report.by):
        if person and bars([person], [objection.site]):
            told = _(
                "%(name)s, who looked into it, may not judge this site: have somebody else look into it."
            )
            raise InvalidTransition(told % {"name": person})


def _move(
    objection: Objection,
    name: str,
    by: User,
    *,
    to: str | None = None,
    note: str = "",
    acted_for: User | None = None,
    **values: Any,
) -> None:
    """Take the step and write it down."""
    step = STEPS[name]
    if not move(Objection.objects.filter(pk=objection.pk), step, to, **values):
        raise _gone_on()
    objection.refresh_from_db()
    Handling.objects.create(
        objection=objection,
        deed=step.deed,
        state=objection.state,
        by=by,
        acted_for=acted_for,
        on=today(),
        note=note,
    )


def _have_it_mended(objection: Objection, by: User) -> None:
    site, opinion = objection.site, objection.opinion
    if site.stage in TRANSITIONS[Action.UPHOLD_OBJECTION].sources:
        perform(site=site, action=Action.UPHOLD_OBJECTION, by=by, note=opinion)
        _take_off(site, ObjectionState(objection.state))
    if site.stage in (Stage.RECTIFYING, Stage.NOT_ACCEPTED):
        add_general_finding(site=site, reason=opinion, by=by, objection=objection.pk)
    if objection.visit_anew:
        acceptance.visit_anew(site=site, by=by)


def _take_off(site: Site, result: ObjectionState) -> None:
    standing = site.notice_entries.filter(removed_on=None).exclude(notice__state=NoticeState.WITHDRAWN)
    for entry in standing:
        entry.removed_on = today()
        entry.removal_reason = "异议成立" if result == ObjectionState.UPHELD else "异议部分成立"
        entry.save(update_fields=["removed_on", "removal_reason"])
