"""The rows of a list that is not filed yet, or came back: sites and their liaisons."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from sites.enums import Action, Level, Stage
from sites.models import Filing, Liaison, Site
from sites.services.decisions import note_change
from sites.services.replacements import keep_replacement
from sites.services.state import check_editable
from sites.services.units import selectable_units
from sites.services.versions import record_of
from sites.site_fields import NOT_OF_A_ROW, OF_LIAISON, OF_SITE
from sites.workflow import InvalidTransition, perform


@transaction.atomic
def save_site(
    *,
    filing: Filing,
    site: Site,
    by: User,
    replacement_reason: str = "",
    **liaison: Any,
) -> Site:
    """Put a site on an unfiled list, or change it there; its one liaison goes with it.

    `site` is a filled, perhaps unsaved record; `liaison` says who speaks for it, by the names of
    `OF_LIAISON`, and what is left out there stays as it is. Another unit or window in a row that was filed
    before is a replacement: it needs `replacement_reason` and is kept on record (plan, part three). Raises
    ValidationError naming the field (the liaison's are `liaison_name` and `liaison_phone`),
    PermissionDenied, or InvalidTransition when the list is filed.
    """
    check_editable(filing, by)
    if _changes(site, liaison):
        note_change(filing, by)
    before = _on_record(site)
    if not site.is_row_editable:
        raise InvalidTransition(
            _("“%(site)s” is “%(state)s”; only rows that came back can be changed.")
            % {"site": site, "state": site.get_stage_display()}
        )
    site.programme, site.filing, site.level = filing.programme, filing, filing.level
    if filing.level == Level.DISTRICT and not site.window_name:
        site.window_name = site.organisation.name  # the unit itself is the site (plan, part three)
    if not selectable_units(filing).filter(pk=site.organisation_id).exists():
        raise ValidationError(
            {"organisation": _("%(unit)s does not belong to this list.") % {"unit": site.organisation}}
        )
    site.full_clean()
    site.save()
    name_liaison(site, liaison)
    if before and (before["organisation_id"], before["window_name"]) != (
        site.organisation_id,
        site.window_name,
    ):
        keep_replacement(site=site, before=before, reason=replacement_reason, by=by)
    return site


@transaction.atomic
def remove_site(*, site: Site, by: User) -> None:
    """Take a site off a list; a row that was ever determined or filed is history and stays."""
    check_editable(site.filing, by)
    if site.history.exists():
        raise ValidationError(
            _("This row has been determined or filed before; it is taken off the list with a reason.")
        )
    note_change(site.filing, by)
    site.delete()


@transaction.atomic
def withdraw_site(*, site: Site, reason: str, by: User) -> None:
    """Take a row with a past off its list, with the reason; it stays on record and counts no more."""
    check_editable(site.filing, by)
    if not site.history.exists():
        raise InvalidTransition(_("This row was never determined or filed; it is simply taken off the list."))
    note_change(site.filing, by)
    site.refresh_from_db(fields=["stage", "stage_since"])
    perform(site=site, action=Action.WITHDRAW, by=by, note=reason)


def _changes(site: Site, liaison: Mapping[str, Any]) -> bool:
    """Whether the row would read differently from how it is on record."""
    if site.pk is None:
        return True
    now = Site.objects.filter(pk=site.pk).first()
    if now is None:  # taken off meanwhile: whoever saves it is told
        return False
    if any(getattr(now, field.attribute) != getattr(site, field.attribute) for field in OF_SITE):
        return True
    post = now.liaisons.first() or Liaison()
    if post.name != liaison.get("liaison_name", ""):
        return True
    return any(
        getattr(post, field.attribute) != liaison[field.name] for field in OF_LIAISON if field.name in liaison
    )


def _on_record(site: Site) -> dict[str, Any] | None:
    """A row as it was filed, if it was. Its stage is read again: it may have moved since it was read."""
    if site.pk is None:
        return None
    try:
        now = Site.objects.select_for_update().get(pk=site.pk)
    except Site.DoesNotExist:
        raise InvalidTransition(_("“%(site)s” has just been taken off the list.") % {"site": site}) from None
    site.stage, site.stage_since = now.stage, now.stage_since
    return record_of(now) if now.stage == Stage.RETURNED else None


def check_liaison(said: Mapping[str, Any]) -> None:
    """Raise ValidationError for what cannot be a row's liaison, by the names of `OF_LIAISON`."""
    if not said.get("liaison_name"):
        if said.get("liaison_phone"):
            raise ValidationError({"liaison_name": _("Name the liaison whose telephone this is.")})
        if said.get("liaison_since"):
            raise ValidationError({"liaison_name": _("Name the liaison whose day this is.")})
        return
    liaison = Liaison()
    _put(liaison, said)
    try:
        liaison.clean_fields(exclude=NOT_OF_A_ROW[Liaison])
    except ValidationError as error:
        raise ValidationError(
            {f"liaison_{field}": told for field, told in error.error_dict.items()}
        ) from error


def name_liaison(site: Site, said: Mapping[str, Any]) -> None:
    """Make this the site's one liaison; without a name it has none."""
    check_liaison(said)
    name = said.get("liaison_name", "")
    site.liaisons.exclude(name=name).delete()
    if not name:
        return
    # Asked anew: `site` may carry liaisons that were fetched before.
    liaison = Liaison.objects.filter(site=site, name=name).first() or Liaison(site=site)
    _put(liaison, said)
    liaison.save()


def _put(liaison: Liaison, said: Mapping[str, Any]) -> None:
    for field in OF_LIAISON:
        if field.name in said:
            setattr(liaison, field.attribute, said[field.name])
