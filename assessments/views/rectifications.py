"""Rectification: the list of sites, one site's findings as threads, and each step of a thread."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.acting import attempt, carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import require_office
from assessments.enums import FindingState
from assessments.forms import AnswerForm, RectificationFilter, TextForm
from assessments.models import Finding, FindingReply
from assessments.queries import findings_of, sites_with_findings
from assessments.services import rectification
from documents.papers import DocumentKind
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet
from sites.rules import is_own_unit

from .pages import PAGE, form_page, upload_limits


class RectificationList(LoginRequiredMixin, ListView[Site]):
    """The sites with findings, each with how many are open, answered, verified, overdue."""

    template_name = "assessments/rectification_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def get_queryset(self) -> SiteQuerySet:
        self.filter = RectificationFilter(self.request.GET)
        visible = Site.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        sites = sites_with_findings(visible, on=today())
        return self.filter.narrow(sites.select_related("organisation").order_by("stage_since", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@login_required
def rectification_detail(request: StaffRequest, site_pk: int) -> HttpResponse:
    """One site's findings, each with its thread, and the papers about them."""
    site = get_object_or_404(Site.objects.visible_to(request.user).select_related("organisation"), pk=site_pk)
    related = findings_of(site).select_related("item", "assessment__round")
    replies = Prefetch("replies", FindingReply.objects.select_related("by", "evidence"))
    findings = list(related.prefetch_related(replies, "replies__evidence__files"))
    rectifying = site.stage == Stage.RECTIFYING
    office = request.user.role == Role.OFFICE
    context = {
        "site": site,
        "findings": findings,
        "papers": site.documents.visible_to(request.user).filter(
            kind__in=(DocumentKind.RECTIFICATION_NOTICE, DocumentKind.RECTIFICATION_REPORT)
        ),
        "left": sum(finding.state != FindingState.VERIFIED for finding in findings),
        "rectifying": rectifying,
        "may_answer": rectifying and is_own_unit(request.user, site),
        "may_judge": rectifying and office,
        "may_reopen": office and site.stage == Stage.NOT_ACCEPTED,
    }
    return render(request, "assessments/rectification_detail.html", context)


@login_required
def finding_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """The unit says what it has done, with files."""
    finding = _finding(request.user, pk)
    if not is_own_unit(request.user, finding.assessment.site):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, request.FILES or None, limits=upload_limits())
    if form.is_valid() and carried_out(
        form, lambda: rectification.answer(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    return _finding_page(
        request, form, finding, title=_("Answer the finding"), submit_label=_("Send the answer")
    )


@login_required
def finding_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """The office says what is still wanting."""
    finding = _finding(request.user, pk)
    require_office(request.user)
    form = TextForm(request.POST or None, label=_("What is still wanting"))
    if form.is_valid() and carried_out(
        form, lambda: rectification.send_back(finding=finding, by=request.user, **form.cleaned_data)
    ):
        return redirect(finding)
    return _finding_page(request, form, finding, title=_("Send the answer back"), submit_label=_("Send back"))


@login_required
@require_POST
def finding_verify(request: StaffRequest, pk: int) -> HttpResponse:
    """The office has looked: the gap is closed."""
    finding = _finding(request.user, pk)
    attempt(
        request,
        lambda: rectification.verify(finding=finding, text=request.POST.get("text", ""), by=request.user),
        success=_("%(finding)s is verified.") % {"finding": finding},
    )
    return redirect(finding)


@login_required
@require_POST
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
    form = TextForm(request.POST or None, label=_("What is to be rectified"))
    if form.is_valid() and carried_out(
        form, lambda: rectification.reopen(site=site, reason=form.cleaned_data["text"], by=request.user)
    ):
        return redirect("assessments:rectification", site_pk=site.pk)
    return form_page(
        request,
        form,
        title=_("Reopen %(site)s for rectification") % {"site": site},
        lead=_("The text becomes a finding of the whole site, due by the rulebook's working days."),
        submit_label=_("Reopen"),
        cancel_url=site.get_absolute_url(),
    )


def _finding(user: User, pk: int) -> Finding:
    visible = Finding.objects.visible_to(user).select_related("item", "assessment__site__organisation")
    return get_object_or_404(visible, pk=pk)


def _finding_page(
    request: StaffRequest, form: TextForm, finding: Finding, *, title: str, submit_label: str
) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead=str(finding),
        finding=finding,
        submit_label=submit_label,
        cancel_url=finding.get_absolute_url(),
    )


def _acting_on(user: User) -> SiteQuerySet:
    """The sites a person sees, with what a step of the workflow looks at."""
    related = Site.objects.visible_to(user).select_related("programme", "organisation", "filing")
    return related.prefetch_related("programme__phases")
