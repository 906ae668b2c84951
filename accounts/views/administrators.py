"""Proposing a role that two people give: an administrator's, or one that counts across the city."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.administrators import AdministratorForm, AppointForm
from accounts.http import StaffRequest
from accounts.models import Motion, User
from accounts.models.motions import APPOINT
from accounts.rules import may_administer, may_propose_role
from accounts.services import motions
from core.acting import carried_out

from .fetching import managers_only, person_or_404


@managers_only
@require_http_methods(["GET", "POST"])
def administer(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _propose(request, pk, "user.administer", AdministratorForm, may_administer)


@managers_only
@require_http_methods(["GET", "POST"])
def appoint(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _propose(request, pk, APPOINT, AppointForm, may_propose_role)


def _propose(
    request: StaffRequest,
    pk: int,
    kind: str,
    form_class: type[AdministratorForm | AppointForm],
    may: Callable[[User, User], bool],
) -> HttpResponseBase:
    person = person_or_404(request, pk)
    if not may(request.user, person):
        raise PermissionDenied
    form = form_class(request.POST or None, person=person, by=request.user)
    moved: list[Motion] = []
    if form.is_valid() and carried_out(
        form,
        lambda: moved.append(
            motions.move(kind=kind, record=person, values=form.cleaned_data, by=request.user)
        ),
    ):
        messages.success(request, _(motions.MOVED))
        return redirect(moved[0])
    context = {"form": form, "person": person, "appoints": kind == APPOINT}
    return render(request, "people/administer.html", context, status=422 if form.is_bound else 200)
