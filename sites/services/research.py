"""调研: the office records a visit and takes what it found into guidance or a draft (plan, part six, one)."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from core.locks import change_once
from sites.calendar import today
from sites.models import GuidanceNote, Programme, Research, ResearchOutcome, Site
from sites.models.sites import SiteQuerySet
from sites.workflow import InvalidTransition
from standards.models import Rulebook, Standard
from tables.tidy import tidy_prose

from .means import give_guidance

Words = Mapping[str, object]


@transaction.atomic
def record(*, programme: Programme, words: Words, sites: Collection[Site], by: User) -> Research:
    """Put a visit on record. `words`: theme, on, elsewhere, took_part, found.

    Raises PermissionDenied, and ValidationError by field: these, `sites`.
    """
    require_office(by)
    research = Research(programme=programme, by=by, added_on=today())
    _write(research, words, sites, by)
    return research


@transaction.atomic
def revise(*, research: Research, words: Words, sites: Collection[Site], by: User) -> None:
    """Correct what is on record; the trail keeps what it said."""
    require_office(by)
    _write(Research.objects.select_for_update().get(pk=research.pk), words, sites, by)


def open_sites(programme: int, by: User) -> SiteQuerySet:
    """The sites a visit of this person can be about: known to the public, and none they stood aside from."""
    return Site.objects.visible_to(by).listed().filter(programme=programme)


def _write(research: Research, words: Words, sites: Collection[Site], by: User) -> None:
    if open_sites(research.programme_id, by).filter(pk__in=[site.pk for site in sites]).count() != len(sites):
        raise PermissionDenied
    for name, value in words.items():
        setattr(research, name, tidy_prose(value) if isinstance(value, str) else value)
    if research.on and research.on > today():
        raise ValidationError({"on": _("This day is still to come; a visit is recorded once it was made.")})
    if not sites and not research.elsewhere:
        raise ValidationError({"sites": _("Say where it was: choose a site, or write where else.")})
    research.full_clean(exclude=["by"])
    research.save()
    research.sites.set(sites)


@transaction.atomic
def guide_from(*, research: Research, site: Site, text: str, by: User) -> GuidanceNote:
    """Guidance to a site out of what was found; its unit is told and replies as to any other."""
    current = _still_open(research, by)
    if not open_sites(current.programme_id, by).filter(pk=site.pk).exists():
        raise PermissionDenied
    note = give_guidance(note=GuidanceNote(site=site, on=today(), text=text), by=by)
    ResearchOutcome.objects.create(research=current, guidance=note, by=by, on=today())
    return note


@transaction.atomic
def take_into_draft(*, research: Research, draft: Standard | Rulebook, text: str, by: User) -> None:
    """Note what was changed in a draft because of it. Raises InvalidTransition once that is published."""
    current = _still_open(research, by)
    fresh = type(draft)._default_manager.select_for_update().get(pk=draft.pk)
    if not fresh.is_draft:
        raise InvalidTransition(_("%(draft)s is a draft no more; begin a new one.") % {"draft": draft})
    if not text.strip():
        raise ValidationError({"text": _("Say what was changed in the draft.")})
    kind = "standard" if isinstance(draft, Standard) else "rulebook"
    ResearchOutcome.objects.create(
        research=current, **{kind: draft}, text=tidy_prose(text), by=by, on=today()
    )


@transaction.atomic
def close(*, research: Research, reason: str, by: User) -> None:
    """Nothing follows from it, and why. Raises InvalidTransition where something has."""
    require_office(by)
    reason = tidy_prose(reason)
    if not 0 < len(reason) <= 300:
        raise ValidationError({"reason": _("Give a reason, in at most 300 characters.")})
    if not change_once(Research.objects.open().filter(pk=research.pk), nothing_follows=reason):
        raise InvalidTransition(_("Something has come of this visit by now; look at it again."))


def _still_open(research: Research, by: User) -> Research:
    """Held until the transaction ends."""
    require_office(by)
    current = Research.objects.select_for_update().get(pk=research.pk)
    if current.nothing_follows:
        raise InvalidTransition(_("It is on record that nothing follows from this visit."))
    return current
