"""What two people decide in this room: who is an administrator."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.enums import Role
from accounts.models import PersonQuerySet, User
from accounts.rules import is_security_administrator
from accounts.services import administrators


def _open_to(user: User) -> PersonQuerySet:
    """Accounts without a part in the campaign; nobody's own."""
    if not is_security_administrator(user):
        return User.objects.get_queryset().none()
    return User.objects.active().filter(role__in=("", *Role.ADMINISTRATORS)).exclude(pk=user.pk)


def _give(person: User, values: Values, by: User) -> None:
    administrators.give_role(person=person, role=values["role"], by=by)


def _which(person: User, values: Values) -> Iterator[Fact]:
    yield _("Account name"), person.username
    yield _("New role"), str(Role(values["role"]).label) if values["role"] else str(_("none"))


DECISIONS.add(
    Decision(
        kind="user.administer",
        what=_("Appoint or dismiss an administrator"),
        open_to=_open_to,
        take=_give,
        facts=_which,
        url=lambda person: reverse("people:person", args=[person.pk]),
        moved_by=(Role.SECURITY,),
        decided_by=(Role.SECURITY,),
    ),
    place=90,
)
