"""What follows a naming: the plaque, rechecks and complaints, warning, restoring, revoking."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.acting import carried_out
from accounts.http import StaffRequest
from accounts.rules import require_office
from publicity.enums import TrackingKind
from publicity.forms import PlaqueForm, ReasonForm, TrackingForm
from publicity.models import Naming
from publicity.models.naming import NamingQuerySet
from publicity.services import naming as services
from sites import rules
from sites.chosen import chosen_programme
from sites.enums import Action
from sites.workflow import available


class NamingList(LoginRequiredMixin, ListView[Naming]):
    """The plaque register, newest first."""

    request: StaffRequest
    template_name = "publicity/desk/naming_list.html"
    paginate_by = 50

    def get_queryset(self) -> NamingQuerySet:
        visible = Naming.objects.visible_to(self.request.user)
        here = visible.filter(site__programme=chosen_programme(self.request))
        return here.select_related("site__organisation", "decision")


@login_required
@require_safe
def naming(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def plaque(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), PlaqueForm(request.POST)
    require_office(request.user)
    if form.is_valid() and carried_out(
        form, lambda: services.hand_over_plaque(naming=named, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The plaque's receipt is on record."))
        return redirect("publicity_desk:naming", pk)
    return _page(request, named, refused=form)


@login_required
@require_POST
def tracking(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), TrackingForm(request.POST)
    require_office(request.user)
    if form.is_valid() and carried_out(
        form,
        lambda: services.record_tracking(
            naming=named,
            kind=TrackingKind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            by=request.user,
        ),
    ):
        messages.success(request, _("It is on file."))
        return redirect("publicity_desk:naming", pk)
    return _page(request, named, refused=form)


@login_required
@require_POST
def warn(request: StaffRequest, pk: int) -> HttpResponse:
    return _step(request, pk, services.warn, _("The site is warned; its public page says why."))


@login_required
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    return _step(request, pk, services.restore, _("The warning is lifted."))


@login_required
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    return _step(
        request, pk, services.revoke, _("The naming is revoked; its public page keeps the whole story.")
    )


def _step(request: StaffRequest, pk: int, verb: Callable[..., object], success: str) -> HttpResponse:
    """One step of the workflow with its reason; the table says who may."""
    named, form = _visible(request, pk), ReasonForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: verb(naming=named, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, success)
        return redirect("publicity_desk:naming", pk)
    return _page(request, named, refused=form)


def _visible(request: StaffRequest, pk: int) -> Naming:
    seen = Naming.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("site__organisation", "site__filing", "site__programme", "decision", "notice"),
        pk=pk,
    )


def _page(request: StaffRequest, named: Naming, *, refused: Form | None = None) -> HttpResponse:
    """The naming with its forms; a refused one is shown with what was typed."""
    steps = available(named.site, request.user)
    plaque = {"received_by": named.plaque_received_by, "handed_on": named.plaque_handed_on}
    context = {
        "naming": named,
        "tracking": named.tracking.select_related("by"),
        "history": named.site.history.select_related("by").order_by("-pk"),
        "may_write": rules.is_office(request.user),
        "may_warn": Action.WARN in steps,
        "may_restore": Action.RESTORE in steps,
        "may_revoke": Action.REVOKE in steps,
        "plaque_form": refused if isinstance(refused, PlaqueForm) else PlaqueForm(initial=plaque),
        "tracking_form": refused if isinstance(refused, TrackingForm) else TrackingForm(),
        "reason_form": refused if isinstance(refused, ReasonForm) else ReasonForm(),
    }
    return render(request, "publicity/desk/naming_detail.html", context, status=422 if refused else 200)
