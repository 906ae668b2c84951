"""Search over what a member of staff may see."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from core.paging import Pages
from core.search import hits_on_page
from desk.forms import SearchForm
from desk.search import kinds, search

PAGE = 20


@login_required
@require_safe
def search_page(request: StaffRequest) -> HttpResponse:
    """The first few of each kind, or one kind page by page; 422 for what cannot be searched for."""
    user = request.user
    to_search = kinds(user)
    if not to_search:
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None, kinds=to_search)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        query, kind, page = form.cleaned_data["q"], form.kind_asked(), None
        if kind:
            page = Pages(kind.page(query, user), PAGE).get_page(request.GET.get("page"))
            groups = [hits_on_page(kind, page, query, user)]
        else:
            groups = search(user, query)
        found = [group for group in groups if group.hits]
        context |= {"query": query, "words": query.words, "groups": found, "page_obj": page}
        if not found:
            form.refuse_if_short()
    return render(request, "desk/search.html", context, status=422 if form.errors else 200)
