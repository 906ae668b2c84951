"""What others have said before a test begins: the second person to a motion, the leading group to an item."""

from accounts.enums import ResolutionKind, ResolutionState, Role
from accounts.models import Motion, Resolution
from accounts.services import motions
from core.clock import today
from documents.models import Draft
from documents.services import checking, drafts
from documents.services.drafts import StaleDraft
from sites.models import Programme
from tests import factories, reviewing


def agreed() -> Motion:
    """Somebody of the leading group agrees to the one thing that is proposed, reviewed for secrets before."""
    motion = Motion.objects.open().get()
    reviewing.give_all()
    checked(motion)
    needed = motion.decision.rests_on
    motions.agree(
        motion=motion,
        resolution=resolved(needed) if needed else None,
        by=factories.user(Role.LEADING_GROUP),
    )
    motion.refresh_from_db()
    return motion


def checked(motion: Motion) -> None:
    """A clerk checks the draft of the papers it would issue, if any, once they are made on trial."""
    draft = Draft.objects.filter(motion=motion).first()
    if draft is None:
        return
    clerk = factories.user(Role.OFFICE)
    made(draft)
    try:
        checking.check(draft=draft, turn=draft.turn, by=clerk)
    except StaleDraft:  # what it says has moved on since it was proposed
        draft.refresh_from_db()
        made(draft)
        checking.check(draft=draft, turn=draft.turn, by=clerk)
    motion.refresh_from_db()


def made(draft: Draft) -> None:
    """The worker has made its papers on trial."""
    for paper in draft.papers:
        drafts.render_draft(paper.pk)


def resolved(kind: str, programme: Programme | None = None, **facts) -> Resolution:
    """A resolution of the leading group, decided today and still to be carried out."""
    programme = programme or factories.programme()
    told = {"source": "示例会议记录", "state": ResolutionState.DECIDED, "decided_on": today()}
    return Resolution.objects.create(
        campaign=programme.pk,
        kind=ResolutionKind(kind),
        title="示例事项",
        put_on=today(),
        **told | facts,
    )
