"""Proposing that somebody be an administrator, or be one no longer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.administrators import AdministratorForm
from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.rules import may_administer
from accounts.services import motions
from core.acting import carried_out

from .fetching import managers_only, person_or_404


@managers_only
@require_http_methods(["GET", "POST"])
def administer(request: StaffRequest, pk: int) -> HttpResponseBase:
    person = person_or_404(request, pk)
    if not may_administer(request.user, person):
        raise PermissionDenied
    form = AdministratorForm(request.POST or None, person=person)
    moved: list[Motion] = []
    if form.is_valid() and carried_out(
        form,
        lambda: moved.append(
            motions.move(kind="user.administer", record=person, values=form.cleaned_data, by=request.user)
        ),
    ):
        messages.success(request, _(motions.MOVED))
        return redirect(moved[0])
    context = {"form": form, "person": person}
    return render(request, "people/administer.html", context, status=422 if form.is_bound else 200)
