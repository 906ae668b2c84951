"""What is done for a site: guidance with the unit's reply, money, facilities (plan, five (二), six (二))."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import notify
from core.locks import change_once
from sites import rules
from sites.calendar import today
from sites.enums import Stage
from sites.models import Facility, GuidanceNote, Investment, Site
from sites.services.people import liaisons
from sites.workflow import InvalidTransition


@transaction.atomic
def give_guidance(*, note: GuidanceNote, by: User) -> GuidanceNote:
    """指导监督: what an office advised a site on a day, today at the latest; its unit is told.

    `note` is filled with site, day and text. Raises PermissionDenied for all but the offices over the
    site, InvalidTransition before the site is determined, and ValidationError naming the field.
    """
    if not rules.supervises(by, note.site):
        raise PermissionDenied
    _check_determined(note.site)
    note.by, note.text = by, note.text.strip()
    if note.on and note.on > today():
        raise ValidationError({"on": _("This day is still to come; guidance is recorded once it was given.")})
    note.full_clean(exclude=["replied_by", "replied_on"])
    note.save()
    notify(
        liaisons(note.site),
        text=gettext_noop("%(site)s has been given guidance; reply to it."),
        about={"site": note.site},
        url=_address(note.site, "guidance"),
    )
    return note


@transaction.atomic
def reply_to_guidance(*, note: GuidanceNote, reply: str, by: User) -> None:
    """The unit's one reply to a note. Raises PermissionDenied, ValidationError, or InvalidTransition."""
    if not rules.is_own_unit(by, note.site):
        raise PermissionDenied
    if not reply.strip():
        raise ValidationError({"reply": _("Write what you have done about it.")})
    waiting = GuidanceNote.objects.filter(pk=note.pk, replied_on=None)
    if not change_once(waiting, reply=reply.strip(), replied_by=by, replied_on=today()):
        raise InvalidTransition(_("This note has been replied to already."))
    notify(
        [note.by],
        text=gettext_noop("%(site)s has replied to your guidance."),
        about={"site": note.site},
        url=_address(note.site, "guidance"),
    )


@transaction.atomic
def save_means(*, entry: Investment | Facility, by: User) -> None:
    """Enter money or a facility into a site's books, or correct what is there; the trail keeps both.

    Raises PermissionDenied for all but the unit and the offices over it, InvalidTransition before the
    site is determined, and ValidationError naming the field.
    """
    _check_keeper(entry.site, by)
    if entry.pk is None:
        entry.added_by, entry.added_on = by, today()
        _check_new(entry)
    if isinstance(entry, Investment) and entry.year and entry.year > today().year:
        raise ValidationError({"year": _("Only money that was spent is entered: up to this year.")})
    entry.full_clean()
    entry.save()


@transaction.atomic
def remove_means(*, entry: Investment | Facility, by: User) -> None:
    """Take out what was entered by mistake; the trail keeps what it said."""
    _check_keeper(entry.site, by)
    entry.delete()


def _check_new(entry: Investment | Facility) -> None:
    """A double click enters nothing twice: one by one for a site, and never the same again."""
    Site.objects.select_for_update().get(pk=entry.site_id)
    same = ("year", "amount", "purpose") if isinstance(entry, Investment) else ("kind", "name")
    facts = {name: getattr(entry, name) for name in same}
    others = type(entry)._default_manager.filter(site=entry.site, **facts)
    if None not in facts.values() and others.exists():
        raise ValidationError(
            _("The same entry stands there already; correct that one, or name this one apart.")
        )


def _check_keeper(site: Site, by: User) -> None:
    if not rules.keeps_books(by, site):
        raise PermissionDenied
    _check_determined(site)


def _check_determined(site: Site) -> None:
    if site.stage not in Stage.LISTED:
        raise InvalidTransition(_("This is recorded once the site is determined."))


def _address(site: Site, anchor: str) -> str:
    return reverse("sites:means", args=[site.pk]) + f"#{anchor}"
