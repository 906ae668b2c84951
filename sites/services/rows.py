"""The rows of a list that is not filed yet: sites, their liaisons, the units they belong to."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from sites import rules
from sites.enums import Level
from sites.models import Filing, Liaison, Site
from sites.services.state import why_closed
from sites.workflow import InvalidTransition
from tables.tidy import tidy


def selectable_units(filing: Filing) -> QuerySet[Organisation]:
    """The units that may stand on this list (plan, part three).

    A district chooses among its own departments, utilities, towns and
    subdistricts; a designated unit names a window of its own. The district
    that the plan also designates may name itself or one of its units.
    """
    if filing.level == Level.DISTRICT:
        return Organisation.objects.selectable_by_district(filing.organisation)
    return Organisation.objects.filter(pk=filing.organisation_id) | Organisation.objects.filter(
        district=filing.organisation_id
    )


@transaction.atomic
def save_site(*, filing: Filing, site: Site, liaison_name: str, liaison_phone: str, by: User) -> Site:
    """Put a site on an unfiled list, or change it there; its one liaison goes with it.

    `site` is a filled, perhaps unsaved record. Raises ValidationError naming
    the field (the liaison's are `liaison_name` and `liaison_phone`),
    PermissionDenied, or InvalidTransition when the list is filed.
    """
    check_editable(filing, by)
    if not site.is_row_editable:
        raise InvalidTransition(
            _("“%(site)s” is “%(state)s”; only rows that came back can be changed.")
            % {"site": site, "state": site.get_stage_display()}
        )
    site.programme, site.filing, site.level = filing.programme, filing, filing.level
    if not selectable_units(filing).filter(pk=site.organisation_id).exists():
        raise ValidationError(
            {"organisation": _("%(unit)s does not belong to this list.") % {"unit": site.organisation}}
        )
    site.full_clean()
    site.save()
    _name_liaison(site, liaison_name, liaison_phone)
    return site


@transaction.atomic
def remove_site(*, site: Site, by: User) -> None:
    """Take a site off a list that has never been filed; a filed row is history and stays."""
    check_editable(site.filing, by)
    if site.history.exists():
        raise ValidationError(_("This row has been filed before; change it, it cannot be removed."))
    site.delete()


@transaction.atomic
def add_unit(*, filing: Filing, name: str, short_name: str, kind: str, by: User) -> Organisation:
    """Put a unit of the district on record, so that it may stand on the district's unfiled list.

    Names are kept in their one spelling; without a short name the name stands for it. A name belongs to
    one unit only, for a workbook knows units by their names. Raises ValidationError naming the field,
    PermissionDenied, or InvalidTransition when the list is filed.
    """
    if filing.level != Level.DISTRICT:
        raise PermissionDenied
    check_editable(filing, by)
    unit = Organisation(
        name=tidy(name),
        short_name=tidy(short_name) or tidy(name),
        code=_next_unit_code(filing.organisation),
        kind=kind,
        district=filing.organisation,
    )
    if kind not in OrganisationKind.DISTRICT_CHOICE:
        raise ValidationError(
            {"kind": _("A district chooses departments, utilities, towns or subdistricts.")}
        )
    _check_names(unit)
    unit.full_clean()
    unit.save()
    return unit


def check_editable(filing: Filing, by: User) -> None:
    """The list is read again and locked: it may have been filed since the caller read it."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    if not rules.may_edit_filing(by, filing):
        raise PermissionDenied
    if not filing.is_editable:
        raise InvalidTransition(why_closed(filing))


def _next_unit_code(district: Organisation) -> str:
    """The next free code of a unit that the district put on record itself."""
    stem = f"{district.code}-U"
    codes = Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True)
    return f"{stem}{max((int(code.removeprefix(stem)) for code in codes), default=0) + 1}"


def _check_names(unit: Organisation) -> None:
    """Names are compared in their one spelling, which the database's own uniqueness does not see."""
    near = Organisation.objects.filter(district=unit.district)
    known = {tidy(text): other for other in near for text in (other.name, other.short_name, *other.aliases)}
    for field in ("name", "short_name"):
        if other := known.get(getattr(unit, field)):
            told = _("“%(unit)s” of your district is called so already; choose it, or write another name.")
            raise ValidationError({field: told % {"unit": other}})
    far = {tidy(other.name) for other in Organisation.objects.exclude(district=unit.district)}
    if unit.name in far:
        told = _("“%(unit)s” is on record outside your district; write the full name of your unit.")
        raise ValidationError({"name": told % {"unit": unit}})


def _name_liaison(site: Site, name: str, phone: str) -> None:
    """Make this the site's one liaison; without a name it has none."""
    if phone and not name:
        raise ValidationError({"liaison_name": _("Name the liaison whose telephone this is.")})
    site.liaisons.exclude(name=name).delete()
    if not name:
        return
    # Asked anew: `site` may carry liaisons that were fetched before.
    liaison = Liaison.objects.filter(site=site, name=name).first() or Liaison(site=site, name=name)
    liaison.phone = phone
    try:
        liaison.full_clean(exclude=["site"])
    except ValidationError as error:
        raise ValidationError(
            {f"liaison_{field}": told for field, told in error.error_dict.items()}
        ) from error
    liaison.save()
