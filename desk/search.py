"""Search over what a member of staff may see, by name, number or code: what the rooms offer to each."""

from accounts.models import User
from accounts.searched import SEARCH_KINDS
from core.search import SearchKind
from desk.rules import has_work

# Of one character only a whole code is found.
SHORTEST = 2


def kinds(user: User) -> list[SearchKind[User]]:
    """What this person can search; whoever reads the trail alone, nothing."""
    if not has_work(user):
        return []
    return [kind for kind in SEARCH_KINDS if kind.offered_to(user)]
