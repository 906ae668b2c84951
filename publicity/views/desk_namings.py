"""What follows a naming: the plaque, rechecks and complaints, warning, restoring, revoking."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.exported import ExportedList
from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from core.acting import carried_out
from publicity.enums import TrackingKind
from publicity.forms import NamingFilter, PlaqueForm, PlaqueReturnForm, ReasonForm, TrackingForm, WarnForm
from publicity.models import Naming, Revocation
from publicity.models.naming import NamingQuerySet
from publicity.pages.naming import NamingPage
from publicity.services import naming as services
from publicity.services import tracking as following
from sites.chosen import chosen_programme
from sites.enums import Action
from sites.workflow import available
from tables.writing import Head, Row


class NamingList(LoginRequiredMixin, ExportedList):
    """The plaque register, newest first."""

    template_name = "publicity/desk/naming_list.html"
    title = gettext_lazy("Plaque register")

    def get_queryset(self) -> NamingQuerySet:
        self.filter = narrowing = NamingFilter(self.request.GET)
        visible = Naming.objects.visible_to(self.request.user)
        here = visible.filter(site__programme=chosen_programme(self.request))
        return narrowing.narrow(here).select_related("site__organisation", "decision", "revocation")

    def heads(self) -> list[Head]:
        return [
            _("Plaque number"),
            _("Site"),
            _("Unit"),
            _("Level"),
            _("Kind"),
            _("State"),
            _("Named on"),
            _("Decision"),
            _("Plaque handed over on"),
            _("Received by"),
            _("Revoked on"),
            _("Plaque taken back on"),
        ]

    def row(self, record: Naming) -> Row:
        site, revocation = record.site, getattr(record, "revocation", None)
        return [
            record.plaque_number,
            site.window_name,
            site.organisation.name,
            site.get_level_display(),
            site.get_kind_display(),
            site.get_stage_display(),
            record.named_on,
            record.decision.full_number,
            record.plaque_handed_on,
            record.plaque_received_by,
            revocation and revocation.revoked_on,
            revocation and revocation.plaque_returned_on,
        ]


@login_required
@require_safe
def naming(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def plaque(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    form = PlaqueForm(request.POST, naming=named)
    require_office(request.user)
    return _carry_out(
        request,
        named,
        form,
        lambda: services.hand_over_plaque(naming=named, by=request.user, **form.cleaned_data),
        _("The plaque's receipt is on record."),
    )


@login_required
@require_POST
def plaque_return(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    require_office(request.user)
    revocation = get_object_or_404(Revocation, naming=named)
    form = PlaqueReturnForm(request.POST, revocation=revocation)
    return _carry_out(
        request,
        named,
        form,
        lambda: services.take_back_plaque(revocation=revocation, by=request.user, **form.cleaned_data),
        _("That the plaque was taken back is on record."),
    )


@login_required
@require_POST
def tracking(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), TrackingForm(request.POST)
    require_office(request.user)
    return _carry_out(
        request,
        named,
        form,
        lambda: following.record(
            naming=named,
            kind=TrackingKind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            by=request.user,
        ),
        _("It is on file."),
    )


@login_required
@require_POST
def warn(request: StaffRequest, pk: int) -> HttpResponse:
    named = _visible(request, pk)
    form = WarnForm(request.POST, programme=named.site.programme)
    return _step(request, named, form, following.warn, _("The site is warned; its public page says why."))


@login_required
@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), ReasonForm(request.POST)
    return _step(request, named, form, following.restore, _("The warning is lifted."))


@login_required
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    named, form = _visible(request, pk), ReasonForm(request.POST)
    revoked = _("The naming is revoked; its public page keeps the whole story.")
    return _step(request, named, form, following.revoke, revoked)


def _step(
    request: StaffRequest, named: Naming, form: Form, verb: Callable[..., object], success: str
) -> HttpResponse:
    """One step of the workflow with its reason; the table says who may."""
    return _carry_out(
        request, named, form, lambda: verb(naming=named, by=request.user, **form.cleaned_data), success
    )


def _carry_out(
    request: StaffRequest, named: Naming, form: Form, verb: Callable[[], object], success: str
) -> HttpResponse:
    if form.is_valid() and carried_out(form, verb):
        messages.success(request, success)
        return redirect("publicity_desk:naming", named.pk)
    return _page(request, named, refused=form)


def _visible(request: StaffRequest, pk: int) -> Naming:
    seen = Naming.objects.visible_to(request.user)
    of_site = ("site__organisation", "site__filing", "site__programme__rulebook")
    return get_object_or_404(seen.select_related(*of_site, "decision", "revocation__decision"), pk=pk)


def _page(request: StaffRequest, named: Naming, *, refused: Form | None = None) -> HttpResponse:
    """The naming with its forms; a refused one is shown with what was typed."""
    steps, page = available(named.site, request.user), NamingPage(named, request.user)
    context: dict[str, Any] = {
        "naming": named,
        "page": page,
        "may_write": is_office(request.user),
        "may_warn": Action.WARN in steps,
        "may_restore": Action.RESTORE in steps,
        "may_revoke": Action.REVOKE in steps,
        "forms": _forms(named, page.revocation, refused),
    }
    return render(request, "publicity/desk/naming_detail.html", context, status=422 if refused else 200)


def _forms(named: Naming, revocation: Revocation | None, refused: Form | None) -> dict[str, Form]:
    forms: dict[str, Form] = {
        "plaque": PlaqueForm(naming=named),
        "back": PlaqueReturnForm(revocation=revocation),
        "tracking": TrackingForm(),
        "warn": WarnForm(programme=named.site.programme),
        "reason": ReasonForm(),
    }
    return {
        name: refused if refused is not None and type(refused) is type(form) else form
        for name, form in forms.items()
    }
