"""Who reads and writes the standards and the rulebook at the desk; what is in force is public."""

from accounts.models import User
from accounts.rules import is_district_office, is_liaison, is_office, sees_city, takes_part


def reads_versions(user: User) -> bool:
    """What is or was in force: whoever takes part, for everybody judges by it, is judged or looks on."""
    return takes_part(user)


def reads_drafts(user: User) -> bool:
    """Drafts too: the office that writes them and the leading group they are put before."""
    return sees_city(user)


def answers_for_organisation(user: User) -> bool:
    """Gives the opinion of a district or a unit that is asked for one, and reads the draft for it."""
    return is_district_office(user) or is_liaison(user)


def writes_versions(user: User) -> bool:
    """Drafts and publishes: the office, which is to bring the rulebook out (plan, part six, three)."""
    return is_office(user)
