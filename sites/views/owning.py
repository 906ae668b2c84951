"""What the pages of a plan, a timetable and its liaisons have in common: whose they are."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from sites import owners, services
from sites.chosen import chosen_programme
from sites.enums import Level
from sites.models import Filing, Site
from sites.models.plans import Owner
from sites.services.vacancies import Posted, PostedSite

# A plan's or a measure's owner, in the query that reads it.
OWNERS = (
    "site__organisation",
    "site__filing",
    "site__programme",
    "filing__organisation",
    "filing__programme",
)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def owner_or_404(request: StaffRequest, site_pk: int | None, filing_pk: int | None) -> Posted:
    """The site, or the district by its list, that this person sees; an address names one of the two."""
    owner: Posted
    if site_pk is not None:
        sites = services.with_posts(Site.objects.visible_to(request.user))
        seen = cast("QuerySet[PostedSite]", sites.select_related("organisation", "filing"))
        owner = get_object_or_404(seen, pk=site_pk)
    else:
        lists = Filing.objects.visible_to(request.user).filter(level=Level.DISTRICT)
        districts = services.districts_with_posts(lists).select_related("organisation")
        owner = get_object_or_404(districts, pk=filing_pk)
    if (chosen := chosen_programme(request)) and chosen.pk == owner.programme_id:
        owner.programme = chosen  # with its phases: the page has read them already
    return owner


def owner_context(owner: Owner, page: str) -> dict[str, Any]:
    """The owner, what it is called, and its three pages as tabs; `page` is the one that is shown."""
    pages = {"plan": _("Work plan"), "timetable": _("Timetable"), "liaisons": _("Liaisons")}
    return {
        "owner": owner,
        "owner_name": owners.called(owner),
        "is_site": isinstance(owner, Site),
        "page_label": pages[page],
        "tabs": [Tab(label, owners.address(owner, name), name == page) for name, label in pages.items()],
    }
