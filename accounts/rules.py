"""Who a person is, whatever it is about: predicates over the role alone.

The rooms above combine them with what they know of their records. The tables of steps ask every predicate
with the record it is about; one that looks at the role alone takes no notice of it.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied

from .enums import OrganisationKind, Role
from .models import Organisation, User


def is_leading_group(user: User, about: object = None) -> bool:
    """市政务公开领导小组: organises, and gives the final approval (plan, part six, one: 组织、协调和审定)."""
    return user.role == Role.LEADING_GROUP


def is_office(user: User, about: object = None) -> bool:
    """Its office: runs the campaign, and reviews before the approval (plan, part six, one: 评估和初审)."""
    return user.role == Role.OFFICE


def is_district_office(user: User) -> bool:
    """A district's office: files its list and guides its own sites (plan, part three; part five, two)."""
    return user.role == Role.DISTRICT


def is_inspector(user: User, about: object = None) -> bool:
    """督查组成员: marks the sites its team is sent to (plan, part five, three)."""
    return user.role == Role.INSPECTOR


def is_liaison(user: User) -> bool:
    """示范点联络员: speaks for the own unit (plan, part six, one)."""
    return user.role == Role.LIAISON


def is_auditor(user: User) -> bool:
    """Reads the trail, and nothing of the campaign beside it."""
    return user.role == Role.AUDITOR


def is_system_administrator(user: User) -> bool:
    """系统管理员: runs the portal, and opens accounts that have no rights yet."""
    return user.role == Role.SYSTEM


def is_security_administrator(user: User) -> bool:
    """安全管理员: gives and takes the rights of accounts that others have opened."""
    return user.role == Role.SECURITY


def is_administrator(user: User) -> bool:
    """三员 (GB/T 22239-2019, 8.1.5): each has rights that the others have not; no part in the campaign."""
    return is_an_administrators(user.role)


def takes_part(user: User) -> bool:
    """Takes part in the campaign, or looks into it; who runs the portal and gives its rights does not."""
    return user.role not in ("", Role.SYSTEM, Role.SECURITY)


def is_an_administrators(role: str) -> bool:
    """One of the three, which two people give."""
    return role in Role.ADMINISTRATORS


def needs_second_factor(user: User) -> bool:
    """Signs in with more than a password: as PORTAL_SECOND_FACTOR says of the role."""
    return user.role in settings.PORTAL_SECOND_FACTOR


def is_given_by_two(role: str) -> bool:
    """Counts as a second person across the city, so that nobody gives it alone."""
    return role in Role.GIVEN_BY_TWO


def is_over_the_office(role: str) -> bool:
    """Decides over what the office does, or looks into it: such accounts are not the office's."""
    return role in Role.OVER_THE_OFFICE


def sees_city(user: User, about: object = None) -> bool:
    """Sees the whole city, half-done results too: the leading group and its office (plan, part six, one)."""
    return user.role in Role.CITY_WIDE


def oversees(user: User) -> bool:
    """Looks after many sites, and sees what is owed and whose post is vacant (plan, part five, two)."""
    return sees_city(user) or is_district_office(user)


def decides_motions(user: User) -> bool:
    """Decides what is proposed: the city of the campaign, a security administrator of accounts."""
    return sees_city(user) or is_security_administrator(user)


def sees_motions(user: User) -> bool:
    """Sees what is proposed, or the own: the system administrator proposes roles, and decides none."""
    return decides_motions(user) or is_system_administrator(user)


def reviews_secrecy(user: User) -> bool:
    """保密审查 of what goes out: office and leading group, who answer for it (条例 of 2008, article 14)."""
    return sees_city(user)


def require_office(user: User) -> None:
    """For what belongs to the municipal office alone; raises PermissionDenied for everybody else."""
    if not is_office(user):
        raise PermissionDenied


def require_city(user: User) -> None:
    """For the own eyes of the office and the leading group; raises PermissionDenied for everybody else."""
    if not sees_city(user):
        raise PermissionDenied


def manages_people(user: User) -> bool:
    """Sees the registers of people and organisations: the offices, who opens accounts and gives rights."""
    return (
        is_office(user)
        or is_district_office(user)
        or is_system_administrator(user)
        or is_security_administrator(user)
    )


def makes_links(user: User) -> bool:
    """Makes links to set a password: whoever has accounts in charge (`may_appoint`)."""
    return manages_people(user) and not is_system_administrator(user)


def adds_to_registers(user: User) -> bool:
    """Puts people and organisations on record: never who gives rights to the accounts that others made."""
    return manages_people(user) and not is_security_administrator(user)


def may_open(user: User, role: str, organisation: Organisation | None) -> bool:
    """Makes an account with this role: the offices as they appoint, but for what two people give.

    One without a role, which these give afterwards, the office and the system administrator.
    """
    if role == "":
        return is_system_administrator(user) or is_office(user)
    if is_given_by_two(role):
        return False
    return adds_to_registers(user) and may_appoint(user, role, organisation)


def may_manage(user: User, person: User) -> bool:
    """A district manages its units' liaisons, the office everybody but those over it (`may_appoint`).

    Nobody manages themselves, and nobody alone an administrator (`services/administrators.py`).
    """
    if person.pk == user.pk or is_administrator(person):
        return False
    return may_appoint(user, person.role, person.organisation)


def may_administer(user: User, person: User) -> bool:
    """Proposes or agrees who is an administrator: of people without a part in the campaign, never oneself."""
    return (
        is_security_administrator(user)
        and person.pk != user.pk
        and person.is_active
        and (person.role == "" or is_administrator(person))
    )


def may_give_by_two(user: User, role: str) -> bool:
    """Has a part in giving this role: as who proposes it, or as who agrees. The office none over itself."""
    if not is_given_by_two(role):
        return False
    if is_office(user):
        return not is_over_the_office(role)
    return user.role in (Role.LEADING_GROUP, Role.SYSTEM, Role.SECURITY)


def may_propose_role(user: User, person: User) -> bool:
    """Proposes that somebody else gets a role that two people give; the office of none over it."""
    may = is_security_administrator(user) or is_system_administrator(user)
    may = may or (is_office(user) and not is_over_the_office(person.role))
    return may and person.pk != user.pk and person.is_active and not is_administrator(person)


def may_take_factor_away(user: User, person: User) -> bool:
    """Proposes that somebody else's second factor is lost; an administrator's is not the office's matter."""
    may = is_security_administrator(user) or (is_office(user) and not is_administrator(person))
    return may and person.pk != user.pk and person.is_active


def may_send_deputy(user: User, person: User) -> bool:
    """代理: for oneself, and by who manages the account; who runs the portal has none."""
    return takes_part(person) and (user.pk == person.pk or may_manage(user, person))


def may_appoint(user: User, role: str, organisation: Organisation | None) -> bool:
    """May have the account of somebody with this role in charge; "" is one without rights.

    A role that two people give is given by nobody alone all the same (`services/appointing.py`).

    Whoever could make an account of the leading group could give the review and the approval alike, so
    the office does not appoint the leading group: a security administrator does, whom the system
    administrator has opened an account for. Nobody appoints an administrator alone.
    """
    if is_security_administrator(user):
        return not is_an_administrators(role)
    if is_office(user):
        return role != "" and not is_over_the_office(role)
    return (
        is_district_office(user)
        and role == Role.LIAISON
        and organisation is not None
        and organisation.district_id == user.district_id
    )


def may_manage_organisation(user: User, organisation: Organisation) -> bool:
    """The office all, and who opens accounts at them; a district its own units, of the kinds it may choose
    as sites (plan, part three).
    """
    if is_office(user) or is_system_administrator(user):
        return True
    return (
        is_district_office(user)
        and organisation.district_id == user.district_id
        and organisation.kind in OrganisationKind.DISTRICT_CHOICE
    )
