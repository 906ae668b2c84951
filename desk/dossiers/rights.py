"""Who may have which dossier: asked when it is wanted, when it is made, and each time it is fetched."""

from typing import Any

from accounts.models import Organisation, User
from accounts.rules import sees_city
from assessments.eligibility import barred_sites
from desk.models import Dossier
from desk.rules import asks_for_dossiers
from publicity.rules import knows_objections
from sites.enums import Level
from sites.models import Site
from sites.models.sites import SiteQuerySet


def may_ask(user: User, district: Organisation | None = None) -> bool:
    """For dossiers of sites one sees; of a district the city, and its own office."""
    if not user.is_active or not asks_for_dossiers(user):
        return False
    return district is None or sees_city(user) or user.district_id == district.pk


def may_ask_for_campaign(user: User) -> bool:
    """For all sites of a programme: whoever sees the city."""
    return may_ask(user) and sees_city(user)


def sites_in(dossier: Dossier, user: User) -> list[Site]:
    """The sites of a dossier that this person may have now, as `contents` reads them; in the list's order."""
    if not _may_have(dossier, user):
        return []
    seen = Site.objects.visible_to(user).select_related("programme", "organisation", "filing__organisation")
    if dossier.site_id:
        return list(seen.filter(pk=dossier.site_id))
    return list(seen.filter(pk__in=_scope(dossier).values("pk")))


def left_out(dossier: Dossier, sites: list[Site]) -> int:
    """How many sites of a district or a campaign the asker has no right to, beside these."""
    return _scope(dossier).count() - len(sites)


def _may_have(dossier: Dossier, user: User) -> bool:
    return may_ask_for_campaign(user) if dossier.is_of_campaign else may_ask(user, dossier.district)


def _scope(dossier: Dossier) -> SiteQuerySet:
    """Whatever is on the lists, whoever asks."""
    on_lists = Site.objects.on_list().filter(programme=dossier.programme_id).order_by()
    if dossier.is_of_campaign:
        return on_lists
    return on_lists.filter(level=Level.DISTRICT, filing__organisation=dossier.district_id)


def rights_of(user: User, sites: list[Site]) -> dict[str, Any]:
    """What a dossier of these sites rests on: post, sites, and those of which one may know the objections."""
    keys = [site.pk for site in sites]
    told = Site.objects.filter(pk__in=keys).exclude(pk__in=barred_sites(user))
    return {
        "role": user.role,
        "organisation": user.organisation_id,
        "sites": sorted(keys),
        "letters": sorted(told.values_list("pk", flat=True)) if knows_objections(user) else [],
    }


def still_holds(dossier: Dossier, user: User) -> bool:
    """Whether the person may see by now all that they might see when it was made."""
    had, has = dossier.rights, rights_of(user, sites_in(dossier, user))
    same_post = all(had.get(name) == has[name] for name in ("role", "organisation"))
    return same_post and all(set(had[name]) <= set(has[name]) for name in ("sites", "letters"))
