"""The guide: how to do what, for every role."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from publicity import guide


@require_safe
def guide_pages(request: HttpRequest) -> HttpResponse:
    """All pages of the guide, each with its sections."""
    return render(request, "publicity/help.html", {"pages": guide.pages()})


@require_safe
def guide_page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of it."""
    if name not in guide.NAMES:
        raise Http404
    return render(request, "publicity/help_page.html", {"guide": guide.page(name)})
