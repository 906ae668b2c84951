"""“Taken up by”: which units do as a good practice shows, and how (plan, part five, four: 带动和辐射)."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import is_office, require_office
from accounts.services import secrecy
from core.locks import change_once
from publicity.models import Article, Reuse
from sites.calendar import today
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

from .article_rights import can_be_taken_up, locked, reuses_to_take_back, units_to_take_up


@transaction.atomic
def record(*, article: Article, organisation: Organisation, note: str, on: datetime.date, by: User) -> Reuse:
    """A unit has taken up a published good practice: counted once a unit, never the unit it comes from.

    The public reads it once it was reviewed for secrets and confirmed (`confirm`); what the office enters
    is put before that review at once.
    Raises PermissionDenied (not this person, not this unit), InvalidTransition (nothing to take up), and
    ValidationError by field: `organisation`, `note`, `on`.
    """
    if not units_to_take_up(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    current = locked(article, by)
    if not can_be_taken_up(current):
        raise InvalidTransition(_("Only a published good practice can be taken up."))
    if current.sites.filter(organisation=organisation).exists():
        raise ValidationError({"organisation": _("The practice comes from this unit; choose another one.")})
    if current.reuses.standing().filter(organisation=organisation).exists():
        raise ValidationError({"organisation": _("It is on record already that this unit took it up.")})
    if on > today():
        raise ValidationError({"on": _("The day cannot be later than today.")})
    made = Reuse(article=current, organisation=organisation, note=tidy_prose(note), on=on, by=by)
    made.full_clean()
    made.save()
    if is_office(by):
        secrecy.ask(kind="reuse", records=[made], by=by)
    return made


@transaction.atomic
def confirm(*, reuse: Reuse, by: User) -> None:
    """It counts, and the public page shows it, once another person has reviewed it for secrets."""
    require_office(by)
    locked(reuse.article, by)
    if not change_once(Reuse.objects.waiting().filter(pk=reuse.pk), confirmed_on=today()):
        raise InvalidTransition(_("This entry waits no more: it was confirmed or taken back before."))
    secrecy.check("reuse", reuse, by=by)


@transaction.atomic
def take_back(*, reuse: Reuse, by: User) -> None:
    """The entry was a mistake: it counts no more, and stays on record."""
    current = locked(reuse.article, by)
    if not reuses_to_take_back(current, by).filter(pk=reuse.pk).exists():
        raise PermissionDenied
    if not change_once(Reuse.objects.standing().filter(pk=reuse.pk), removed_on=today()):
        raise InvalidTransition(_("This entry was taken back before."))
    secrecy.need_no_more(kind="reuse", record=reuse.pk)
