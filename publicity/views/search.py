"""Search over all that is published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.paging import Pages
from core.search import hits_on_page
from core.search import search as search_all
from publicity.forms import SearchForm
from publicity.search import PUBLISHED

PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The first few of each kind, or one kind page by page; 422 for what cannot be searched for."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    if not form.is_valid():
        return render(request, "publicity/search.html", {"form": form}, status=422 if form.is_bound else 200)
    query, kind, page = form.cleaned_data["q"], form.kind_asked(), None
    if kind:
        page = Pages(kind.page(query, None), PAGE).get_page(request.GET.get("page"))
        groups = [hits_on_page(kind, page, query, None)]
    else:
        groups = search_all(PUBLISHED, query, None)
    found = [group for group in groups if group.hits]
    context = {"form": form, "words": query.words, "groups": found, "page_obj": page}
    return render(request, "publicity/search.html", context)
