"""What others have said before a test begins: the second person to a motion, the leading group to an item."""

from accounts.enums import ResolutionKind, ResolutionState, Role
from accounts.models import Motion, Resolution
from accounts.services import motions
from core.clock import today
from sites.models import Programme
from tests import factories, reviewing


def agreed() -> Motion:
    """Somebody of the leading group agrees to the one thing that is proposed, reviewed for secrets before."""
    motion = Motion.objects.open().get()
    reviewing.give_all()
    needed = motion.decision.rests_on
    motions.agree(
        motion=motion,
        resolution=resolved(needed) if needed else None,
        by=factories.user(Role.LEADING_GROUP),
    )
    motion.refresh_from_db()
    return motion


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
