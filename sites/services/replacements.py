"""A window replaced by another one, with reason and history (plan, part three).

On a list that came back the filer does it alone. Once the site is determined the filer asks, the office
reviews, a second person reads for secrets what becomes public of the new window, and the leading group
decides: another person, always. The kind never changes on this road, for
it decides which standard the site is built by; the liaison's post stays with the site.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import is_another
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.rules import require_office
from accounts.services import notify, secrecy
from sites import rules
from sites.calendar import today
from sites.enums import ReplacementState, Stage
from sites.models import Replacement, Site
from sites.services.people import filers, liaisons, people
from sites.services.units import selectable_units
from sites.services.versions import record_of
from sites.site_fields import OF_WINDOW, OWN
from sites.workflow import InvalidTransition

# Determined, and not yet assessed: what was scored is scored for its own window.
REPLACEABLE = (Stage.DETERMINED, Stage.BUILDING)


def keep_replacement(*, site: Site, before: Mapping[str, Any], reason: str, by: User) -> Replacement:
    """Record that a row which came back names another unit or window; the row itself is saved already."""
    if not reason.strip():
        raise ValidationError(
            {"replacement_reason": _("Say why the unit or the window is replaced: it is kept on record.")}
        )
    return Replacement.objects.create(
        site=site,
        before=before,
        # Read anew: `site` may carry a unit and liaisons that were fetched before.
        after=record_of(Site.objects.get(pk=site.pk)),
        reason=reason.strip(),
        state=ReplacementState.MADE,
        asked_by=by,
        asked_on=today(),
    )


@transaction.atomic
def ask_replacement(*, site: Site, reason: str, by: User, **window: Any) -> Replacement:
    """Ask for another window in the place of a determined one. One open request a site.

    `window` says what is new, by the names of `OF_WINDOW`; what is left out there stays as it is.
    Raises ValidationError naming the field, PermissionDenied, or InvalidTransition.
    """
    if not rules.may_file(by, site):
        raise PermissionDenied
    site = _locked(site)
    if site.replacements.open().exists():
        raise InvalidTransition(_("A replacement has been asked for already and waits for its answer."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the window is replaced: it is kept on record.")})
    before = record_of(site)
    _put(site, window)
    if before == record_of(site):
        raise ValidationError({"window_name": _("This is the window that is determined already.")})
    replacement = Replacement.objects.create(
        site=site,
        before=before,
        after=record_of(site),
        reason=reason.strip(),
        state=ReplacementState.ASKED,
        asked_by=by,
        asked_on=today(),
    )
    _tell(people(Role.OFFICE), replacement, gettext_noop("A replacement of %(site)s is asked for."))
    return replacement


@transaction.atomic
def review_replacement(*, replacement: Replacement, is_supported: bool, opinion: str, by: User) -> None:
    """初审 by the office: passed on to the leading group with an opinion, or refused with it."""
    require_office(by)
    replacement = _waiting(replacement, ReplacementState.ASKED)
    if not opinion.strip():
        raise ValidationError({"opinion": _("Write the opinion of the preliminary review.")})
    replacement.state = ReplacementState.REVIEWED if is_supported else ReplacementState.REFUSED
    replacement.opinion = opinion.strip()
    replacement.reviewed_by, replacement.reviewed_on = by, today()
    replacement.save()
    if is_supported:
        secrecy.ask(kind="replacement", records=[replacement], by=by)
        text = gettext_noop("A replacement of %(site)s has been reviewed and waits for your decision.")
        _tell(people(Role.LEADING_GROUP), replacement, text)
    else:
        _tell_refused(replacement)


@transaction.atomic
def decide_replacement(*, replacement: Replacement, is_approved: bool, remarks: str, by: User) -> None:
    """审定 by the leading group, never by the reviewer: the site takes the new window, or keeps its own."""
    if not rules.is_leading_group(by):
        raise PermissionDenied
    replacement = _waiting(replacement, ReplacementState.REVIEWED)
    if not is_another(by, replacement.reviewed_by_id):
        raise PermissionDenied(_("Review and final approval must be given by two different people."))
    if not is_approved and not remarks.strip():
        raise ValidationError({"remarks": _("Say why it is refused.")})
    if is_approved:
        secrecy.check("replacement", replacement, by=by)
    else:
        secrecy.need_no_more(kind="replacement", record=replacement.pk)
    replacement.state = ReplacementState.MADE if is_approved else ReplacementState.REFUSED
    replacement.remarks = remarks.strip()
    replacement.decided_by, replacement.decided_on = by, today()
    replacement.save()
    if is_approved:
        _make(replacement)
    else:
        _tell_refused(replacement)


def _make(replacement: Replacement) -> None:
    """The site takes the unit and the window that were asked for, with what goes with a window."""
    site = _locked(replacement.site)
    told = {*filers(site.filing), *liaisons(site)}
    _put(site, _window(replacement))
    site.save(update_fields=[field.attribute for field in OF_WINDOW])
    _tell({*told, *liaisons(site)}, replacement, gettext_noop("The window of %(site)s has been replaced."))


def as_replaced(replacement: Replacement) -> Site:
    """The site as it would be with what is asked for; nothing is written."""
    site = Site.objects.select_related("programme").get(pk=replacement.site_id)
    window = _window(replacement)
    for field in OF_WINDOW:
        if field.name in window:
            setattr(site, field.attribute, window[field.name])
    return site


def _window(replacement: Replacement) -> dict[str, Any]:
    """The unit and the window that were asked for, by the names of `OF_WINDOW`."""
    after: Mapping[str, Any] = replacement.after
    window: dict[str, Any] = {"organisation": Organisation.objects.get(pk=after["organisation_id"])}
    for field in OF_WINDOW:
        if field in OWN and field.name in after:
            window[field.name] = field.parse(after[field.name])
    return window


def _put(site: Site, window: Mapping[str, Any]) -> None:
    """Let the site name the new window; ValidationError if that may not stand on its list."""
    organisation = window["organisation"]
    if not selectable_units(site.filing).filter(pk=organisation.pk).exists():
        raise ValidationError(
            {"organisation": _("%(unit)s does not belong to this list.") % {"unit": organisation}}
        )
    for field in OF_WINDOW:
        if field.name in window:
            setattr(site, field.attribute, window[field.name])
    site.full_clean()


def _locked(site: Site) -> Site:
    """The site as it stands now, if its window can still be replaced."""
    site = Site.objects.select_for_update().get(pk=site.pk)
    if site.stage not in REPLACEABLE:
        told = _("“%(site)s” is “%(stage)s”; its window cannot be replaced any more.")
        raise InvalidTransition(told % {"site": site, "stage": site.get_stage_display()})
    return site


def _waiting(replacement: Replacement, state: ReplacementState) -> Replacement:
    replacement = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if replacement.state != state:
        told = _("This replacement is “%(state)s”; that is not possible now.")
        raise InvalidTransition(told % {"state": replacement.get_state_display()})
    return replacement


def _tell_refused(replacement: Replacement) -> None:
    text = gettext_noop("The replacement of %(site)s has been refused.")
    _tell(filers(replacement.site.filing), replacement, text)


def _tell(users: Iterable[User], replacement: Replacement, text: str) -> None:
    notify(
        users,
        text=text,
        about={"site": replacement.before["window_name"]},
        url=reverse("sites:replacement", args=[replacement.site_id]),
        site=replacement.site,
    )
