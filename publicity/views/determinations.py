"""The determined lists, as the public reads them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from documents.models import Document
from publicity.published import determinations, determined_places, papers_of
from sites.chosen import chosen_programme
from sites.models import Determination


class DeterminationList(ListView[Determination]):
    """Every batch that determined a site, under the title and number of its paper."""

    template_name = "publicity/determination_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Determination]:
        return determinations().filter(programme=chosen_programme(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        batches = context["object_list"]
        papers = papers_of(batches)
        return {**context, "batches": [(one, papers[one.pk]) for one in batches]}


@require_safe
def determination(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its sites by level and district, its paper, and the windows replaced since."""
    found: Any = get_object_or_404(determinations(), pk=pk)
    paper = Document.objects.defer("context").get(pk=found.paper_key)
    context = {"determination": found, "places": determined_places(found), "document": paper}
    return render(request, "publicity/determination_detail.html", context)
