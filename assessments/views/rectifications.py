"""Rectification: the list of sites, one site's findings as threads, and the steps of the site as a whole."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import OfCampaign, StaffRequest
from accounts.models import Motion, User
from accounts.rules import is_office, require_city, require_office, sees_city
from accounts.services import motions
from assessments.enums import RoundKind
from assessments.forms import RectificationFilter, ReopenForm, SummaryForm
from assessments.models import Round, UnitSummary
from assessments.pages.rectification import rectification_page
from assessments.queries import sites_with_findings
from assessments.services import hearing, rectification
from assessments.services.round_reports import ROUND_REPORT, drawn_up, round_reports
from core.acting import Refusal, attempt, carried_out
from core.previews import previewed
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import Site
from sites.models.sites import SiteQuerySet
from sites.rules import is_own_unit

from .pages import PAGE, form_page


class RectificationList(OfCampaign, ListView[Site]):
    """The sites with findings, each with how many are put, open, answered, verified, overdue."""

    template_name = "assessments/rectification_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> SiteQuerySet:
        self.filter = RectificationFilter(self.request.GET)
        visible = Site.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        sites = sites_with_findings(visible, on=today())
        return self.filter.narrow(sites.select_related("organisation").order_by("stage_since", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rounds = Round.objects.filter(programme=chosen_programme(self.request), kind=RoundKind.INSPECTION)
        reports_on = list(rounds) if sees_city(self.request.user) else []
        return super().get_context_data(filter=self.filter, reports_on=reports_on, **kwargs)


@login_required
def rectification_detail(request: StaffRequest, site_pk: int) -> HttpResponse:
    """One site's findings, each with its thread, and the papers about them."""
    related = Site.objects.visible_to(request.user).select_related("organisation", "rectification_summary")
    site = get_object_or_404(related, pk=site_pk)
    page = rectification_page(site, request.user)
    return render(request, "assessments/rectification_detail.html", {"site": site, "page": page})


@login_required
@require_POST
def findings_agree(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The unit agrees with whatever it has not commented on."""
    site = get_object_or_404(_acting_on(request.user), pk=site_pk)
    attempt(
        request,
        lambda: hearing.agree_to_rest(site=site, by=request.user),
        success=_("You have agreed with every finding that was left."),
    )
    return redirect("assessments:rectification", site_pk=site.pk)


@login_required
@require_POST
def notice_issue(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The unit has been heard: the rectification notice is drafted."""
    site = get_object_or_404(_acting_on(request.user), pk=site_pk)
    attempt(
        request,
        lambda: motions.move(kind=hearing.NOTICE, record=site, values={}, by=request.user),
        success=_(motions.MOVED),
    )
    return redirect("assessments:rectification", site_pk=site.pk)


@login_required
def unit_summary(request: StaffRequest, site_pk: int) -> HttpResponse:
    """What the unit says of its rectification as a whole."""
    site = get_object_or_404(_acting_on(request.user), pk=site_pk)
    if not is_own_unit(request.user, site):
        raise PermissionDenied
    written = UnitSummary.objects.filter(site=site).first()
    form = SummaryForm(request.POST or None, written=written)
    if form.is_valid() and carried_out(
        form, lambda: rectification.summarise(site=site, by=request.user, **form.cleaned_data)
    ):
        return redirect("assessments:rectification", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Summary of the rectification"),
        lead=_("The report to the leading group quotes it. It can be changed until the office closes."),
        submit_label=_("Save"),
        parent=str(site),
        cancel_url=reverse("assessments:rectification", args=[site.pk]),
    )


@login_required
@require_POST
@previewed
def rectification_close(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The office closes the site's rectification; the leading group gets the written report."""
    site = get_object_or_404(_acting_on(request.user), pk=site_pk)
    attempt(
        request,
        lambda: rectification.close(site=site, by=request.user),
        success=_("The rectification is closed; the report to the leading group is being made."),
    )
    return redirect("assessments:rectification", site_pk=site.pk)


@login_required
def reopen(request: StaffRequest, site_pk: int) -> HttpResponse:
    """A site that was not accepted goes back to rectification."""
    site = get_object_or_404(_acting_on(request.user), pk=site_pk)
    require_office(request.user)
    form = ReopenForm(request.POST or None, scores=rectification.failed_on(site))
    if form.is_valid() and carried_out(
        form, lambda: rectification.reopen(site=site, by=request.user, **form.wanted())
    ):
        return redirect("assessments:rectification", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Reopen %(site)s for rectification") % {"site": site},
        lead=_(
            "What the sheet it failed on has below full marks becomes findings, due by the rulebook's "
            "working days. Once they are answered and verified, a team visits the site anew."
        ),
        submit_label=_("Reopen"),
        parent=str(site),
        cancel_url=site.get_absolute_url(),
    )


@login_required
def round_rectification(request: StaffRequest, pk: int) -> HttpResponse:
    """A round's reports on its rectification; the office drafts the next one here."""
    inspection = get_object_or_404(Round.objects.filter(kind=RoundKind.INSPECTION), pk=pk)
    require_city(request.user)
    if request.method == "POST":
        attempt(
            request,
            lambda: motions.move(kind=ROUND_REPORT, record=inspection, values={}, by=request.user),
            success=_(motions.MOVED),
        )
        return redirect("assessments:round_rectification", pk=inspection.pk)
    context = {
        "round": inspection,
        "papers": round_reports(inspection).visible_to(request.user),
        "may_issue": is_office(request.user),
        "motions": Motion.objects.open().about(inspection).filter(kind=ROUND_REPORT),
        "held_back": _held_back(inspection, request.user) if is_office(request.user) else "",
        "aside": inspection.assessments.filter(site__in=request.user.recused_sites()).exists(),
    }
    return render(request, "assessments/round_rectification.html", context)


def _held_back(inspection: Round, reader: User) -> str:
    """Why the office cannot issue the report now; empty where it can."""
    try:
        drawn_up(inspection, reader)
    except ValidationError as error:
        return " ".join(error.messages)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _acting_on(user: User) -> SiteQuerySet:
    """The sites a person sees, with what a step of the workflow looks at."""
    related = Site.objects.visible_to(user).select_related("programme", "organisation", "filing")
    return related.prefetch_related("programme__phases")
