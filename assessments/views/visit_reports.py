"""The report of a visit: making it at the counter, reading it, its signed paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from accounts.models import User
from assessments.forms import VisitReportForm
from assessments.models import Assessment, Score, VisitPaper, VisitReport
from assessments.pages.visit_report import report_sheet
from assessments.services import visit_reports
from audit.services import note_export
from core.acting import carried_out
from core.stored import saved_to_disk
from sites.calendar import today
from sites.models import Site
from standards.models import Item


def led_visit(user: User, pk: int) -> Assessment:
    """The visit of whoever may report on it."""
    sent = Assessment.objects.visible_to(user).filter(assignment__isnull=False)
    visit = get_object_or_404(sent.select_related("site__organisation", "round", "assignment__team"), pk=pk)
    if not visit_reports.may_report(visit, user):
        raise PermissionDenied
    return visit


@login_required
def visit_report_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Whoever leads the team fills it in, the unit's person says yes or no to each gap and signs.

    A phone that keeps the page fills it in without a network from the sheet it keeps (visit-report-kept.js).
    """
    visit = led_visit(request.user, pk)
    former = visit_reports.newest_of(visit)
    members = visit.assignment.team.members.select_related("user__organisation")
    form = VisitReportForm(
        request.POST or None,
        request.FILES or None,
        noted=visit_reports.noted(visit, request.user),
        initial={
            "visited_on": visit.assignment.visit_on or today(),
            "present": "\n".join(f"{member.user.name}（{member.user.organisation}）" for member in members),
        },
    )

    def verb() -> None:
        made.append(
            visit_reports.sign(assessment=visit, filled=form.filled(), corrects=former, by=request.user)
        )

    made: list[VisitReport] = []
    if form.is_valid() and carried_out(form, verb):
        messages.success(request, _("The report is signed and on file; the unit and the office are told."))
        return redirect(made[0])
    context = {
        "visit": visit,
        "former": former,
        "form": form,
        "any_gap": VisitReportForm(noted=[Score(item=Item(pk=0))]),
        "kept": report_sheet(visit, request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessments/visit_report_form.html", context, status=status)


@login_required
@require_safe
def visit_report(request: StaffRequest, pk: int) -> HttpResponse:
    """One report as it was signed, made to be printed."""
    related = ("assessment__site__organisation", "assessment__round", "assessment__assignment__team")
    seen = VisitReport.objects.visible_to(request.user)
    seen = seen.select_related(*related, "made_by", "corrects", "corrected_by", "paper")
    report = get_object_or_404(seen.prefetch_related("findings__item"), pk=pk)
    may_correct = not hasattr(report, "corrected_by") and visit_reports.may_report(
        report.assessment, request.user
    )
    context = {"report": report, "site": report.assessment.site, "may_correct": may_correct}
    return render(request, "assessments/visit_report.html", context)


@login_required
@require_safe
def visit_report_list(request: StaffRequest, site_pk: int) -> HttpResponse:
    """The reports of a site's visits, the newest first."""
    site = get_object_or_404(Site.objects.visible_to(request.user).select_related("organisation"), pk=site_pk)
    seen = VisitReport.objects.visible_to(request.user).filter(assessment__site=site)
    reports = seen.select_related("assessment__round", "made_by", "corrected_by")
    return render(request, "assessments/visit_report_list.html", {"site": site, "reports": reports})


@login_required
@require_safe
def visit_paper(request: StaffRequest, pk: int) -> FileResponse:
    """The paper that was signed, for whoever sees its report."""
    paper = get_object_or_404(VisitPaper.objects.visible_to(request.user), pk=pk)
    response = saved_to_disk(paper.file, paper.name, paper.content_type, sha256=paper.sha256)
    note_export(paper, name=paper.name)
    return response
