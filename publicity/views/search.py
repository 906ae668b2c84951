"""Search over all that is published."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from publicity.forms import SearchForm
from publicity.search import SOURCES, Group, first_hits

PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The first few of each kind, or one kind page by page; 422 for what cannot be searched for."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    if not form.is_valid():
        return render(request, "publicity/search.html", {"form": form}, status=422 if form.is_bound else 200)
    words, source = form.words(), form.source()
    page = None
    if source:
        page = Paginator(source.found(words), PAGE).get_page(request.GET.get("page"))
        groups = [Group(source, [source.hit(record, words) for record in page], has_more=False)]
    else:
        groups = [first_hits(each, words) for each in SOURCES]
    found = [group for group in groups if group.hits]
    context = {"form": form, "words": words, "groups": found, "page_obj": page}
    return render(request, "publicity/search.html", context)
