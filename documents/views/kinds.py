"""What the office sets for each kind of paper: the letters of its number."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from core.acting import carried_out
from documents.forms import SeriesForm
from documents.pages import kind_rows, tabs
from documents.papers import DocumentKind
from documents.rules import words_papers
from documents.services import kinds


@login_required
def kind_list(request: StaffRequest) -> HttpResponse:
    """Every kind of paper, with the letters of its number."""
    require_words(request)
    return render(request, "documents/kind_list.html", {"rows": kind_rows(), **tabs(request.user)})


@login_required
def series(request: StaffRequest, kind: str) -> HttpResponse:
    """Number the papers of a kind under other letters."""
    require_words(request)
    chosen = kind_named(kind)
    if chosen == DocumentKind.DISTRICT_DETERMINATION:
        raise Http404
    form = SeriesForm(request.POST or None, kind=chosen)
    if form.is_valid() and carried_out(
        form, lambda: kinds.set_series(kind=chosen, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The next paper of this kind has these letters."))
        return redirect("documents:kinds")
    context = {"form": form, "kind": chosen}
    return render(request, "documents/kind_series.html", context, status=422 if form.errors else 200)


def require_words(request: StaffRequest) -> None:
    if not words_papers(request.user):
        raise PermissionDenied


def kind_named(kind: str) -> DocumentKind:
    if kind not in DocumentKind.values:
        raise Http404
    return DocumentKind(kind)
