"""The programme: what the plan fixes, its phases, and who prolonged them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import carried_out
from accounts.http import StaffRequest
from sites import rules, services
from sites.calendar import today
from sites.forms.programmes import ExtensionForm
from sites.models import Extension, Phase, Programme


@login_required
def programme_detail(request: StaffRequest) -> HttpResponse:
    """The campaign that runs now."""
    extensions = Prefetch("phases__extensions", Extension.objects.select_related("by"))
    programme = Programme.objects.filter(is_current=True).prefetch_related(extensions).first()
    context = {
        "programme": programme,
        "current_phase": programme.phase_on(today()) if programme else None,
        "units": programme.designated_units.select_related("organisation") if programme else (),
        "may_extend": rules.is_office(request.user),
    }
    return render(request, "sites/programme_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def phase_extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Prolong a phase, with a reason."""
    phase = get_object_or_404(Phase, pk=pk)
    if not rules.is_office(request.user):
        raise PermissionDenied
    form = ExtensionForm(request.POST or None)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _extend(phase, form, request)):
        messages.success(request, _("The phase is prolonged."))
        return redirect("sites:programme")
    context = {"phase": phase, "form": form}
    return render(request, "sites/phase_form.html", context, status=422 if form.is_bound else 200)


def _extend(phase: Phase, form: ExtensionForm, request: StaffRequest) -> None:
    services.extend_phase(
        phase=phase, new_end=form.cleaned_data["new_end"], reason=form.cleaned_data["reason"], by=request.user
    )
