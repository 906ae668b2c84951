"""The register of organisations."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import HOMES, OrganisationKind
from accounts.models import Organisation, User
from accounts.rules import may_manage_organisation
from tables.tidy import tidy


@transaction.atomic
def add_organisation(
    *,
    name: str,
    kind: str,
    by: User,
    short_name: str = "",
    mongolian_name: str = "",
    district: Organisation | None = None,
    aliases: Iterable[str] = (),
    code: str = "",
) -> Organisation:
    """Put an organisation on record; without a code it gets the next free one.

    Names are kept in their one spelling; without a short name the name stands
    for it. A name belongs to one organisation only, for a workbook knows them
    by their names. Raises ValidationError naming the field, or PermissionDenied.
    """
    organisation = Organisation(kind=kind, district=district, code=tidy(code) or next_unit_code(district))
    _name(organisation, name, short_name, mongolian_name, aliases)
    if not may_manage_organisation(by, organisation):
        raise PermissionDenied
    _save(organisation)
    return organisation


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    name: str,
    short_name: str,
    mongolian_name: str,
    kind: str,
    aliases: Iterable[str],
    is_active: bool,
    by: User,
) -> Organisation:
    """Change an organisation; its code and district stay, for records of the past know it by them.

    One that is dissolved or merged is switched off; people who act for it must have been moved before.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = may_manage_organisation(by, organisation)
    organisation.kind, organisation.is_active = kind, is_active
    if not (before and may_manage_organisation(by, organisation)):
        raise PermissionDenied
    _name(organisation, name, short_name, mongolian_name, aliases)
    check_people(organisation)
    _save(organisation)
    return organisation


def next_unit_code(district: Organisation | None) -> str:
    """The next free code of an organisation that the portal itself put on record."""
    stem = f"{district.code if district else 'WH'}-U"
    codes = Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True)
    numbers = (code.removeprefix(stem) for code in codes)
    return f"{stem}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def check_names(organisation: Organisation) -> None:
    """Names are compared in their one spelling, which the database's own uniqueness does not see.

    Within a district (or among the city's own bodies) no two are called alike in any of their
    names; elsewhere only the full name must differ. Raises ValidationError naming the field.
    """
    others = Organisation.objects.exclude(pk=organisation.pk)
    near = others.filter(district=organisation.district_id)
    known = {tidy(text): other for other in near for text in (other.name, other.short_name, *other.aliases)}
    told = _("“%(unit)s” is called so already; choose it, or write another name.")
    for field in ("name", "short_name", "aliases"):
        value = getattr(organisation, field)
        for text in value if field == "aliases" else [value]:
            if other := known.get(text):
                raise ValidationError({field: told % {"unit": other}})
    far = others.exclude(pk__in=near.values("pk")).values_list("name", flat=True)
    if organisation.name in {tidy(name) for name in far}:
        told = _("“%(unit)s” is on record elsewhere already; write the full name of this one.")
        raise ValidationError({"name": told % {"unit": organisation}})


def _name(
    organisation: Organisation, name: str, short_name: str, mongolian_name: str, aliases: Iterable[str]
) -> None:
    organisation.name = tidy(name)
    organisation.short_name = tidy(short_name) or organisation.name
    organisation.mongolian_name = tidy(mongolian_name)
    own = (organisation.name, organisation.short_name)
    tidied = dict.fromkeys(tidy(alias) for alias in aliases)
    organisation.aliases = [alias for alias in tidied if alias and alias not in own]


def _save(organisation: Organisation) -> None:
    check_place(organisation.kind, organisation.district_id)
    check_names(organisation)
    organisation.full_clean()
    organisation.save()


def check_place(kind: str, district: int | None) -> None:
    """Which kinds lie in a district (told by its key), and which are the city's own."""
    if kind in OrganisationKind.OF_DISTRICT and not district:
        raise ValidationError({"district": _("Say in which district it lies.")})
    if kind in OrganisationKind.OF_CITY and district:
        raise ValidationError({"district": _("An organisation of this kind does not lie in a district.")})


def check_people(organisation: Organisation) -> None:
    """Nobody who can sign in may be left at an organisation that is gone, or that their role does not fit."""
    people = organisation.people.active()
    if not organisation.is_active and (count := people.count()):
        told = _("%(n)d people act for it still; move them or switch their accounts off first.")
        raise ValidationError({"is_active": told % {"n": count}})
    for person in people:
        if organisation.kind not in HOMES.get(person.role, (organisation.kind,)):
            told = _("%(name)s (%(role)s) acts for it; that role does not fit this kind.")
            raise ValidationError({"kind": told % {"name": person, "role": person.get_role_display()}})
