"""体检: everything that is missing or odd about a list before it is filed, and where it is mended."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict, cast

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import WithAnnotations

from accounts.enums import OrganisationKind
from sites.calendar import today
from sites.enums import Action, Level
from sites.models import Filing, Replacement, Site, WorkPlan
from sites.overview import last_day_for
from sites.site_fields import OWN
from standards.enums import Kind

# The shortest telephone there is: a local number without its area code.
SHORTEST_PHONE = 7


class Severity(models.TextChoices):
    """Whether a list can be filed with it."""

    BLOCKS = "blocks", gettext_lazy("To be mended before filing")
    ODD = "odd", gettext_lazy("Odd, have a look")
    HINT = "hint", gettext_lazy("Good to know")


@dataclass(frozen=True)
class Remark:
    """One finding; `site` is the row to jump to, `field` the field of its form."""

    text: str
    severity: Severity
    site: Site | None = None
    field: str = ""


class Begun(TypedDict):
    """What `rows_of` tells of each row."""

    has_account: bool
    has_plan: bool
    is_replaced: bool


FiledSite: TypeAlias = "WithAnnotations[Site, Begun]"


def rows_of(filing: Filing) -> list[FiledSite]:
    """The rows of a list with units and liaisons.

    Each with `has_account` (of its unit), `has_plan` (begun) and `is_replaced` (its window, or asked to be).
    """
    here = {"site": OuterRef("pk")}
    rows = (
        filing.sites.on_list()
        .with_account()
        .annotate(
            has_plan=Exists(WorkPlan.objects.filter(**here)),
            is_replaced=Exists(Replacement.objects.filter(**here)),
        )
    )
    related = rows.select_related("organisation").prefetch_related("liaisons")
    return list(cast("QuerySet[FiledSite]", related))


def check_up(filing: Filing, sites: Sequence[FiledSite]) -> list[Remark]:
    """Everything missing or odd, in the order a clerk would mend it: the list, its rows, the calendar.

    `sites` are its rows, as `rows_of` gives them. Rows that cannot be changed (determined before the
    others came back) are counted and compared, but not reproached with anything.
    """
    own = [site for site in sites if site.is_row_editable]
    return [
        *count_problems(filing, len(sites)),
        *_cover(filing, sites),
        *(remark for site in own for remark in _row(filing, site)),
        *_doubles(filing, own, sites),
        *_plans(own),
        *_days(filing),
    ]


def filing_problems(filing: Filing, sites: Sequence[FiledSite]) -> list[Remark]:
    """What keeps the list from being filed."""
    return blocking(check_up(filing, sites))


def blocking(remarks: Iterable[Remark]) -> list[Remark]:
    return [remark for remark in remarks if remark.severity == Severity.BLOCKS]


def by_severity(remarks: Iterable[Remark]) -> list[tuple[Severity, list[Remark]]]:
    """The remarks under their heads, the gravest first; heads without remarks are left out."""
    found: dict[str, list[Remark]] = defaultdict(list)
    for remark in remarks:
        found[remark.severity].append(remark)
    return [(severity, found[severity]) for severity in Severity if severity in found]


def quota_words(filing: Filing) -> str:
    """How many sites the list must hold, for those who begin it."""
    low, high = filing.quota
    if filing.level == Level.CITY:
        return ngettext(
            "A designated unit names exactly %(n)d window.",
            "A designated unit names exactly %(n)d windows.",
            low,
        ) % {"n": low}
    return _("A district puts forward %(low)d to %(high)d sites.") % {"low": low, "high": high}


def count_problems(filing: Filing, count: int) -> list[Remark]:
    """What the plan's quota has against a list of so many sites (plan, part three)."""
    low, high = filing.quota
    if low <= count <= high:
        return []
    if filing.level == Level.CITY:
        demand = ngettext(
            "A designated unit names exactly %(n)d window; this list has %(count)d.",
            "A designated unit names exactly %(n)d windows; this list has %(count)d.",
            low,
        )
        return [Remark(demand % {"n": low, "count": count}, Severity.BLOCKS)]
    demand = _("A district puts forward %(low)d to %(high)d sites; this list has %(count)d.")
    return [Remark(demand % {"low": low, "high": high, "count": count}, Severity.BLOCKS)]


def _cover(filing: Filing, sites: Sequence[Site]) -> Iterator[Remark]:
    """Both kinds, and more than one type of unit (plan, parts three and four), where there are several."""
    if filing.level == Level.CITY or len(sites) < 2:
        return
    kinds = {site.kind for site in sites}
    for kind in Kind:
        if kinds == {kind}:
            yield Remark(
                _("Every site is of the kind “%(kind)s”; the programme has two.") % {"kind": kind.label},
                Severity.ODD,
            )
    types = {site.organisation.get_kind_display() for site in sites}
    if len(types) == 1:
        told = _("Every unit is of one type (%(type)s); the plan names departments, utilities and towns.")
        yield Remark(told % {"type": types.pop()}, Severity.ODD)


def _row(filing: Filing, site: FiledSite) -> Iterator[Remark]:
    """One row, in the order of its form."""

    def remark(text: str, severity: Severity, field: str) -> Remark:
        return Remark(text % {"site": site}, severity, site, field)

    unit = site.organisation
    if filing.level == Level.DISTRICT and unit.kind not in OrganisationKind.DISTRICT_CHOICE:
        told = _("%(site)s: a district chooses departments, utilities, towns or subdistricts.")
        yield remark(told, Severity.BLOCKS, "organisation")
    if not unit.is_active:
        yield remark(_("%(site)s: its unit no longer exists."), Severity.BLOCKS, "organisation")
    elif not site.has_account:
        told = _("%(site)s: nobody of its unit has an account; without one it cannot file its work plan.")
        yield remark(told, Severity.ODD, "organisation")
    if site.kind not in Kind.values:
        yield remark(_("%(site)s: the kind is not chosen."), Severity.BLOCKS, "kind")
    yield from (remark(told, severity, name) for told, severity, name in _empty(filing, site))
    liaison = next(iter(site.liaisons.all()), None)
    if liaison is None:
        yield remark(_("%(site)s: no liaison is named."), Severity.BLOCKS, "liaison_name")
    elif len(_digits(liaison.phone)) < SHORTEST_PHONE:
        told = _("%(site)s: the liaison's telephone has too few digits.")
        yield remark(told, Severity.ODD, "liaison_phone")


def _empty(filing: Filing, site: Site) -> Iterator[tuple[str, Severity, str]]:
    """Fields in which nothing is said; of a designated unit's window the plan wants a good basis said."""
    for field in OWN:
        if not field.told_if_empty or field.kept(getattr(site, field.attribute)).strip():
            continue
        if field.name == "reason" and filing.level == Level.CITY:
            told = _("%(site)s: say why its basis is good: the plan asks for such a window.")
            yield told, Severity.BLOCKS, field.name
        else:
            yield str(field.told_if_empty), Severity.ODD, field.name


def _doubles(filing: Filing, own: Sequence[Site], sites: Sequence[Site]) -> Iterator[Remark]:
    """One telephone for several sites, two windows of one unit: told at the last row that can change."""
    phones, units = defaultdict(list), defaultdict(list)
    for site in sites:
        units[site.organisation_id].append(site)
        for phone in {_digits(liaison.phone) for liaison in site.liaisons.all()} - {""}:
            phones[phone].append(site)
    told = _("%(sites)s have the same liaison telephone.")
    yield from _double(told, "liaison_phone", phones.values(), own)
    if filing.level == Level.DISTRICT:
        yield from _double(_("%(sites)s are windows of one unit."), "organisation", units.values(), own)


def _double(told: str, field: str, groups: Iterable[list[Site]], own: Sequence[Site]) -> Iterator[Remark]:
    for group in groups:
        mendable = [site for site in group if site in own]
        if len(group) > 1 and mendable:
            names = _(", ").join(str(site) for site in group)
            yield Remark(told % {"sites": names}, Severity.ODD, mendable[-1], field)


def _plans(own: Sequence[FiledSite]) -> Iterator[Remark]:
    """A work plan is filed once the site is determined: a hint only (plan, part five, one)."""
    if waiting := sum(not site.has_plan for site in own):
        yield Remark(
            ngettext(
                "%(n)d site has not begun its work plan; it is filed once the site is determined.",
                "%(n)d sites have not begun their work plans; they are filed once the sites are determined.",
                waiting,
            )
            % {"n": waiting},
            Severity.HINT,
        )


def _days(filing: Filing) -> Iterator[Remark]:
    due = last_day_for(Action.FILE, filing.programme)
    left = (due - today()).days
    if left < 0:
        told = _("The last day for filing was %(day)s; the office can prolong the phase.")
        yield Remark(told % {"day": date_format(due)}, Severity.ODD)
        return
    told = ngettext(
        "%(n)d day is left for filing, until %(day)s.", "%(n)d days are left for filing, until %(day)s.", left
    )
    yield Remark(told % {"n": left, "day": date_format(due)}, Severity.HINT)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
