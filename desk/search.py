"""Search over what a member of staff may see, by name, number or code: what the rooms offer to each."""

from accounts.models import User
from accounts.searched import SEARCH_KINDS
from core.prepared import prepared
from core.search import Group, Query, SearchKind, Sought, first_few, grouped, sought_of
from core.union import Part
from desk.rules import has_work

# Of one character only a whole code is found.
SHORTEST = 2


def kinds(user: User) -> list[SearchKind[User]]:
    """What this person can search; whoever reads the trail alone, nothing."""
    if not has_work(user):
        return []
    return [kind for kind in SEARCH_KINDS if kind.offered_to(user)]


def search(user: User, query: Query) -> list[Group[User]]:
    """The first few of each kind of which anything was found, and how many there are; one question."""
    return grouped(kinds(user), _found(user, sought_of(SEARCH_KINDS, query)), query, user)


@prepared
def _found(user: User, sought: Sought) -> Part:
    asked, searched = Sought(*sought), kinds(user)
    read = [read for kind, read in zip(SEARCH_KINDS, asked.read, strict=True) if kind in searched]
    if not searched:
        return User.objects.none().values_list("pk")
    return first_few(searched, asked._replace(read=tuple(read)), user)
