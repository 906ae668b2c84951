"""代理: somebody stands in while a person is away, from one day to another."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Deputy, User
from accounts.rules import may_send_deputy
from accounts.services.notifications import notify
from accounts.services.successors import successors
from core.acting import Refusal
from core.clock import today
from core.locks import change_once


@transaction.atomic
def name_deputy(
    *,
    person: User,
    deputy: User,
    first_on: datetime.date,
    last_on: datetime.date,
    reason: str,
    by: User,
) -> Deputy:
    """Somebody of the same role stands in for a person from one day to another, both included.

    No day has two deputies of one person, and nobody stands in who is away on one of the days. Raises
    ValidationError naming the field, or PermissionDenied.
    """
    # In order, so that of two who name each other the second finds the first one's.
    rows = User.objects.select_for_update(of=("self",)).select_related("organisation").order_by("pk")
    held = {row.pk: row for row in rows.filter(pk__in=[person.pk, deputy.pk])}
    person, deputy = held[person.pk], held[deputy.pk]
    if not may_send_deputy(by, person):
        raise PermissionDenied
    _check_people(person, deputy)
    _check_days(first_on, last_on)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, such as leave or a journey.")})
    _check_free(person, deputy, first_on, last_on)
    made = Deputy(person=person, deputy=deputy, first_on=first_on, last_on=last_on, reason=reason.strip())
    made.made_by, made.made_on = by, today()
    made.save()
    _tell(made, gettext_noop("%(deputy)s stands in for %(person)s from %(first)s to %(last)s."), by)
    return made


@transaction.atomic
def end_deputy(*, deputy: Deputy, by: User) -> None:
    """From now on the person is back, or does without: nothing passes to the deputy any more."""
    if not may_send_deputy(by, deputy.person):
        raise PermissionDenied
    if not change_once(Deputy.objects.standing().filter(pk=deputy.pk), ended_on=today(), ended_by=by):
        raise Refusal(_("This is over already."))
    _tell(deputy, gettext_noop("%(deputy)s does not stand in for %(person)s any more."), by)


def end_deputies_of(*, person: User, by: User) -> None:
    """All in which this person is on either side: the account is switched off, or of another role now."""
    theirs = Deputy.objects.standing().filter(Q(person=person) | Q(deputy=person))
    for deputy in theirs.select_related("person", "deputy"):
        change_once(Deputy.objects.filter(pk=deputy.pk), ended_on=today(), ended_by=by)
        _tell(deputy, gettext_noop("%(deputy)s does not stand in for %(person)s any more."), by)


def _check_people(person: User, deputy: User) -> None:
    if not person.is_active:
        raise ValidationError(_("%(name)s's account is switched off.") % {"name": person})
    if not successors(person).filter(pk=deputy.pk).exists():
        told = _(
            "%(name)s cannot stand in: only somebody active, of the same role, can; for liaisons and "
            "district offices, of the same organisation."
        )
        raise ValidationError({"deputy": told % {"name": deputy}})


def _check_days(first_on: datetime.date, last_on: datetime.date) -> None:
    if first_on < today():
        raise ValidationError({"first_on": _("Today or later: nobody stood in for days that are over.")})
    if last_on < first_on:
        raise ValidationError({"last_on": _("The last day comes before the first one.")})


def _check_free(person: User, deputy: User, first_on: datetime.date, last_on: datetime.date) -> None:
    """The same is refused by the database (`accounts.guards`)."""
    then = Deputy.objects.standing().filter(first_on__lte=last_on, last_on__gte=first_on)
    if other := then.filter(person=person).first():
        told = _("There is a deputy on some of these days already: %(other)s.")
        raise ValidationError({"first_on": told % {"other": _as_said(other)}})
    if other := then.filter(person=deputy).first():
        told = _("%(name)s is away on some of these days: %(other)s.")
        raise ValidationError({"deputy": told % {"name": deputy, "other": _as_said(other)}})
    if other := then.filter(deputy=person).first():
        told = _("%(name)s stands in for somebody on some of these days: %(other)s. End that first.")
        raise ValidationError({"first_on": told % {"name": person, "other": _as_said(other)}})


def _as_said(other: Deputy) -> str:
    days = {"first": date_format(other.first_on), "last": date_format(other.last_on)}
    return _("%(deputy)s for %(person)s, %(first)s to %(last)s") % {
        "deputy": other.deputy,
        "person": other.person,
        **days,
    }


def _tell(made: Deputy, text: str, by: User) -> None:
    """Both, and the office; whoever did it knows."""
    office = User.objects.active().filter(role=Role.OFFICE)
    people = {made.person, made.deputy, *office} - {by}
    about = {
        "person": made.person,
        "deputy": made.deputy,
        "first": made.first_on.isoformat(),
        "last": made.last_on.isoformat(),
    }
    notify(sorted(people, key=lambda one: one.pk), text=text, about=about, url=reverse("people:deputies"))
