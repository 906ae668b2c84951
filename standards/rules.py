"""Who reads and writes the standards and the rulebook at the desk; what is in force is public."""

from accounts.models import User
from accounts.rules import is_office, sees_city


def reads_versions(user: User) -> bool:
    """Every version, drafts too: the office that writes them and the leading group they are put before."""
    return sees_city(user)


def writes_versions(user: User) -> bool:
    """Drafts and publishes: the office, which is to bring the rulebook out (plan, part six, three)."""
    return is_office(user)
