"""The directory of demonstration sites."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from core.http import first_or_404
from core.prepared import prepared
from publicity import linked_data
from publicity.forms import SiteFilter
from publicity.models import Article, Notice
from publicity.pages.district_map import areas
from publicity.pages.site import site_now
from publicity.public_state import SiteInPublic, with_public_state
from publicity.published import named_elsewhere, public_steps
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import Site

# Of a site's articles.
ARTICLES = 6


class SiteList(ListView[Site]):
    """Every determined site, narrowed by the filters."""

    template_name = "publicity/site_list.html"
    paginate_by = 50

    def get_queryset(self) -> Any:
        self.filter, programme = SiteFilter(self.request.GET), chosen_programme(self.request)
        key = programme.pk if programme else None
        return _narrowed_sites(programme=key, day=today(), **self.filter.narrowing())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The diagram is of the whole list, whatever the filters."""
        self.areas = areas(chosen_programme(self.request), self.request.path)
        narrowed = any(self.filter.narrowing().values()) or "page" in self.request.GET
        elsewhere = [] if narrowed else named_elsewhere(self.request)
        return super().get_context_data(
            filter=self.filter, areas=self.areas, named_elsewhere=elsewhere, **kwargs
        )

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Site]:
        """The whole list is not counted twice."""
        paginator = super().get_paginator(*args, **kwargs)
        if not any(self.filter.narrowing().values()):
            paginator.count = sum(area.total for area in self.areas)
        return paginator


@prepared
def _narrowed_sites(
    *, programme: int | None, day: datetime.date, level: str, kind: str, state: str, district: int | None
) -> QuerySet[SiteInPublic]:
    """What a line shows; the long texts of a site stay in the database, and no other record is made."""
    sites = Site.objects.listed().filter(programme=programme)
    if level:
        sites = sites.filter(level=level)
    if kind:
        sites = sites.filter(kind=kind)
    if district:
        sites = sites.in_district(district)
    found = with_public_state(sites, day)
    if state:
        found = found.filter(public_state=state)
    named = found.annotate(
        unit_name=F("organisation__name"), lister_name=F("filing__organisation__short_name")
    )
    return named.only("window_name", "level", "kind", "stage")


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: what was announced of it, and nothing else."""
    found = first_or_404(_listed(pk, today()))
    steps = public_steps(found)
    context = {
        "site": found,
        "now": site_now(found, steps),
        "steps": steps,
        "notices": list(_notices_with(pk)),
        "articles": _articles_about(pk, today())[:ARTICLES],
        "linked_data": linked_data.of_site(found),
    }
    return render(request, "publicity/site_detail.html", context)


@prepared
def _listed(site: int, day: datetime.date) -> QuerySet[SiteInPublic]:
    listed = Site.objects.listed().filter(pk=site).with_district()
    return with_public_state(listed, day).select_related("organisation", "naming")


@prepared
def _notices_with(site: int) -> QuerySet[Notice]:
    found = Notice.objects.published().filter(entries__site=site)
    return found.only("title", "published_on", "ends_on", "state")


@prepared
def _articles_about(site: int, day: datetime.date) -> QuerySet[Article]:
    found = Article.objects.listed(on=day).filter(sites=site)
    return found.only("title", "kind", "published_on")
