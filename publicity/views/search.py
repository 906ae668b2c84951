"""Search over all that is published."""

from contextlib import suppress

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.paging import Pages
from core.search import Query, hits_on_page
from publicity.finding import found_by_words, nearest_to, pages_for, words_in
from publicity.forms import SearchForm
from publicity.services.search_words import missed
from sites.calendar import today

PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers a question, or one kind page by page; 422 for what cannot be searched for."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    if not form.is_valid():
        return render(request, "publicity/search.html", {"form": form}, status=422 if form.is_bound else 200)
    query, kind = form.cleaned_data["q"], form.kind_asked()
    context = {"form": form, "words": query.words}
    if kind:
        page = Pages(kind.page(query, None), PAGE).get_page(request.GET.get("page"))
        group = hits_on_page(kind, page, query, None)
        context |= {"groups": [group] if group.hits else [], "page_obj": page}
    else:
        context |= _answers(query)
    return render(request, "publicity/search.html", context)


def _answers(query: Query) -> dict[str, object]:
    """Pages, the first few of each kind, or what comes nearest; what nothing answers is counted."""
    words = words_in(query)
    meant, groups = found_by_words(query, words)
    places = pages_for(query, words)
    if not groups and not places:
        # On a full disk people still search.
        with suppress(OperationalError), transaction.atomic():
            missed(query.text, on=today())
    near = [] if groups else nearest_to(query)
    return {"places": places, "groups": groups, "meant": meant, "nearest": near}
