"""What is done with an enquiry on record, by the table of steps (`publicity.enquiry_steps`)."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import Organisation, User
from accounts.rules import is_office
from core.transitions import move
from publicity.enquiry_papers import issue_information_reply
from publicity.enquiry_steps import STEPS, Step, clock_on
from publicity.enums import EnquiryDeed, EnquiryKind, EnquiryState, InformationResult
from publicity.models import Enquiry, EnquiryStep, Naming, TrackingNote
from publicity.services.answerers import bodies, tell_next, tell_sent_back
from publicity.services.tracking import record_complaint
from sites.calendar import on_record, today, working_days_after
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose


def why_not(enquiry: Enquiry, step: Step, user: User) -> str:
    """Why this person may not take this step of this enquiry, and who may; empty where they may."""
    mine = step.who(user)
    if step.of_holder and not (step.or_office and is_office(user)):
        mine = mine and Enquiry.objects.held_by(user).filter(pk=enquiry.pk).exists()
    if step.by_another:
        mine = mine and is_another(user, enquiry.drafted_by_id)
    if step.by_drafter:
        mine = mine and enquiry.drafted_by_id == user.pk
    return "" if mine else str(step.says)


@transaction.atomic
def accept(*, enquiry: Enquiry, by: User) -> None:
    """The office answers it itself."""
    _begin(enquiry, "accept", by)
    _move(enquiry, "accept", by, **_taken_up(enquiry, by))
    tell_next(enquiry)


@transaction.atomic
def hand_on(*, enquiry: Enquiry, body: Organisation, reason: str = "", by: User) -> None:
    """It lies with that body from now on, which answers it; the day it is due stays."""
    _begin(enquiry, "hand_on", by)
    if not bodies(enquiry, by=by).filter(pk=body.pk).exists():
        told = _("It cannot be handed to %(body)s: nobody answers there, or it is the unit complained of.")
        raise ValidationError({"body": told % {"body": body}})
    taken_up = {} if enquiry.accepted_on else _taken_up(enquiry, by)
    _move(enquiry, "hand_on", by, note=reason.strip(), held_by=body, **taken_up)
    tell_next(enquiry)


@transaction.atomic
def hand_back(*, enquiry: Enquiry, reason: str, by: User) -> None:
    """It lies with whoever handed it on again; the office takes it back from wherever it lies."""
    _begin(enquiry, "hand_back", by)
    if enquiry.held_by is None:
        raise _gone_on()
    reason = _worded("reason", reason, _("Say why it is not yours: it stands in the record."))
    _move(enquiry, "hand_back", by, note=reason, held_by=None if is_office(by) else _came_from(enquiry))
    tell_next(enquiry)


@transaction.atomic
def extend(*, enquiry: Enquiry, reason: str, by: User) -> None:
    """Prolong the time of a request once, by the regulation's days; who asked reads until when, and why."""
    _begin(enquiry, "extend", by)
    if enquiry.is_late:
        raise InvalidTransition(_("The day is over already; a time that has run out is not prolonged."))
    if enquiry.extended_on:
        raise InvalidTransition(_("The time was prolonged once already; the regulation allows no more."))
    reason = _worded("reason", reason, _("Say why: who asked reads it."))
    longer = working_days_after(enquiry.due_on, clock_on(enquiry.received_on).more)
    counted = f"{enquiry.counted}\n{on_record(longer)}"
    _move(enquiry, "extend", by, note=reason, due_on=longer.end, counted=counted, extended_on=today())


@transaction.atomic
def draft(*, enquiry: Enquiry, reply: str, result: InformationResult | str = "", by: User) -> None:
    """Draft the answer; nothing of it holds before somebody else approves it."""
    _begin(enquiry, "draft", by)
    reply = _worded("reply", reply, _("Write the answer as who asked will read it."))
    if enquiry.is_request and result not in InformationResult.DRAFTED:
        raise ValidationError({"result": _("Choose a result.")})
    said = result if enquiry.is_request else ""
    _move(enquiry, "draft", by, note=reply, result=said, reply=reply, drafted_by=by)
    tell_next(enquiry)


@transaction.atomic
def approve(*, enquiry: Enquiry, seen: int, by: User) -> None:
    """The drafted answer holds, and who asked reads it; a request to be completed waits so many days.

    `seen` is the last step that was on the page: a draft that was changed meanwhile is not approved.
    """
    _begin(enquiry, "approve", by)
    if enquiry.steps.latest("pk").pk != seen:
        raise _gone_on()
    if enquiry.result == InformationResult.COMPLETE:
        until = working_days_after(today(), clock_on(enquiry.received_on).days)
        given: dict[str, Any] = {"due_on": until.end, "counted": on_record(until)}
        _move(enquiry, "approve", by, to=EnquiryState.TO_COMPLETE, approved_by=by, **given)
        return
    _move(enquiry, "approve", by, to=EnquiryState.REPLIED, approved_by=by, **_ended(enquiry))
    if enquiry.is_request:
        issue_information_reply(enquiry, by=by)


@transaction.atomic
def send_back(*, enquiry: Enquiry, reason: str, by: User) -> None:
    """The drafted answer is to be written anew."""
    _undo(enquiry, "send_back", reason, by)
    tell_sent_back(enquiry)


@transaction.atomic
def take_back(*, enquiry: Enquiry, reason: str, by: User) -> None:
    """A draft that was a mistake, by who made it, until somebody else has acted."""
    _undo(enquiry, "take_back", reason, by)


@transaction.atomic
def close(*, enquiry: Enquiry, reason: str, by: User) -> None:
    """A request that was not completed in the time it was given is not dealt with any more."""
    _begin(enquiry, "close", by)
    if not enquiry.may_be_closed:
        raise InvalidTransition(_("The time to complete it is not over yet."))
    reason = _worded("reason", reason, _("Say why: who asked reads it."))
    _move(enquiry, "close", by, note=reason, result=InformationResult.ABANDONED, **_ended(enquiry))


def _undo(enquiry: Enquiry, name: str, reason: str, by: User) -> None:
    _begin(enquiry, name, by)
    _move(enquiry, name, by, note=_worded("reason", reason, _("Say why: it stands in the record.")))


def _taken_up(enquiry: Enquiry, by: User) -> dict[str, Any]:
    """What is set the day the office takes it up: a complaint about a named site goes on its record."""
    complaint = _on_record(enquiry, by) if enquiry.kind == EnquiryKind.COMPLAINT else None
    return {"accepted_on": today(), "complaint": complaint}


def _on_record(enquiry: Enquiry, by: User) -> TrackingNote | None:
    """动态跟踪管理 (plan, part six, three): it starts a recheck. What it says stays with the enquiry."""
    naming = Naming.objects.tracked().filter(site=enquiry.site).first() if enquiry.site else None
    if naming is None:
        return None
    with translation.override("zh-hans"):
        text = f"{date_format(enquiry.received_on)}收到投诉，反映事项：{enquiry.get_topic_display()}。"
    return record_complaint(naming=naming, text=text, by=by)


def _ended(enquiry: Enquiry) -> dict[str, Any]:
    # The days the writer's data is kept run from the answer.
    kept = datetime.timedelta(days=enquiry.programme.rulebook_used.objection_kept_days)
    return {"replied_on": today(), "erase_on": today() + kept}


def _came_from(enquiry: Enquiry) -> Organisation | None:
    """The body that handed it on to where it lies; None is the office."""
    handed = enquiry.steps.filter(deed=EnquiryDeed.HAND_ON, body=enquiry.held_by).latest("pk")
    before = enquiry.steps.filter(pk__lt=handed.pk).select_related("body").last()
    return before.body if before else None


def _begin(enquiry: Enquiry, name: str, by: User) -> None:
    """The record as it is now, nobody else's until the end; raises what keeps this person from the step."""
    step = STEPS[name]
    Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    enquiry.refresh_from_db()
    seen = Enquiry.objects.visible_to(by).filter(pk=enquiry.pk).exists()
    if not seen or not step.who(by):
        raise PermissionDenied(step.says)
    if enquiry.state not in step.sources or (step.of_information and not enquiry.is_request):
        raise _gone_on()
    if refused := why_not(enquiry, step, by):
        # Somebody of those who may, but it lies elsewhere by now: the page comes back with what was typed.
        raise _gone_on() if step.of_holder else PermissionDenied(refused)


def _gone_on() -> InvalidTransition:
    return InvalidTransition(_("This enquiry has been handled by somebody else; look at it again."))


def _worded(field: str, words: str, wanted: str) -> str:
    if not tidy_prose(words):
        raise ValidationError({field: wanted})
    return tidy_prose(words)


def _move(
    enquiry: Enquiry, name: str, by: User, *, to: str | None = None, note: str = "", **values: Any
) -> None:
    """Take the step and write it down."""
    step = STEPS[name]
    if not move(Enquiry.objects.filter(pk=enquiry.pk), step, to, **values):
        raise _gone_on()
    enquiry.refresh_from_db()
    EnquiryStep.objects.create(
        enquiry=enquiry,
        deed=step.deed,
        state=enquiry.state,
        by=by,
        body=enquiry.held_by,
        on=today(),
        note=note,
    )
