"""Who may not judge which site, and why: asked before anybody is sent there."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from sites.enums import Level
from sites.models import Site
from sites.models.sites import SiteQuerySet

from .enums import Bar
from .models import Recusal, Team, Tie

# (person, site) → why.
Bars = Mapping[tuple[int, int], Bar]


def bars(people: Sequence[User], sites: Sequence[Site]) -> Bars:
    """(person, site) → why that person may not judge that site; other pairs are left out. Two queries.

    The people's organisations and the sites' lists are to be read along.
    """
    aside = set(Recusal.objects.filter(user__in=people).values_list("user", "site"))
    tied = set(Tie.objects.in_force().filter(user__in=people).values_list("user", "organisation"))
    found: dict[tuple[int, int], Bar] = {}
    for person, site in product(people, sites):
        if why := _by_post(person, site):
            found[person.pk, site.pk] = why
        elif (person.pk, site.organisation_id) in tied:
            found[person.pk, site.pk] = Bar.TIE
        elif (person.pk, site.pk) in aside:
            found[person.pk, site.pk] = Bar.ASIDE
    return found


def stood_aside(sites: Iterable[int], filings: Iterable[int]) -> set[tuple[int, int, int]]:
    """(person, site, its list) of those who stood aside from one of these, or from one on these lists."""
    about = Q(site__in=sites) | Q(site__filing__in=filings)
    return set(Recusal.objects.filter(about).values_list("user", "site", "site__filing"))


def barred_sites(person: User) -> SiteQuerySet:
    """The sites that anything in `bars` keeps this person from, for a subquery."""
    office = Organisation.objects.filter(people=person, kind=OrganisationKind.DISTRICT_OFFICE)
    its_list = Q(filing__organisation=person.organisation_id)
    of_district = Q(filing__organisation__in=office.order_by().values("district"))
    return Site.objects.filter(
        Q(organisation=person.organisation_id)
        | Q(its_list | of_district, level=Level.DISTRICT)
        | Q(organisation__in=person.ties.in_force().values("organisation"))
        | Q(pk__in=person.recused_sites())
    )


def is_barred(person: User, site: str = "site") -> Q:
    """The condition that anything in `bars` keeps this person from the site at this path.

    Asked of each record, so that it costs the same at any number of sites.
    """
    return Q(Exists(barred_sites(person).order_by().filter(pk=OuterRef(site))))


def team_bars(teams: Sequence[Team], sites: Sequence[Site]) -> dict[tuple[int, int], str]:
    """(team, site) → why the team may not be sent there; one barred member is enough.

    The members' users and their organisations are to be read along.
    """
    members = {team.pk: [member.user for member in team.members.all()] for team in teams}
    of_people = bars([person for crew in members.values() for person in crew], sites)
    found = {
        (team, site.pk): named(of_people, crew, site)
        for (team, crew), site in product(members.items(), sites)
    }
    return {pair: why for pair, why in found.items() if why}


def named(found: Bars, people: Iterable[User], site: Site) -> str:
    """Those of `people` who are barred from the site, each with the reason; empty where nobody is."""
    told = _("%(name)s (%(why)s)")
    barred = [(person, found[person.pk, site.pk]) for person in people if (person.pk, site.pk) in found]
    return _(", ").join(told % {"name": person.name, "why": why.label} for person, why in barred)


def _by_post(person: User, site: Site) -> Bar | None:
    """What a post alone rules out: the own unit's sites, and those the own district put on its list."""
    if person.organisation_id == site.organisation_id:
        return Bar.OWN_UNIT
    if site.level != Level.DISTRICT or person.organisation is None:
        return None
    of_office = person.organisation.kind == OrganisationKind.DISTRICT_OFFICE
    own = {person.organisation_id, person.organisation.district_id if of_office else None}
    return Bar.OWN_DISTRICT if site.filing.organisation_id in own else None
