"""Who a person is, whatever it is about: predicates over the role alone.

The rooms above combine them with what they know of their records. The tables of steps ask every predicate
with the record it is about; one that looks at the role alone takes no notice of it.
"""

from django.core.exceptions import PermissionDenied

from .enums import OrganisationKind, Role
from .models import Organisation, User


def is_leading_group(user: User, about: object = None) -> bool:
    return user.role == Role.LEADING_GROUP


def is_office(user: User, about: object = None) -> bool:
    return user.role == Role.OFFICE


def is_inspector(user: User, about: object = None) -> bool:
    return user.role == Role.INSPECTOR


def require_office(user: User) -> None:
    """For what belongs to the municipal office alone; raises PermissionDenied for everybody else."""
    if not is_office(user):
        raise PermissionDenied


def manages_people(user: User) -> bool:
    """Sees the registers of people and organisations: municipal and district offices, the administrator."""
    return user.role in (Role.OFFICE, Role.DISTRICT) or user.is_superuser


def may_manage(user: User, person: User) -> bool:
    """A district manages its units' liaisons, the office everybody but those over it (`may_appoint`).

    Nobody manages themselves or an administrator.
    """
    if person.pk == user.pk or person.is_superuser or person.is_staff:
        return False
    return may_appoint(user, person.role, person.organisation)


def may_appoint(user: User, role: str, organisation: Organisation | None) -> bool:
    """May give somebody this role at this organisation.

    Whoever could make an account of the leading group could give the review and the approval alike, so
    the office appoints neither the leading group nor auditors: the administrator does.
    """
    if user.is_superuser:
        return True
    if user.role == Role.OFFICE:
        return role not in Role.OVER_THE_OFFICE
    return (
        user.role == Role.DISTRICT
        and role == Role.LIAISON
        and organisation is not None
        and organisation.district_id == user.district_id
    )


def may_manage_organisation(user: User, organisation: Organisation) -> bool:
    """The office all; a district its own units, of the kinds it may choose as sites (plan, part three)."""
    if user.role == Role.OFFICE or user.is_superuser:
        return True
    return (
        user.role == Role.DISTRICT
        and organisation.district_id == user.district_id
        and organisation.kind in OrganisationKind.DISTRICT_CHOICE
    )
