"""The standing text of a kind: how it reads, writing it with a preview, publishing what a colleague wrote."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest
from core.acting import attempt, carried_out
from documents.facts import facts_of
from documents.forms import WordingForm
from documents.models import Wording
from documents.papers import DocumentKind
from documents.services import wordings
from documents.wording_pages import previewed, wording_page

from .kinds import kind_named, require_words


@login_required
def wording(request: StaffRequest, kind: str) -> HttpResponse:
    """The text in force, the draft beside it with what it would read like, and the versions before."""
    require_words(request)
    return render(request, "documents/wording.html", wording_page(kind_named(kind), request.user))


@login_required
def edit(request: StaffRequest, kind: str) -> HttpResponse:
    """Write a draft, or go on with the one there is."""
    require_words(request)
    chosen = kind_named(kind)
    form = _form(request, chosen)
    if form.is_valid() and carried_out(form, lambda: form.write(kind=chosen, by=request.user)):
        return redirect("documents:wording", kind)
    return _edit_page(request, chosen, form, status=422 if form.errors else 200)


@login_required
@require_POST
def preview(request: StaffRequest, kind: str) -> HttpResponse:
    """The page with how what is typed would read; while somebody types it is asked for by the passage."""
    require_words(request)
    chosen = kind_named(kind)
    return _edit_page(request, chosen, _form(request, chosen))


@login_required
@require_POST
def publish(request: StaffRequest, kind: str) -> HttpResponse:
    """Make papers with a colleague's draft from now on."""
    draft = _draft(request, kind)
    attempt(
        request,
        lambda: wordings.publish(draft=draft, seen=request.POST.get("seen", ""), by=request.user),
        success=_("Papers of this kind are made with this text from now on."),
    )
    return redirect(draft)


@login_required
@require_POST
def discard(request: StaffRequest, kind: str) -> HttpResponse:
    draft = _draft(request, kind)
    attempt(
        request,
        lambda: wordings.discard(draft=draft, by=request.user),
        success=_("The draft is gone; the text in force stays."),
    )
    return redirect(draft)


def _draft(request: StaffRequest, kind: str) -> Wording:
    require_words(request)
    return get_object_or_404(Wording.objects.visible_to(request.user).drafts(), kind=kind_named(kind))


def _form(request: StaffRequest, kind: DocumentKind) -> WordingForm:
    draft = Wording.objects.visible_to(request.user).drafts().filter(kind=kind).first()
    stored = wordings.words_of(kind, draft or wordings.in_force(kind))
    address = reverse("documents:wording_preview", args=[kind.value])
    data = request.POST if request.method == "POST" else None
    return WordingForm(data, kind=kind, stored=stored, preview=address)


def _edit_page(
    request: StaffRequest, kind: DocumentKind, form: WordingForm, status: int = 200
) -> HttpResponse:
    rows = previewed(kind, form.typed(), request.user)
    form.show({row.name: render_to_string("documents/_passage.html", {"row": row}) for row in rows})
    context = {"form": form, "kind": kind, "facts": facts_of(kind).values()}
    return render(request, "documents/wording_form.html", context, status=status)
