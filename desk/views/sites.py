"""The sites on the desk: the list, and everything about one of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.exported import exported
from accounts.http import OfCampaign, StaffRequest
from core.paging import Pages
from desk.exports import SITE_HEADS, site_rows
from desk.forms import SiteFilter
from desk.site_page import SitePage, site_to_show
from sites.chosen import choose, chosen_programme
from sites.chronology import Chapter
from sites.models import Site
from sites.models.sites import SiteQuerySet

PAGE = 50
SHOWN = ("window_name", "level", "kind", "stage", "stage_since")


class SiteList(OfCampaign, ListView[Site]):
    """The sites I may see, narrowed by the filters."""

    template_name = "desk/site_list.html"
    paginate_by = PAGE
    paginator_class = Pages
    context_object_name = "sites"
    request: StaffRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or with `?format=` the whole list as a table."""
        if "format" not in request.GET:
            return super().get(request, *args, **kwargs)
        return exported(self.request, _("Sites"), SITE_HEADS, site_rows(self.asked_for()), about=Site)

    def get_queryset(self) -> QuerySet[Site]:
        """What a row shows and no more."""
        return self.asked_for().annotate(unit_name=F("organisation__name")).only(*SHOWN)

    def asked_for(self) -> SiteQuerySet:
        self.filter = SiteFilter(self.request.GET)
        sites = Site.objects.visible_to(self.request.user)
        return self.filter.narrow(sites.filter(programme=chosen_programme(self.request))).by_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@login_required
def site_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one site in one place, by time; narrowed by `?chapter=`, all of it with `?all=1`."""
    site = site_to_show(request.user, pk)
    choose(request, site.programme)
    asked = request.GET.get("chapter")
    chapter = Chapter(asked) if asked in Chapter.values else None
    page = SitePage(site, request.user, chapter=chapter, whole="all" in request.GET)
    return render(request, "desk/site_detail.html", {"site": site, "page": page, "chapters": Chapter})
