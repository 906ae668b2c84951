"""Coverage (扩大公开覆盖面: plan, part one): the sites of the city and each district, and what they lack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.rules import is_district_office
from sites.models.sites import district_of
from standards.enums import Kind
from tables.writing import Row

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure
from .scope import Scope

# What a district chooses from; the city's units are of whatever type the plan names.
TYPES = tuple(OrganisationKind(kind) for kind in OrganisationKind.DISTRICT_CHOICE)


@dataclass(frozen=True)
class Place:
    """The city, or a district, with how many sites it has of each (unit type, kind)."""

    name: str
    is_city: bool
    sites: Counter[tuple[str, str]]

    @property
    def types(self) -> list[OrganisationKind]:
        """Those it could have, and of others those it has."""
        had = {kind for kind, _of_sites in self.sites}
        return [each for each in OrganisationKind if each in had or (not self.is_city and each in TYPES)]

    def of_type(self, unit: str) -> int:
        return sum(self.sites[unit, kind] for kind in Kind)

    @property
    def gaps(self) -> list[str]:
        """What it has no site of, in words."""
        kinds = [
            _("no site of %(kind)s") % {"kind": kind.label}
            for kind in Kind
            if not any(self.sites[unit, kind] for unit in self.types)
        ]
        return kinds + [
            _("no %(type)s") % {"type": unit.label} for unit in self.types if not self.of_type(unit)
        ]


@dataclass(frozen=True)
class Covered:
    places: list[BarChart]


def count(scope: Scope) -> Counted:
    """Two queries."""
    places = list(_places(scope))
    if not any(place.sites for place in places):
        return Counted(heads=_heads(), rows=[])
    longest = max(place.of_type(unit) for place in places for unit in place.types)
    return Counted(
        heads=_heads(),
        rows=[row for place in places for row in _rows(place)],
        drawing=Covered([_bars(place, longest) for place in places]),
        numbers=[
            (_("Sites in all"), sum(place.sites.total() for place in places)),
            *((str(kind.label), _of_kind(places, kind)) for kind in Kind),
            (_("Places with a gap"), sum(bool(place.gaps) for place in places)),
        ],
    )


def _places(scope: Scope) -> Iterator[Place]:
    """The city first, then the districts, each though it has no site; of a district office its own."""
    lines = scope.sites.order_by().annotate(place=district_of())
    found: dict[Any, Counter[tuple[str, str]]] = {}
    for line in lines.values("place", "organisation__kind", "kind").annotate(n=Count("pk")):
        counts = found.setdefault(line["place"], Counter())
        counts[line["organisation__kind"], line["kind"]] += line["n"]
    asked = scope.chosen.get("district")
    own = is_district_office(scope.reader) or asked or scope.chosen.get("level") == "city"
    if None in found or not own:
        yield Place(_("City units"), True, found.get(None, Counter()))
    for district in Organisation.objects.districts().order_by("code"):
        if district.pk in found or not own:
            yield Place(district.short_name, False, found.get(district.pk, Counter()))


def _of_kind(places: list[Place], kind: str) -> int:
    return sum(n for place in places for (_unit, of_sites), n in place.sites.items() if of_sites == kind)


def _heads() -> list[Any]:
    kinds = (str(kind.label) for kind in Kind)
    return [_("City or district"), _("Unit type"), *kinds, _("In all"), _("Gaps")]


def _rows(place: Place) -> Iterator[Row]:
    """A row a type of unit; an empty cell says that there is none."""
    for unit in place.types:
        counts = [place.sites[unit, kind] for kind in Kind]
        missing = "" if sum(counts) else _("no %(type)s") % {"type": unit.label}
        yield [place.name, str(unit.label), *counts, sum(counts), missing]


def _bars(place: Place, longest: int) -> BarChart:
    """A bar a type of unit: all its sites, upon it those of government affairs."""
    bars = [
        Bar(
            label=str(unit.label),
            told=_(", ").join(
                _("%(kind)s %(n)d") % {"kind": kind.label, "n": place.sites[unit, kind]} for kind in Kind
            ),
            ground=place.of_type(unit),
            filled=place.sites[unit, Kind.GOVERNMENT_AFFAIRS],
        )
        for unit in place.types
    ]
    total = place.sites.total()
    return bar_chart(
        place.name,
        bars,
        longest=longest,
        note=ngettext("%(n)d site", "%(n)d sites", total) % {"n": total},
        below=_("Missing: %(gaps)s") % {"gaps": _(", ").join(place.gaps)} if place.gaps else "",
    )


COVERAGE = Figure(
    key="coverage",
    title=gettext_lazy("Coverage"),
    lead=gettext_lazy("How many sites each place has, by type of unit and kind, and what it has none of."),
    empty=gettext_lazy("No site fits. Sites are counted once a list holds them."),
    count=count,
)
