"""核稿 and 会签: a colleague of the drafter checks a draft, and other bodies say whether they agree."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.rules import require_office
from accounts.services import motions, notify
from core.acting import Refusal
from documents.enums import DraftAct, DraftState
from documents.models import Countersignature, Draft
from documents.rules import SIGNING
from sites.calendar import today
from tables.tidy import tidy_prose

from .drafts import (
    MOVED_ON,
    StaleDraft,
    ask_for_check,
    given,
    hold,
    moved_on,
    require_city,
    require_made,
    require_read,
    say,
)


def countersigners() -> QuerySet[Organisation]:
    """The bodies that could be asked: somebody there has an account that signs for its papers."""
    people = User.objects.active().filter(role__in=SIGNING).exclude(role__in=Role.CITY_WIDE)
    return Organisation.objects.filter(pk__in=people.values("organisation"), is_active=True)


@transaction.atomic
def ask(*, draft: Draft, organisations: Collection[Organisation], by: User) -> None:
    """Let these bodies, and no others, countersign it once it is checked."""
    require_office(by)
    held = hold(draft, by)
    if held.state not in (DraftState.CHECKING, DraftState.RETURNED):
        raise Refusal(_("It has been checked already; send it back before other bodies are asked."))
    held.countersignatures.exclude(organisation__in=organisations).delete()
    for organisation in organisations:
        Countersignature.objects.get_or_create(draft=held, organisation=organisation)
    say(held, DraftAct.ASKED, by, "、".join(sorted(each.name for each in organisations)))


def check(*, draft: Draft, turn: int, text: str = "", by: User) -> None:
    """核稿 by another person of the office than who drafted it, of the turn they have read.

    Raises StaleDraft where the records have moved on since: it is drawn up anew then.
    """
    require_office(by)
    if not is_another(by, draft.drafted_by_id):
        raise motions.OnePerson(_("You drafted this, or stand in for whoever did; somebody else checks it."))
    if why := moved_on(draft=draft, turn=turn, state=DraftState.CHECKING, by=by):
        raise StaleDraft(why)
    _check(draft, text, by)


@transaction.atomic
def _check(draft: Draft, text: str, by: User) -> None:
    held = hold(draft, by)
    require_made(held)
    held.checked_by = by
    say(held, DraftAct.CHECKED, by, tidy_prose(text))
    _go_on(held)


@transaction.atomic
def countersign(*, draft: Draft, turn: int, agrees: bool, text: str = "", by: User) -> None:
    """会签 for the own body. Where it does not agree the draft goes back, with the reason."""
    held = hold(draft, by)
    asked = Countersignature.objects.asked(by).filter(draft=held, agrees=None).first()
    if asked is None or held.state != DraftState.COUNTERSIGNING:
        raise Refusal(_(MOVED_ON))
    require_read(held, turn)
    if not agrees:
        text = given(text)
    asked.agrees, asked.by, asked.on = agrees, by, today()
    asked.save(update_fields=["agrees", "by", "on"])
    say(held, DraftAct.COUNTERSIGNED if agrees else DraftAct.OBJECTED, by, tidy_prose(text))
    if agrees:
        _go_on(held)
    else:
        _return(held)


@transaction.atomic
def send_back(*, draft: Draft, text: str, by: User) -> None:
    """退回: who checks or signs it says what should be changed."""
    held = hold(draft, by)
    require_city(by)
    if not is_another(by, held.drafted_by_id):
        raise motions.OnePerson(_("You drafted this: change it, or take the proposal back."))
    if held.state == DraftState.RETURNED:
        raise Refusal(_(MOVED_ON))
    say(held, DraftAct.SENT_BACK, by, given(text))
    _return(held)


@transaction.atomic
def hand_in(*, draft: Draft, text: str = "", by: User) -> None:
    """Who drafted it has changed what was asked for, or says why not; who did not agree is asked anew."""
    held = hold(draft, by)
    if is_another(by, held.drafted_by_id):
        raise PermissionDenied
    if held.state != DraftState.RETURNED:
        raise Refusal(_(MOVED_ON))
    held.state = DraftState.CHECKING
    held.save(update_fields=["state"])
    held.countersignatures.filter(agrees=False).update(agrees=None, by=None, on=None)
    say(held, DraftAct.HANDED_IN, by, tidy_prose(text))
    ask_for_check(held)


def _go_on(draft: Draft) -> None:
    """To whom it waits for next: the bodies that are asked, then who signs it."""
    waits = draft.countersignatures.filter(agrees=None)
    draft.state = DraftState.COUNTERSIGNING if waits else DraftState.SIGNING
    draft.save(update_fields=["checked_by", "state"])
    if not waits:
        motions.release(draft.motion)
        return
    asked = User.objects.active().filter(role__in=SIGNING, organisation__in=waits.values("organisation"))
    told = gettext_noop("The draft “%(title)s” asks your organisation for its countersignature.")
    notify(asked, text=told, about={"title": draft.motion.title}, url=draft.get_absolute_url())


def _return(draft: Draft) -> None:
    draft.state, draft.checked_by = DraftState.RETURNED, None
    draft.save(update_fields=["state", "checked_by"])
    if not draft.motion.is_held:
        motions.hold(draft.motion)
    told = gettext_noop("The draft “%(title)s” came back to be changed.")
    notify([draft.drafted_by], text=told, about={"title": draft.motion.title}, url=draft.get_absolute_url())
