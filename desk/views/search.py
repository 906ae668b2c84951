"""Search over what a member of staff may see."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from desk.forms import SearchForm
from desk.search import COLUMNS, Found, Kind, Query, kinds, search
from publicity.search import Group

PAGE = 20


@login_required
@require_safe
def search_page(request: StaffRequest) -> HttpResponse:
    """The first few of each kind, or one kind page by page; 422 for what cannot be searched for."""
    to_search = kinds(request.user)
    if not to_search:
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None, kinds=to_search)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        query, kind = form.cleaned_data["q"], form.kind_asked()
        page = _page(kind, query, request.GET.get("page")) if kind else None
        groups = [_group(kind, query, page)] if kind and page is not None else search(to_search, query)
        found = [group for group in groups if group.hits]
        context |= {"query": query, "words": query.words, "groups": found, "page_obj": page}
        if not found:
            form.refuse_if_short()
    return render(request, "desk/search.html", context, status=422 if form.errors else 200)


def _page(kind: Kind, query: Query, number: str | None) -> "Page[tuple[Any, ...]]":
    return Paginator(kind.rows(query).values_list(*COLUMNS), PAGE).get_page(number)


def _group(kind: Kind, query: Query, page: "Page[tuple[Any, ...]]") -> Group:
    hits = [kind.hit(Found(*row), query.words) for row in page]
    return Group(kind, hits, has_more=False, total=page.paginator.count)
