"""Who was commended, as the public reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from publicity.enums import Honour
from publicity.models import Commendation
from publicity.models.commendations import CommendationQuerySet
from sites.chosen import chosen_programme


class CommendationList(ListView[Commendation]):
    """The decisions that commend, newest first."""

    template_name = "publicity/commendation_list.html"
    paginate_by = 50

    def get_queryset(self) -> CommendationQuerySet:
        here = Commendation.objects.published().filter(programme=chosen_programme(self.request))
        return here.with_counts().order_by("-decided_on", "-pk")


@require_safe
def commendation(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: who is commended and what for, and which honour has ended with a naming."""
    found = get_object_or_404(Commendation.objects.published(), pk=pk)
    lines = list(found.lines.in_order())
    context = {
        "commendation": found,
        "collectives": [line for line in lines if line.honour == Honour.COLLECTIVE],
        "people": [line for line in lines if line.honour == Honour.PERSON],
    }
    return render(request, "publicity/commendation_detail.html", context)
