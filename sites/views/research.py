"""Research visits of the office: recorded, and taken into guidance or a draft."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office, sees_city
from core.acting import answered, carried_out
from core.forms import ReasonForm
from sites.chosen import chosen_programme, programme_or_404
from sites.forms.research import GuideFromForm, IntoDraftForm, ResearchForm
from sites.models import Research
from sites.services import research as services


class ResearchList(LoginRequiredMixin, ListView[Research]):
    """The visits of a programme, newest first."""

    request: StaffRequest
    template_name = "sites/research_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Research]:
        if not sees_city(self.request.user):
            raise Http404
        seen = Research.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        counted = seen.annotate(outcome_count=Count("outcomes")).prefetch_related("sites")
        return counted.order_by("-on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_record=is_office(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def research_add(request: StaffRequest) -> HttpResponse:
    """Put a visit on record."""
    require_office(request.user)
    form = ResearchForm(
        request.POST or None, programme=programme_or_404(request), research=None, by=request.user
    )
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The visit is on record."))
        return redirect(form.saved)
    return _form_page(request, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def research_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct what is on record."""
    require_office(request.user)
    found = _visible(request, pk)
    form = ResearchForm(request.POST or None, programme=found.programme, research=found, by=request.user)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The visit is corrected."))
        return redirect(found)
    return _form_page(request, form, found)


@login_required
@require_safe
def research(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def research_guide(request: StaffRequest, pk: int) -> HttpResponse:
    """Guidance to a site out of what was found."""
    require_office(request.user)
    found = _visible(request, pk)
    form = GuideFromForm(request.POST, research=found, by=request.user)
    return answered(
        request,
        form,
        lambda: services.guide_from(research=found, by=request.user, **form.cleaned_data),
        success=_("The guidance is recorded; the unit has been told."),
        to=found,
        page=lambda: _page(request, found, guide=form),
    )


@login_required
@require_POST
def research_into_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """A change in a draft because of it."""
    require_office(request.user)
    found, form = _visible(request, pk), IntoDraftForm(request.POST, auto_id="id_draft_%s")
    return answered(
        request,
        form,
        lambda: services.take_into_draft(research=found, by=request.user, **form.cleaned_data),
        success=_("It is on record what was changed in the draft."),
        to=found,
        page=lambda: _page(request, found, draft=form),
    )


@login_required
@require_POST
def research_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing follows from it."""
    require_office(request.user)
    found, form = _visible(request, pk), ReasonForm(request.POST)
    return answered(
        request,
        form,
        lambda: services.close(research=found, by=request.user, **form.cleaned_data),
        success=_("It is on record that nothing follows from this visit."),
        to=found,
        page=lambda: _page(request, found, close=form),
    )


def _visible(request: StaffRequest, pk: int) -> Research:
    seen = Research.objects.visible_to(request.user).select_related("programme", "by")
    return get_object_or_404(seen, pk=pk)


def _page(request: StaffRequest, found: Research, **refused: forms.Form) -> HttpResponse:
    outcomes = found.outcomes.select_related("guidance__site", "standard", "rulebook", "by")
    shown: dict[str, forms.Form] = {}
    if is_office(request.user) and not found.nothing_follows:
        shown["guide"] = GuideFromForm(research=found, by=request.user)
        if (into := IntoDraftForm(auto_id="id_draft_%s")).drafts:
            shown["draft"] = into
        if not outcomes:
            shown["close"] = ReasonForm()
    context = {
        "research": found,
        "outcomes": outcomes,
        "forms": shown | refused,
        "may_record": is_office(request.user),
    }
    return render(request, "sites/research_detail.html", context, status=422 if refused else 200)


def _form_page(request: StaffRequest, form: ResearchForm, found: Research | None = None) -> HttpResponse:
    context = {"form": form, "research": found}
    return render(request, "sites/research_form.html", context, status=422 if form.errors else 200)
