"""三员: nobody makes an administrator alone, and nobody changes what is their own.

At the desk one security administrator proposes who gets such a role or loses it, and another one agrees
(`accounts/offers/decisions.py`). The first ones, and whoever is to follow the last of a kind, are made on the
machine, by `./portal manage administrators`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import SessionEnd
from accounts.models import PersonQuerySet, User
from accounts.rules import is_administrator, is_an_administrators, may_administer
from accounts.services.deputies import end_deputies_of
from accounts.services.links import make_link
from accounts.services.people import free_username
from accounts.services.real_names import check_once, check_person_name
from accounts.services.sessions import end_all
from tables.tidy import tidy


@transaction.atomic
def give_role(*, person: User, role: str, by: User) -> None:
    """Make a person an administrator, one of another kind, or none (""), once two people want it.

    Raises PermissionDenied for who may not, and of somebody with a part in the campaign; ValidationError at
    `role` for any other role, and where nobody of the kind would be left.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not may_administer(by, person):
        raise PermissionDenied
    if role and not is_an_administrators(role):
        raise ValidationError({"role": _("Only an administrator's role is given here.")})
    if role == person.role:
        raise ValidationError({"role": _("%(name)s has this role already.") % {"name": person}})
    if is_administrator(person) and not others_of(person).exists():
        told = _("%(name)s is the only %(role)s; appoint another one first.")
        raise ValidationError({"role": told % {"name": person, "role": person.get_role_display()}})
    end_deputies_of(person=person, by=by)
    person.role = role
    person.full_clean(exclude=["password", "organisation"])
    person.save(update_fields=["role"])
    end_all(person=person, why=SessionEnd.ACCOUNT)


def others_of(person: User) -> PersonQuerySet:
    """Who else is an administrator of the same kind."""
    return User.objects.active().filter(role=person.role).exclude(pk=person.pk)


@transaction.atomic
def open_on_the_machine(*, name: str, role: str) -> tuple[User, str]:
    """An administrator's account and the token of its link; for whoever owns the machine.

    It acts for no organisation. Raises ValidationError where the name is no person's, or an administrator's.
    """
    person = User(username=free_username("", role), name=tidy(name), role=role)
    check_person_name(person.name, None)
    check_once(person)
    person.set_unusable_password()
    person.full_clean(exclude=["password", "organisation"])
    person.save()
    return person, make_link(person=person, by=None)
