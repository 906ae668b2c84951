"""The register of named sites."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from publicity.models import Naming
from publicity.models.naming import NamingQuerySet
from publicity.published import public_steps
from sites.chosen import chosen_programme


class NamingList(ListView[Naming]):
    """Every naming, newest first, a revoked one with its story."""

    template_name = "publicity/naming_list.html"
    paginate_by = 50

    def get_queryset(self) -> NamingQuerySet:
        return Naming.objects.published().filter(site__programme=chosen_programme(self.request))


@require_safe
def naming(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Naming.objects.published(), pk=pk)
    return render(
        request, "publicity/naming_detail.html", {"naming": found, "steps": public_steps(found.site)}
    )
