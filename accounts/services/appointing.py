"""Roles that count as a second person across the city: proposed by one, agreed to by another.

The office, the system administrator or a security administrator proposes; the leading group or a security
administrator agrees (`accounts/offers/decisions.py`). So with one of each administrator a new portal gets its
leading group and its office, and nobody makes themselves a colleague.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import SessionEnd
from accounts.models import User
from accounts.models.motions import APPOINT
from accounts.rules import is_administrator, is_given_by_two, may_give_by_two
from accounts.services import motions
from accounts.services.deputies import end_deputies_of
from accounts.services.links import invite
from accounts.services.people import add_person, check_home, free_username
from accounts.services.sessions import end_all
from accounts.signals import open_work_of


@transaction.atomic
def open_account(*, role: str, by: User, username: str = "", **facts: Any) -> tuple[User, str]:
    """The person and the token of their link, as `invite`; "" where the role is still to be given.

    One that two people give is proposed at once, for an account without any.
    """
    if role and not is_given_by_two(role):
        return invite(role=role, username=username, by=by, **facts)
    username = free_username(username, role)
    person = add_person(role="", username=username, by=by, **facts)
    if role:
        motions.move(kind=APPOINT, record=person, values={"role": role}, by=by)
    return person, ""


@transaction.atomic
def give_role(*, person: User, role: str, by: User) -> None:
    """Once two people want it. Raises PermissionDenied, or ValidationError at the field that does not fit."""
    person = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if person.pk == by.pk or is_administrator(person) or not may_give_by_two(by, role):
        raise PermissionDenied
    if role == person.role:
        raise ValidationError({"role": _("%(name)s has this role already.") % {"name": person}})
    if person.role and open_work_of(person):
        told = _("%(name)s has work open; switch the account off and hand the work over, then change this.")
        raise ValidationError({"role": told % {"name": person}})
    end_deputies_of(person=person, by=by)
    person.role, person.is_head = role, False
    person.full_clean(exclude=["password"])
    check_home(person)
    person.save(update_fields=["role", "is_head"])
    end_all(person=person, why=SessionEnd.ACCOUNT)
