"""The words of the public search at the desk: what they mean, and what was searched for in vain."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import require_office
from core.acting import carried_out
from publicity.forms import SearchWordForm
from publicity.models import SearchMiss, SearchWord
from publicity.rules import keeps_search_words
from publicity.services import search_words

# Of what was searched for in vain.
MISSES = 50


class SearchWordList(LoginRequiredMixin, ListView[SearchWord]):
    """Every word with what it means; above, what people have asked for often and found nothing."""

    request: StaffRequest
    template_name = "publicity/desk/search_word_list.html"
    paginate_by = 100

    def get_queryset(self) -> QuerySet[SearchWord]:
        if not keeps_search_words(self.request.user):
            raise Http404
        return SearchWord.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        misses = SearchMiss.objects.visible_to(self.request.user).often()[:MISSES]
        return super().get_context_data(misses=misses, **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    require_office(request.user)
    form = SearchWordForm(request.POST or None, initial={"asked": request.GET.get("asked", "")[:30]})
    return _kept(request, form, _("The word is on the list; the search knows it from now on."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SearchWord.objects.visible_to(request.user), pk=pk)
    return _kept(
        request, SearchWordForm(request.POST or None, word=found), _("What the word means is changed.")
    )


@login_required
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SearchWord.objects.visible_to(request.user), pk=pk)
    search_words.remove(word=found, by=request.user)
    messages.success(request, _("“%(word)s” is off the list.") % {"word": found})
    return redirect("publicity_desk:search_words")


def _kept(request: StaffRequest, form: SearchWordForm, told: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, told)
        return redirect("publicity_desk:search_words")
    context = {"form": form, "word": form.word}
    return render(
        request, "publicity/desk/search_word_form.html", context, status=422 if form.is_bound else 200
    )
