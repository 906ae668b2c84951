"""The directory of demonstration sites."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from publicity.forms import SiteFilter
from publicity.models import Notice
from publicity.published import public_steps
from sites.chosen import chosen_programme
from sites.models import Site
from sites.models.sites import SiteQuerySet


class SiteList(ListView[Site]):
    """Every determined site, narrowed by the filters."""

    template_name = "publicity/site_list.html"
    paginate_by = 50

    def get_queryset(self) -> SiteQuerySet:
        self.filter = SiteFilter(self.request.GET)
        return self.filter.narrow(
            Site.objects.listed()
            .filter(programme=chosen_programme(self.request))
            .select_related("organisation", "filing__organisation")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: what was announced of it, and nothing else."""
    listed = Site.objects.listed().select_related("organisation", "filing__organisation", "naming")
    found = get_object_or_404(listed, pk=pk)
    context = {
        "site": found,
        "steps": public_steps(found),
        "notices": Notice.objects.published().filter(entries__site=found),
    }
    return render(request, "publicity/site_detail.html", context)
