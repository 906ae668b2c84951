"""Drafting: beginning a version, writing its own fields, throwing it away."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.rules import require_office
from core.acting import carried_out
from core.forms import Form
from standards import services
from standards.fingerprints import fingerprint
from standards.forms import DraftForm, RulebookForm, StandardForm
from standards.models import Rulebook, Standard

from .fetching import Text, draft_or_404, form_page, version_or_404

FORMS: dict[Text, type[forms.ModelForm[Any]]] = {Standard: StandardForm, Rulebook: RulebookForm}


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: StaffRequest, pk: int, text: Text) -> HttpResponse:
    """Begin a draft as a copy of a version."""
    version = version_or_404(text, pk, request.user)
    require_office(request.user)
    form = DraftForm(request.POST or None)
    made: list[Standard | Rulebook] = []
    if form.is_valid() and carried_out(
        form,
        lambda: made.append(services.draft_from(version=version, by=request.user, **form.cleaned_data)),
    ):
        return redirect(made[0])
    return form_page(
        request,
        version,
        form,
        title=_("Draft a new version"),
        lead=_("It begins as a copy of %(version)s. Nothing is measured by it until it is published.")
        % {"version": version},
        submit_label=_("Begin the draft"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int, text: Text) -> HttpResponse:
    """A draft's own fields: the head of a standard, a rulebook as a whole."""
    version = draft_or_404(text, pk, request.user)
    seen = fingerprint(version)
    form: forms.ModelForm[Any] = FORMS[text](request.POST or None, instance=version)
    if form.is_valid() and carried_out(
        form,
        lambda: services.revise(draft=version, values=form.cleaned_data, seen=seen, by=request.user),
    ):
        return redirect(version)
    return form_page(
        request,
        version,
        form,
        title=_("Change the draft") if text is Rulebook else _("Title and total of the draft"),
        submit_label=_("Save the draft"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: StaffRequest, pk: int, text: Text) -> HttpResponse:
    """Throw a draft away, once the office has said yes to it."""
    version = draft_or_404(text, pk, request.user)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(form, lambda: services.discard(draft=version, by=request.user)):
        return redirect("standards:versions")
    return form_page(
        request,
        version,
        form,
        title=_("Discard the draft “%(version)s”?") % {"version": version},
        lead=_("Everything written into it is lost. The versions that were published stay as they are."),
        submit_label=_("Discard the draft"),
        danger=True,
    )
