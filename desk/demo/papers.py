"""How the demo's papers were drafted, checked and signed."""

from contextlib import AbstractContextManager

from accounts.models import Motion, Resolution, User
from documents.enums import DraftState
from documents.issuing import Issuing, surrounded
from documents.services import checking, drafts, signing

from .cast import Cast


def sign(motion: Motion, cast: Cast, *, by: User, resolution: Resolution | None = None) -> None:
    """As on the pages: each draft is made on trial, checked by a colleague, and signed on the same day."""
    draft = motion.draft
    if drafts.moved_on(draft=draft, turn=draft.turn, state=DraftState(draft.state), by=cast.colleague):
        draft.refresh_from_db()
    print_on_trial(motion)
    checking.check(draft=draft, turn=draft.turn, by=cast.colleague)
    draft.refresh_from_db()
    signing.sign(draft=draft, turn=draft.turn, by=by, resolution=resolution)


def print_on_trial(motion: Motion) -> None:
    for paper in motion.draft.papers:
        drafts.render_draft(paper.pk)


def signed_by_three(cast: Cast) -> AbstractContextManager[Issuing]:
    """Around an act whose papers three people saw to: a hundred trial prints would take the demo a minute."""
    return surrounded(Issuing(signer=cast.leader, drafted_by=cast.office, checked_by=cast.colleague))
