"""Who a person is, whatever it is about: predicates over the role alone.

The rooms above combine them with what they know of their records.
"""

from django.core.exceptions import PermissionDenied
from rules.predicates import predicate

from .enums import Role
from .models import User


@predicate
def is_leading_group(user: User, obj: object = None) -> bool:
    return user.role == Role.LEADING_GROUP


@predicate
def is_office(user: User, obj: object = None) -> bool:
    return user.role == Role.OFFICE


@predicate
def is_inspector(user: User, obj: object = None) -> bool:
    return user.role == Role.INSPECTOR


def require_office(user: User) -> None:
    """For what belongs to the municipal office alone; raises PermissionDenied for everybody else."""
    if not is_office(user):
        raise PermissionDenied
