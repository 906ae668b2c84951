"""签发: a third person signs a draft, the act is carried out, and its papers get their numbers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import Motion, Resolution, User
from accounts.services import motions
from core.acting import Refusal
from documents.enums import DraftAct, DraftState
from documents.issuing import Issuing, surrounded
from documents.models import Draft

from .drafts import StaleDraft, heads_of, moved_on, require_made, say, says_the_same


def sign(*, draft: Draft, turn: int, by: User, resolution: Resolution | None = None) -> None:
    """签发 by who neither drafted nor checked it. Raises StaleDraft where the records have moved on.

    What would be issued must be what was checked. Where only days have moved with the calendar the check
    holds, but the new draft is read before it is signed; else it is checked anew. No number is taken so.
    """
    if why := moved_on(draft=draft, turn=turn, state=DraftState.SIGNING, by=by):
        raise StaleDraft(why)
    motions.agree(motion=draft.motion, by=by, resolution=resolution)


@contextmanager
def carried_out(motion: Motion, by: User) -> Iterator[None]:
    """Around the act that a signature carries out: it issues what was drafted, checked and tried, no more."""
    draft = Draft.objects.select_for_update(of=("self",)).order_by("pk").filter(motion=motion).first()
    if draft is None:
        yield
        return
    if not is_another(by, draft.drafted_by_id, draft.checked_by_id):
        raise motions.OnePerson(_("You drafted or checked this; a third person signs it."))
    require_made(draft)
    around = Issuing(
        signer=by, drafted_by=draft.drafted_by, checked_by=draft.checked_by, heads=heads_of(draft)
    )
    with surrounded(around):
        yield
    if not says_the_same(draft, around.papers):
        raise Refusal(_("What would be issued is not what was checked: open the draft again."))
    for paper, document in zip(draft.papers, around.papers, strict=True):
        paper.document = document
        paper.save(update_fields=["document"])
    draft.state, draft.signed_by = DraftState.SIGNED, by
    draft.save(update_fields=["state", "signed_by"])
    say(draft, DraftAct.SIGNED, by)


def end(motion: Motion) -> None:
    """The act was declined or taken back: its papers are not issued."""
    draft = Draft.objects.select_for_update(of=("self",)).order_by("pk").filter(motion=motion).first()
    if draft is None:
        return
    draft.state = DraftState.ENDED
    draft.save(update_fields=["state"])
    say(draft, DraftAct.ENDED, motion.decided_by or motion.proposed_by, motion.answer)
