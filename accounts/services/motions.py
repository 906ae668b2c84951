"""An act that binds: moved by one person, carried out once another one has agreed."""

from contextlib import ExitStack
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.decisions import COMPANIONS, Decision, Values, decision_of
from accounts.deputies import hands_of, is_another
from accounts.enums import MotionState, ResolutionKind
from accounts.models import Motion, Resolution, User
from accounts.models.motions import bound_to, made_link_of
from accounts.publishing import is_publishable
from core.acting import Refusal
from core.clock import today
from core.locks import change_once
from tables.tidy import tidy_prose

from . import secrecy
from .meetings import rest_on
from .notifications import notify

ENDED = gettext_noop("This has been decided or taken back meanwhile; look at it again.")
BOUND_TO = gettext_noop(
    "One of you two gave the other their role, made their password link or took their second factor away "
    "within the last 90 days. Somebody else agrees to this."
)
MADE_THE_LINK = gettext_noop(
    "You made the password link of %(name)s within the last 90 days. Somebody else proposes this."
)
HELD = gettext_noop("Its papers are not checked yet; it is signed once they are.")
MOVED = gettext_noop("It is proposed, and holds once another person has agreed.")


class OnePerson(Refusal):
    """Who moved it would decide it too."""


class NotIndependent(Refusal):
    """Who moved it made the way in of who would decide it, or the other way round."""


class MotionEnded(Refusal):
    """It was decided or taken back meanwhile."""


@transaction.atomic
def move(*, kind: str, record: Model, values: Values, by: User) -> Motion:
    """Who may (the office, of most acts) puts one before another person, who alone can carry it out.

    It is rehearsed first, so whatever the room's service refuses is refused now, at the form's fields. One
    at a time of a kind and a record.
    """
    decision = decision_of(kind)
    if by.role not in decision.moved_by:
        raise PermissionDenied
    # Locked, so that of two who move the same at once the second is told of the first.
    held = type(record)._default_manager.select_for_update(of=("self",)).order_by("pk").get(pk=record.pk)
    if Motion.objects.open().filter(kind=kind, record=record.pk).exists():
        raise Refusal(_("This has been proposed already and waits for another person."))
    if isinstance(held, User) and made_link_of(held, by):
        raise Refusal(_(MADE_THE_LINK) % {"name": held})
    _rehearse(decision, held, values, by)
    motion = Motion.objects.create(
        kind=kind,
        record=record.pk,
        title=decision.called(record)[:250],
        values=dict(values),
        proposed_by=by,
        proposed_on=today(),
    )
    for companion in COMPANIONS:
        companion.moved(motion)
    if not motion.is_held:
        _ask(motion)
    if is_publishable(kind):
        secrecy.ask(kind=kind, records=[record], values=motion.values, by=by)
    return motion


def hold(motion: Motion) -> None:
    """Something else comes first, on a page of its own: nobody is asked to decide it, or can agree to it."""
    motion.is_held = motion.is_elsewhere = True
    motion.save(update_fields=["is_held", "is_elsewhere"])


def release(motion: Motion) -> None:
    """What came first is done: whoever decides it is asked now."""
    motion.is_held = False
    motion.save(update_fields=["is_held"])
    _ask(motion)


def rehearse(motion: Motion) -> None:
    """Carry it out in the name of who proposed it, and undo it: raises what it is refused with by now."""
    records = motion.decision.open_to(motion.proposed_by).model._default_manager
    _rehearse(motion.decision, records.get(pk=motion.record), motion.values, motion.proposed_by)


@transaction.atomic
def agree(*, motion: Motion, by: User, resolution: Resolution | None = None) -> None:
    """Carry it out. Raises OnePerson, MotionEnded, and whatever the act itself is refused with by now.

    Where the act rests on a resolution of the leading group (`Decision.rests_on`), it is named. What it says
    in public a third person has reviewed for secrets: that was asked for when it was moved.
    """
    record, kind = _record_for(motion, by), motion.decision.rests_on
    if bound_to(by).filter(pk=motion.proposed_by_id).exists():
        raise NotIndependent(_(BOUND_TO))
    if not (now := Motion.objects.open().filter(pk=motion.pk).first()):
        raise MotionEnded(_(ENDED))
    if now.is_held:
        raise Refusal(_(HELD))
    if is_publishable(motion.kind):
        secrecy.check(motion.kind, record, by=by, values=motion.values)
    _end(
        motion,
        MotionState.AGREED,
        decided_by=by,
        resolution=rest_on(resolution, kind=ResolutionKind(kind)) if kind else None,
    )
    with ExitStack() as beside:
        for companion in COMPANIONS:
            beside.enter_context(companion.around(motion, by))
        motion.decision.take(record, motion.values, by)
    _tell(motion, gettext_noop("%(who)s has agreed to what you proposed: %(title)s."), by)


@transaction.atomic
def decline(*, motion: Motion, reason: str, by: User) -> None:
    """Leave everything as it is; who moved it reads why."""
    _record_for(motion, by)
    _end(motion, MotionState.DECLINED, decided_by=by, answer=_given(reason))
    _leave(motion)
    _tell(motion, gettext_noop("%(who)s has declined what you proposed: %(title)s."), by)


@transaction.atomic
def take_back(*, motion: Motion, reason: str, by: User) -> None:
    """Who moved it sees that it was a mistake, before anybody has decided."""
    if motion.proposed_by_id != by.pk:
        raise PermissionDenied
    _end(motion, MotionState.TAKEN_BACK, answer=_given(reason))
    _leave(motion)


def _leave(motion: Motion) -> None:
    """It is not carried out: what was to be done for it is not needed any more."""
    secrecy.need_no_more(kind=motion.kind, record=motion.record)
    for companion in COMPANIONS:
        companion.ended(motion)


def _ask(motion: Motion) -> None:
    notify(
        _deciders(motion, motion.decision),
        text=gettext_noop("%(who)s proposes something that waits for another person: %(title)s."),
        about={"who": motion.proposed_by, "title": motion.title},
        url=motion.get_absolute_url(),
    )


def _rehearse(decision: Decision, record: Model, values: Values, by: User) -> None:
    """Take the act and undo it: it raises what it is refused with."""
    with transaction.atomic():
        decision.take(record, values, by)
        transaction.set_rollback(True)


def _record_for(motion: Motion, by: User) -> Any:
    """What it is about, for somebody who may decide it."""
    if not is_another(by, motion.proposed_by_id):
        raise OnePerson(_("You proposed this, or stand in for whoever did; somebody else decides it."))
    record = motion.decision.open_to(by).filter(pk=motion.record).first()
    if record is None or by.role not in motion.decision.decided_by:
        raise PermissionDenied
    return record


def _end(motion: Motion, state: MotionState, **values: object) -> None:
    if not change_once(Motion.objects.open().filter(pk=motion.pk), state=state, ended_on=today(), **values):
        raise MotionEnded(_(ENDED))


def _given(reason: str) -> str:
    reason = tidy_prose(reason)
    if not reason:
        raise ValidationError({"reason": _("Give a reason: it is kept with the proposal.")})
    return reason


def _deciders(motion: Motion, decision: Decision) -> list[User]:
    able = User.objects.active().filter(role__in=decision.decided_by)
    others = able.exclude(hands_of([motion.proposed_by_id])).exclude(
        pk__in=bound_to(motion.proposed_by).values("pk")
    )
    return [person for person in others if decision.open_to(person).filter(pk=motion.record).exists()]


def _tell(motion: Motion, text: str, by: User) -> None:
    about = {"who": by, "title": motion.title}
    notify([motion.proposed_by], text=text, about=about, url=motion.get_absolute_url())
