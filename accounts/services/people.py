"""Adding a person to the portal, and changing what it knows of them."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import HOMES, Role, SessionEnd
from accounts.models import Organisation, User
from accounts.rules import is_district_office, is_given_by_two, may_appoint, may_manage, may_open
from accounts.services.deputies import end_deputies_of
from accounts.services.notifications import notify
from accounts.services.real_names import check_once, check_person_name
from accounts.services.sessions import end_all
from accounts.signals import open_work_of, person_added
from core.locks import change_once
from tables.tidy import tidy

RENAMED = gettext_noop(
    "%(by)s changed the name on the account %(username)s from %(before)s to %(after)s. Its role was given to "
    "a person by two: if this is another person, tell the administrator."
)
USERNAME = re.compile(r"[a-z][a-z0-9]{2,29}")
# What the account names are made of that the portal gives itself.
STEMS: dict[str, str] = {
    Role.LEADING_GROUP: "lingdao",
    Role.OFFICE: "shiban",
    Role.DISTRICT: "quban",
    Role.INSPECTOR: "ducha",
    Role.LIAISON: "lianluo",
    Role.SYSTEM: "xitong",
    Role.SECURITY: "anquan",
    Role.AUDITOR: "shenji",
}


def homes(by: User, role: str | None = None) -> QuerySet[Organisation]:
    """The organisations that exist and at which `by` may give somebody a role."""
    found = Organisation.objects.filter(is_active=True)
    if is_district_office(by):
        found = found.filter(district=by.district_id)
        role = Role.LIAISON
    return found.filter(kind__in=HOMES[role]) if role in HOMES else found


def roles(by: User, person: User | None) -> list[tuple[str, str]]:
    """The roles `by` may give at some organisation, as choices; "" for who may take them away.

    Of a new account those that two people give are among them, for they are proposed at once; of a person
    that exists the own alone.
    """
    choices = [("", str(_("none"))), *((role.value, str(role.label)) for role in Role)]
    return [
        (role, label)
        for role, label in choices
        if may_appoint(by, role, by.organisation)
        and not (person and is_given_by_two(role) and role != person.role)
    ]


@transaction.atomic
def add_person(
    *,
    name: str,
    role: str,
    organisation: Organisation,
    by: User,
    username: str = "",
    phone: str = "",
    email: str = "",
    is_head: bool = False,
) -> User:
    """Give a person an account; it has no password until they set one through a link (`make_link`).

    Without a `username` the next free one of the role is given. Raises ValidationError naming the
    field, or PermissionDenied.
    """
    if not may_open(by, role, organisation):
        raise PermissionDenied
    person = User(username=free_username(username, role))
    person.set_unusable_password()
    person.email, person.is_head = email, is_head
    person = _save(person, name, role, organisation, phone)
    person_added.send(sender=User, person=person)
    return person


@transaction.atomic
def change_person(
    *,
    person: User,
    name: str,
    role: str,
    organisation: Organisation,
    phone: str,
    email: str,
    by: User,
    is_head: bool = False,
) -> User:
    """Change what is known of a person; role and organisation only of somebody who has no work open."""
    person = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if not (may_manage(by, person) and may_appoint(by, role, organisation)):
        raise PermissionDenied
    if role != person.role and is_given_by_two(role):
        raise ValidationError({"role": _("Two people give this role: propose it on the person's page.")})
    wanted = {"role": role, "organisation": organisation}
    moved = [field for field, value in wanted.items() if getattr(person, field) != value]
    if moved and open_work_of(person):
        told = _("%(name)s has work open; switch the account off and hand the work over, then change this.")
        raise ValidationError({moved[0]: told % {"name": person}})
    person.email, person.is_head = email, is_head
    if moved:
        end_deputies_of(person=person, by=by)
        end_all(person=person, why=SessionEnd.ACCOUNT)
    before = person.name
    person = _save(person, name, role, organisation, phone)
    if is_given_by_two(role) and person.name != before:
        _tell_of_new_name(person, before, by)
    return person


def _tell_of_new_name(person: User, before: str, by: User) -> None:
    """Two people gave the role to somebody; one alone corrects the name, and could hand it on by that."""
    security = User.objects.active().filter(role=Role.SECURITY).exclude(pk=by.pk)
    about = {"by": by, "username": person.username, "before": before, "after": person.name}
    notify([person], text=RENAMED, about=about, url=reverse("people:my_account"))
    notify(security, text=RENAMED, about=about, url=person.get_absolute_url())


def set_wants_mail(*, person: User, wanted: bool) -> None:
    """A person's own choice: the daily digest by e-mail, or none."""
    change_once(User.objects.filter(pk=person.pk), wants_mail=wanted)


def _save(person: User, name: str, role: str, organisation: Organisation, phone: str) -> User:
    """The organisation is held: meanwhile nobody switches it off or adds the same person to it."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    person.name, person.phone = tidy(name), tidy(phone)
    person.role, person.organisation = role, organisation
    if person.is_head and not is_district_office(person):
        raise ValidationError({"is_head": _("Only a district's office has a head here.")})
    person.full_clean(exclude=["password"])
    check_home(person)
    check_person_name(person.name, organisation)
    if person.is_active:
        check_once(person)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise _taken(person.username) from None
    return person


def check_home(person: User) -> None:
    """Raise ValidationError unless the person's organisation exists and fits the role."""
    home = person.organisation
    if home is None or not home.is_active:
        told = _("%(organisation)s is switched off.")
        raise ValidationError({"organisation": told % {"organisation": home}})
    if home.kind not in HOMES.get(person.role, (home.kind,)):
        told = _("A %(role)s does not act for %(organisation)s (%(kind)s).")
        about = {"role": person.get_role_display(), "organisation": home, "kind": home.get_kind_display()}
        raise ValidationError({"organisation": told % about})


def free_username(wanted: str, role: str) -> str:
    """`wanted` in its one spelling, or without one the next of the role's; raises ValidationError."""
    wanted = tidy(wanted).lower()
    if not wanted:
        return _next_username(role)
    if not USERNAME.fullmatch(wanted):
        raise ValidationError({"username": _("3 to 30 letters (a–z) and digits, a letter first.")})
    if User.objects.filter(username__iexact=wanted).exists():
        raise _taken(wanted)
    return wanted


def _next_username(role: str) -> str:
    stem = STEMS.get(role, "renyuan")
    numbered = User.objects.filter(username__regex=rf"^{stem}[0-9]+$").values_list("username", flat=True)
    last = numbered.order_by(Length("username").desc(), "-username").first()
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:02d}"


def _taken(username: str) -> ValidationError:
    return ValidationError({"username": _("“%(name)s” is taken; choose another one.") % {"name": username}})
