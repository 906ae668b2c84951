"""How the views of this room find a version, and show a form about it."""

from typing import Any, TypeAlias, TypeVar, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office
from standards.models import Rulebook, Standard

# A page that serves standards and rulebooks alike is told by its address which of the two it is about.
Text: TypeAlias = type[Standard] | type[Rulebook]
V = TypeVar("V", bound=Standard | Rulebook)


def version_or_404(text: type[V], pk: int, user: User) -> V:
    """A version the person may see, loaded with everything in it."""
    return cast("V", get_object_or_404(text.objects.visible_to(user).with_items(), pk=pk))


def draft_or_404(text: type[V], pk: int, user: User) -> V:
    """A draft the person may write; what is published is no draft and not found here."""
    found = get_object_or_404(text.objects.visible_to(user).drafts().with_items(), pk=pk)
    require_office(user)
    return cast("V", found)


def address(version: Standard | Rulebook, page: str) -> str:
    """A page about this version: draft, edit, publish, discard."""
    return reverse(f"standards:{version._meta.model_name}_{page}", args=[version.pk])


def form_page(
    request: StaffRequest, version: Standard | Rulebook, form: forms.BaseForm, **more: Any
) -> HttpResponse:
    """A page that is one form; 422 when it came back. `more`: title, lead, submit_label, danger, hidden."""
    context = {"version": version, "form": form, "cancel_url": version.get_absolute_url(), **more}
    return render(request, "standards/form_page.html", context, status=422 if form.errors else 200)
