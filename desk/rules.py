"""Who has which page of the desk; what stands on it each room decides by its own `visible_to`."""

from accounts.models import User
from accounts.rules import (
    is_auditor,
    is_district_office,
    is_inspector,
    is_liaison,
    is_office,
    is_system_administrator,
    oversees,
    sees_city,
    takes_part,
)


def reads_trail(user: User) -> bool:
    """The auditors alone: whoever is written of does not look after the trail."""
    return is_auditor(user)


def reads_health(user: User) -> bool:
    """The system administrators, who look after the machine."""
    return is_system_administrator(user)


def has_work(user: User) -> bool:
    """Is waited for, and searches what the role sees; an auditor reads the trail and does nothing else."""
    return user.role != "" and not is_auditor(user)


def reads_deadlines(user: User) -> bool:
    """One's own dates, and those one answers for: everybody who takes part."""
    return takes_part(user) and has_work(user)


def reads_every_deadline(user: User) -> bool:
    """Of all districts, and until when an objection is to be answered."""
    return sees_city(user)


def reads_reminders(user: User) -> bool:
    """Which reminders go out, and which went; the office changes them."""
    return sees_city(user)


def reminds(user: User) -> bool:
    """Reminds by hand of what is late or close: the office everybody, a district's office its own."""
    return is_office(user) or is_district_office(user)


def answers_for_others(user: User) -> bool:
    """催办: the city and a district for their sites, an inspector for the team it may lead."""
    return oversees(user) or is_inspector(user)


def asks_for_dossiers(user: User) -> bool:
    """一点一档: those who run or decide, and those whose own sites they are of."""
    return oversees(user) or is_liaison(user)
