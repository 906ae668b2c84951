"""签批单 and 盖章件: what was signed with a pen is entered by one clerk, compared by another, then holds."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import Resolution, User
from accounts.rules import require_office
from accounts.services import motions, notify
from core.acting import Refusal
from core.uploads import Taken, flags_of
from documents.enums import DraftAct, DraftState
from documents.models import Document, Draft, PenSignature, StampedScan
from sites.calendar import today

from .drafts import MOVED_ON, StaleDraft, given, hold, moved_on, require_made, require_read, say


def pen_signers(draft: Draft) -> list[User]:
    """The members of the leading group who may sign this draft, with the pen as at the desk."""
    members = User.objects.active().filter(role=Role.LEADING_GROUP).order_by("pk")
    same = Draft.objects.filter(pk=draft.pk)
    return [one for one in members if same.to_sign(one).exists()]


@transaction.atomic
def enter_pen_signature(
    *,
    draft: Draft,
    turn: int,
    signer: User,
    signed_on: datetime.date,
    scan: Taken,
    resolution: Resolution | None = None,
    by: User,
) -> PenSignature:
    """Keep the sheet a leader signed, of the turn that was printed; nothing is issued yet."""
    require_office(by)
    held = hold(draft, by)
    if held.state != DraftState.SIGNING:
        raise Refusal(_(MOVED_ON))
    require_read(held, turn)
    require_made(held)
    if signer not in pen_signers(held):
        raise ValidationError({"signer": _("A member of the leading group signs who may sign this draft.")})
    if not held.drawn_on <= signed_on <= today():
        told = _("It was drawn up on %(first)s; the day of the signature lies between that and today.")
        raise ValidationError({"signed_on": told % {"first": held.drawn_on}})
    if held.pen_signatures.waiting().filter(turn=turn).exists():
        raise Refusal(_("A signed sheet of this draft is entered already, and waits for a colleague."))
    made = PenSignature.objects.create(
        draft=held,
        turn=turn,
        signer=signer,
        signed_on=signed_on,
        resolution=resolution,
        scan=scan,
        scan_name=scan.name,
        scan_sha256=scan.sha256,
        scan_flags=flags_of(scan),
        entered_by=by,
        entered_on=today(),
    )
    say(held, DraftAct.PEN_ENTERED, by, f"{signer} {signed_on}")
    others = [one for one in User.objects.active().filter(role=Role.OFFICE) if is_another(one, by.pk)]
    told = gettext_noop("The sheet that %(who)s signed for “%(title)s” is to be compared.")
    about = {"who": signer, "title": held.motion.title}
    notify(others, text=told, about=about, url=held.get_absolute_url())
    return made


def confirm_pen_signature(*, signature: PenSignature, by: User) -> None:
    """A second clerk has compared sheet and entry: the draft is signed in the leader's name, and issued.

    Raises StaleDraft where the records have moved on since the sheet was printed: it is drawn up anew then,
    and signed anew.
    """
    found = _waiting(signature, by)
    if why := moved_on(draft=found.draft, turn=found.turn, state=DraftState.SIGNING, by=by):
        raise StaleDraft(why)
    _confirm(found, by)


@transaction.atomic
def _confirm(signature: PenSignature, by: User) -> None:
    found = _waiting(signature, by)
    PenSignature.objects.filter(pk=found.pk).update(confirmed_by=by)
    say(found.draft, DraftAct.PEN_CONFIRMED, by)
    motions.agree(motion=found.draft.motion, by=found.signer, resolution=found.resolution)


@transaction.atomic
def refuse_pen_signature(*, signature: PenSignature, text: str, by: User) -> None:
    """Sheet and entry differ, or it is another sheet: it stays on record, and is entered anew."""
    found = _waiting(signature, by)
    PenSignature.objects.filter(pk=found.pk).update(refused_why=given(text))
    say(found.draft, DraftAct.PEN_REFUSED, by, given(text))


@transaction.atomic
def _waiting(signature: PenSignature, by: User) -> PenSignature:
    """The entry, its draft locked, for a clerk who did not enter it."""
    require_office(by)
    held = hold(signature.draft, by)
    found = held.pen_signatures.waiting().filter(pk=signature.pk).first()
    if found is None:
        raise Refusal(_(MOVED_ON))
    if not is_another(by, found.entered_by_id):
        raise motions.OnePerson(_("You entered this sheet; somebody else compares it."))
    return found


@transaction.atomic
def file_stamped_scan(*, document: Document, scan: Taken, by: User) -> StampedScan:
    """File the scan of the paper as it was printed and sealed."""
    require_office(by)
    if not Document.objects.visible_to(by).filter(pk=document.pk).exists():
        raise PermissionDenied
    return StampedScan.objects.create(
        document=document,
        scan=scan,
        scan_name=scan.name,
        scan_sha256=scan.sha256,
        scan_flags=flags_of(scan),
        entered_by=by,
        entered_on=today(),
    )
