"""Acceptance: what is missing where, and one site's result from both sides."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias, TypedDict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import ListView
from django_stubs_ext import WithAnnotations

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_leading_group, require_city, require_office
from assessments.enums import RoundKind, Verdict
from assessments.forms import DecisionForm, FurtherFormForm, RecommendationForm
from assessments.models import Acceptance, FurtherForm, Sheet
from assessments.pages.acceptance import acceptance_page, results_of
from assessments.queries import appraisal_facts
from assessments.rules import reads_acceptances
from assessments.services import acceptance, further
from core.acting import carried_out
from core.forms import ReasonForm
from core.previews import previewed
from sites.chosen import chosen_programme
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet

from .pages import PAGE, form_page

STAGES = (Stage.RECTIFIED, Stage.ACCEPTED, Stage.NOT_ACCEPTED)


@dataclass(frozen=True)
class AcceptanceRow:
    """A site of the list and its newest result.

    It waits for sheet, appraisal, answers (more of them), recommendation, decision, reopening, or nothing.
    """

    site: Site
    result: Acceptance | None
    waits_for: str


class AcceptanceList(LoginRequiredMixin, UserPassesTestMixin, ListView[Site]):
    """The sites that are rectified or beyond, with what their acceptance still lacks."""

    template_name = "assessments/acceptance_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_acceptances(self.request.user)

    def get_queryset(self) -> SiteQuerySet:
        signed = (
            Sheet.objects.signed_finals()
            .filter(assessment__site=OuterRef("pk"), assessment__round__kind=RoundKind.ACCEPTANCE)
            .order_by("-assessment__round__ordinal")
        )
        sites = Site.objects.visible_to(self.request.user).filter(
            programme=chosen_programme(self.request), stage__in=STAGES
        )
        return sites.select_related("organisation").annotate(
            on_site=Subquery(signed.values("assessment")[:1]),
            spent_on=Subquery(signed.values("assessment__spent_on")[:1]),
            **appraisal_facts(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        results: dict[int, list[Acceptance]] = defaultdict(list)
        shown = Acceptance.objects.filter(assessment__site__in=[site.pk for site in context["page_obj"]])
        for result in shown.select_related("assessment").order_by("-pk"):
            results[result.assessment.site_id].append(result)
        return {**context, "rows": [_row(site, results[site.pk]) for site in context["page_obj"]]}


@login_required
def acceptance_detail(request: StaffRequest, site_pk: int) -> HttpResponse:
    """One site's on-site marks beside the inspection's, the office's part, the leading group's part."""
    site = get_object_or_404(Site.objects.visible_to(request.user).select_related("organisation"), pk=site_pk)
    require_city(request.user)
    return _page(request, site)


@login_required
@require_POST
def recommend(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The office recommends a result."""
    site = _site(request.user, site_pk)
    require_office(request.user)
    sheet = acceptance.on_site_sheet(site)
    if sheet is None:
        return redirect("assessments:acceptance", site_pk=site.pk)
    form = RecommendationForm(request.POST, rulebook=sheet.assessment.round.rulebook)
    if form.is_valid() and carried_out(form, lambda: _recommend(form, site, request.user)):
        return redirect("assessments:acceptance", site_pk=site.pk)
    return _page(request, site, recommendation_form=form)


@login_required
@require_POST
@previewed
def decide(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The leading group decides on the recommendation that waits."""
    site = _site(request.user, site_pk)
    if not is_leading_group(request.user):
        raise PermissionDenied
    waiting = next((result for result in results_of(site) if result.is_undecided), None)
    if waiting is None:  # an old page, or somebody was quicker
        messages.error(request, _("No recommendation waits for a decision; it may just have been decided."))
        return redirect("assessments:acceptance", site_pk=site.pk)
    form = DecisionForm(request.POST, site=site)
    if form.is_valid() and carried_out(
        form,
        lambda: acceptance.decide(
            acceptance=waiting,
            verdict=Verdict(form.cleaned_data["verdict"]),
            note=form.cleaned_data["note"],
            resolution=form.cleaned_data["resolution"],
            by=request.user,
        ),
    ):
        return redirect("assessments:acceptance", site_pk=site.pk)
    return _page(request, site, decision_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: StaffRequest, site_pk: int) -> HttpResponse:
    """A recommendation that was a mistake, taken back by who made it."""
    site = _site(request.user, site_pk)
    waiting = next((result for result in results_of(site) if result.is_undecided), None)
    if waiting is None or waiting.recommended_by_id != request.user.pk:
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: acceptance.recall(acceptance=waiting, reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, _("The recommendation is taken back; the leading group has been told."))
        return redirect("assessments:acceptance", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Take the recommendation back?"),
        lead=_("Another one can be made in its place. Possible until the leading group has decided."),
        submit_label=_("Take it back"),
        parent=str(site),
        cancel_url=reverse("assessments:acceptance", args=[site.pk]),
        danger=True,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def further_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """A further form of acceptance: symposium, unannounced visit, third party."""
    site = _site(request.user, site_pk)
    require_office(request.user)
    sheet = acceptance.on_site_sheet(site)
    rulebook = sheet.assessment.round.rulebook if sheet else site.programme.rulebook_used
    form = FurtherFormForm(request.POST or None, rulebook=rulebook)
    if form.is_valid() and carried_out(
        form, lambda: further.record(site=site, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is on record for the acceptance."))
        return redirect("assessments:acceptance", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Record a further form of acceptance"),
        lead=_("Possible until a result is recommended."),
        submit_label=_("Record"),
        parent=str(site),
        cancel_url=reverse("assessments:acceptance", args=[site.pk]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def further_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """One that was entered by mistake."""
    require_office(request.user)
    seen = FurtherForm.objects.visible_to(request.user).select_related("assessment__site")
    found = get_object_or_404(seen, pk=pk)
    site = found.assessment.site
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form, lambda: further.take_back(form=found, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, _("It is taken back; it counts no more."))
        return redirect("assessments:acceptance", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Take this entry back?"),
        submit_label=_("Take it back"),
        parent=str(site),
        cancel_url=reverse("assessments:acceptance", args=[site.pk]),
        danger=True,
    )


def _site(user: User, pk: int) -> Site:
    """The site with what the workflow looks at."""
    related = Site.objects.visible_to(user).select_related("programme", "organisation")
    site = get_object_or_404(related.prefetch_related("programme__phases"), pk=pk)
    require_city(user)
    return site


class _Standing(TypedDict):
    """What the list asks of each site: its newest signed on-site assessment, and how its appraisal went."""

    on_site: int | None
    spent_on: datetime.date | None
    answers: int | None
    answers_needed: int


_AcceptedSite: TypeAlias = "WithAnnotations[Site, _Standing]"


def _row(site: _AcceptedSite, results: Sequence[Acceptance]) -> AcceptanceRow:
    """`site` with its newest signed on-site assessment, and its results, the newest first."""
    newest = results[0] if results else None
    if site.stage != Stage.RECTIFIED:
        return AcceptanceRow(site, newest, "reopening" if site.stage == Stage.NOT_ACCEPTED else "")
    if site.on_site is None or site.spent_on:
        return AcceptanceRow(site, newest, "sheet")
    if newest and newest.is_undecided:
        return AcceptanceRow(site, newest, "decision")
    if site.answers is None:
        return AcceptanceRow(site, newest, "appraisal")
    enough = site.answers >= site.answers_needed
    return AcceptanceRow(site, newest, "recommendation" if enough else "answers")


def _recommend(form: RecommendationForm, site: Site, by: User) -> Acceptance:
    entered = form.cleaned_data
    return acceptance.recommend(
        site=site,
        extras=acceptance.Extras(
            bonus=entered["bonus"] or Decimal(0),
            bonus_grounds=entered["bonus_grounds"],
            veto_reason=entered["veto_reason"],
            veto_grounds=entered["veto_grounds"],
        ),
        verdict=Verdict(entered["verdict"]),
        opinion=entered["opinion"],
        by=by,
    )


def _page(
    request: StaffRequest,
    site: Site,
    *,
    recommendation_form: RecommendationForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    """The site's acceptance; each side's form only where it is that side's turn."""
    page = acceptance_page(site, request.user)
    if page.may_recommend and page.rulebook:
        recommendation_form = recommendation_form or RecommendationForm(rulebook=page.rulebook)
    if page.may_decide and page.waiting:
        decision_form = decision_form or DecisionForm(
            initial={"verdict": page.waiting.recommendation}, site=site
        )
    context = {
        "site": site,
        "page": page,
        "recommendation_form": recommendation_form,
        "decision_form": decision_form,
        "may_recall": page.waiting is not None and page.waiting.recommended_by_id == request.user.pk,
    }
    failed = any(form and form.errors for form in (recommendation_form, decision_form))
    return render(request, "assessments/acceptance_detail.html", context, status=422 if failed else 200)
