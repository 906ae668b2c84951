"""Who leaves hands over: switching an account off, and on again. Nothing is deleted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import SessionEnd
from accounts.models import User
from accounts.rules import is_given_by_two, may_manage
from accounts.services.deputies import end_deputies_of
from accounts.services.links import make_link
from accounts.services.notifications import notify
from accounts.services.people import check_home
from accounts.services.real_names import check_once
from accounts.services.sessions import end_all
from accounts.services.successors import successors
from accounts.signals import open_work_of, work_handed_over
from core.acting import Refusal
from core.clock import today


@transaction.atomic
def switch_off(
    *, person: User, successor: User | None, reason: str, leaves_open: bool = False, by: User
) -> None:
    """Switch an account off and hand over what is open; for one that is off, hand over what was left open.

    Without a successor nothing may be open, unless the manager says that it stays open (`leaves_open`).
    Raises ValidationError naming the field, Refusal, or PermissionDenied; then nothing is done.
    """
    # All at once, in order: of two who switch each other off, the second finds their own account off.
    rows = User.objects.select_for_update(of=("self",)).select_related("organisation").order_by("pk")
    involved = {row.pk: row for row in rows.filter(pk__in=[one.pk for one in (person, by, successor) if one])}
    person, by = involved[person.pk], involved[by.pk]
    if not by.is_active or not may_manage(by, person):
        raise PermissionDenied
    waiting = open_work_of(person)
    if not (person.is_active or waiting):
        raise Refusal(_("%(name)s's account is switched off already.") % {"name": person})
    _check_hand_over(person, successor, reason, bool(waiting) and not (leaves_open and person.is_active))
    if person.is_active:
        person.set_unusable_password()
        person.is_active, person.link_made_at = False, None
        person.off_since, person.off_reason = today(), reason.strip()
        person.save(update_fields=["password", "is_active", "link_made_at", "off_since", "off_reason"])
        end_deputies_of(person=person, by=by)
        end_all(person=person, why=SessionEnd.ACCOUNT)
    _hand_over(person, successor, reason.strip(), by)


@transaction.atomic
def switch_on(*, person: User, by: User) -> str:
    """Let a person back in; gives the token of a new link, for the old password is gone.

    A role that two people give does not come back by one: then there is no token before they gave it anew.
    """
    person = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if not may_manage(by, person):
        raise PermissionDenied
    if person.is_active:
        raise Refusal(_("%(name)s's account is in use already.") % {"name": person})
    check_home(person)
    check_once(person)
    person.is_active, person.off_since, person.off_reason = True, None, ""
    if is_given_by_two(person.role):
        person.role = ""
        person.save(update_fields=["is_active", "off_since", "off_reason", "role"])
        return ""
    person.save(update_fields=["is_active", "off_since", "off_reason"])
    return make_link(person=person, by=by)


def _check_hand_over(person: User, successor: User | None, reason: str, must_have_one: bool) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the account is switched off.")})
    if successor is None and must_have_one:
        raise ValidationError(
            {"successor": _("Work is open: name who takes it over, or say that it stays open.")}
        )
    if successor and not successors(person).filter(pk=successor.pk).exists():
        told = _("%(name)s cannot take over: only somebody active, of the same role, can.")
        raise ValidationError({"successor": told % {"name": successor}})


def _hand_over(leaver: User, successor: User | None, reason: str, by: User) -> None:
    """The rooms move their part; what the leaver was told and has not read goes to the successor."""
    work_handed_over.send(sender=User, leaver=leaver, successor=successor, reason=reason, by=by)
    if successor:
        leaver.notifications.unread().update(user=successor)
        notify(
            [successor],
            text=gettext_noop("You take over the open work of %(name)s."),
            about={"name": leaver},
            url=reverse("desk:home"),
        )
