"""What two people decide in this room: who gets a role of weight, and that a second factor is lost."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.enums import Role
from accounts.models import PersonQuerySet, User
from accounts.models.motions import APPOINT
from accounts.rules import is_security_administrator, sees_city, sees_motions
from accounts.services import administrators, appointing, second_factor


def _open_to(user: User) -> PersonQuerySet:
    """Accounts without a part in the campaign; nobody's own."""
    if not is_security_administrator(user):
        return User.objects.get_queryset().none()
    return User.objects.active().filter(role__in=("", *Role.ADMINISTRATORS)).exclude(pk=user.pk)


def _give(person: User, values: Values, by: User) -> None:
    administrators.give_role(person=person, role=values["role"], by=by)


def _may_be_given(user: User) -> PersonQuerySet:
    """Everybody's but the own and an administrator's."""
    if not sees_motions(user):
        return User.objects.get_queryset().none()
    return User.objects.active().exclude(role__in=Role.ADMINISTRATORS).exclude(pk=user.pk)


def _appoint(person: User, values: Values, by: User) -> None:
    appointing.give_role(person=person, role=values["role"], by=by)


def _whom(person: User, values: Values) -> Iterator[Fact]:
    yield _("Account name"), person.username
    yield _("Organisation"), str(person.organisation or "—")
    yield _("Role so far"), str(person.get_role_display() or _("none"))
    yield _("New role"), str(Role(values["role"]).label)


def _which(person: User, values: Values) -> Iterator[Fact]:
    yield _("Account name"), person.username
    yield _("New role"), str(Role(values["role"]).label) if values["role"] else str(_("none"))


def _may_have_lost_theirs(user: User) -> PersonQuerySet:
    """Everybody else's; an administrator's is for the security administrators."""
    people = User.objects.active().exclude(pk=user.pk)
    if is_security_administrator(user):
        return people
    return people.exclude(role__in=Role.ADMINISTRATORS) if sees_city(user) else people.none()


def _take_away(person: User, _values: Values, by: User) -> None:
    second_factor.reset(person=person, by=by)


def _why(_person: User, values: Values) -> Iterator[Fact]:
    yield _("Reason"), values["reason"]


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
DECISIONS.add(
    Decision(
        kind=APPOINT,
        what=_("Give a role that two people give"),
        open_to=_may_be_given,
        take=_appoint,
        facts=_whom,
        url=lambda person: reverse("people:person", args=[person.pk]),
        moved_by=(Role.OFFICE, Role.SYSTEM, Role.SECURITY),
        decided_by=(Role.LEADING_GROUP, Role.SECURITY),
    ),
    place=89,
)
DECISIONS.add(
    Decision(
        kind="user.second_factor",
        what=_("Take a lost second factor away"),
        open_to=_may_have_lost_theirs,
        take=_take_away,
        facts=_why,
        url=User.get_absolute_url,
        moved_by=(Role.OFFICE, Role.SECURITY),
        decided_by=(Role.LEADING_GROUP, Role.OFFICE, Role.SECURITY),
    ),
    place=91,
)
