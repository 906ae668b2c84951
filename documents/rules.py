"""Who reads papers that are not public; `Document.visible_to` adds the sites they are about."""

from accounts.models import User
from accounts.rules import is_inspector, sees_city


def reads_all_papers(user: User) -> bool:
    """Internal papers as well: the city, which issues and signs them. A recusal takes away even these."""
    return sees_city(user)


def is_to_judge_afresh(user: User) -> bool:
    """Reads no withdrawn paper: an inspector may have to mark a site it speaks of."""
    return is_inspector(user)
