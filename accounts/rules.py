"""Who a person is, whatever it is about: predicates over the role alone.

The rooms above combine them with what they know of their records. The tables of steps ask every predicate
with the record it is about; one that looks at the role alone takes no notice of it.
"""

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


def has_role(user: User) -> bool:
    """Takes part in the campaign at all: an administrator's account may be for accounts alone."""
    return user.role != ""


def is_over_the_office(role: str) -> bool:
    """Decides over what the office does, or looks into it: such accounts are the administrator's."""
    return role in Role.OVER_THE_OFFICE


def sees_city(user: User, about: object = None) -> bool:
    """Sees the whole city, half-done results too: the leading group and its office (plan, part six, one)."""
    return user.role in Role.CITY_WIDE


def oversees(user: User) -> bool:
    """Looks after many sites, and sees what is owed and whose post is vacant (plan, part five, two)."""
    return sees_city(user) or is_district_office(user)


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
    """Sees the registers of people and organisations: municipal and district offices, the administrator."""
    return is_office(user) or is_district_office(user) or user.is_superuser


def may_manage(user: User, person: User) -> bool:
    """A district manages its units' liaisons, the office everybody but those over it (`may_appoint`).

    Nobody manages themselves or an administrator.
    """
    if person.pk == user.pk or person.is_superuser or person.is_staff:
        return False
    return may_appoint(user, person.role, person.organisation)


def may_send_deputy(user: User, person: User) -> bool:
    """代理: for oneself, and by who manages the account; an administrator's own account has none."""
    return has_role(person) and (user.pk == person.pk or may_manage(user, person))


def may_appoint(user: User, role: str, organisation: Organisation | None) -> bool:
    """May give somebody this role at this organisation.

    Whoever could make an account of the leading group could give the review and the approval alike, so
    the office appoints neither the leading group nor auditors: the administrator does.
    """
    if user.is_superuser:
        return True
    if is_office(user):
        return not is_over_the_office(role)
    return (
        is_district_office(user)
        and role == Role.LIAISON
        and organisation is not None
        and organisation.district_id == user.district_id
    )


def may_manage_organisation(user: User, organisation: Organisation) -> bool:
    """The office all; a district its own units, of the kinds it may choose as sites (plan, part three)."""
    if is_office(user) or user.is_superuser:
        return True
    return (
        is_district_office(user)
        and organisation.district_id == user.district_id
        and organisation.kind in OrganisationKind.DISTRICT_CHOICE
    )
