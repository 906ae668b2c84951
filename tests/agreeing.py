"""The second person, for tests that begin at the form of the first."""

from accounts.enums import Role
from accounts.models import Motion
from accounts.services import motions
from tests import factories


def agreed() -> Motion:
    """Somebody of the leading group agrees to the one thing that is proposed."""
    motion = Motion.objects.open().get()
    motions.agree(motion=motion, by=factories.user(Role.LEADING_GROUP))
    motion.refresh_from_db()
    return motion
