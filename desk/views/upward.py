"""Reports upward at the desk: a phase each, from its draft to the day it was sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.rules import is_office, require_city, require_office
from accounts.services import motions
from core.acting import attempt, carried_out
from desk.models import UpwardReport
from desk.upward import services
from desk.upward.forms import SentForm, UpwardReportForm
from sites.calendar import today
from sites.chosen import programme_or_404
from sites.models import Phase


@login_required
@require_safe
def upward_reports(request: StaffRequest) -> HttpResponse:
    """The phases of a programme, each with its report."""
    require_city(request.user)
    programme = programme_or_404(request)
    reports = UpwardReport.objects.visible_to(request.user).select_related("document")
    known = {report.phase_id: report for report in reports.filter(phase__programme=programme)}
    rows = [(phase, known.get(phase.pk), phase.last_day < today()) for phase in programme.phases.all()]
    return render(request, "desk/upward_reports.html", {"rows": rows})


@login_required
@require_safe
def upward_report(request: StaffRequest, pk: int) -> HttpResponse:
    """The report on a phase, or that there is none yet."""
    phase, report = _found(request, pk)
    office, moved = is_office(request.user), Motion.objects.none()
    whole = services.counts_all(phase, request.user)
    if report:
        moved = Motion.objects.open().about(report).select_related("proposed_by")
    context = {
        "phase": phase,
        "report": report,
        "motions": moved,
        "is_over": phase.last_day < today(),
        "may_write": office and not (report and report.is_issued) and not moved and whole,
        "may_propose": office and report and not report.is_issued and not moved,
        "may_send": office and report and report.is_issued,
    }
    return render(request, "desk/upward_report.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upward_write(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the report, or change the draft."""
    require_office(request.user)
    phase, report = _found(request, pk)
    is_shut = phase.last_day >= today() or (report and report.is_issued)
    if is_shut or not services.counts_all(phase, request.user):
        raise PermissionDenied
    form = UpwardReportForm(request.POST or None, report=report)
    if form.is_valid() and carried_out(form, lambda: _write(form, phase, report, request)):
        messages.success(request, _("The draft is kept, with the figures of today."))
        return redirect("desk:upward_report", phase.pk)
    context = {"form": form, "phase": phase, "report": report}
    return render(request, "desk/upward_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def upward_propose(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the draft before the leading group."""
    require_office(request.user)
    _phase, report = _found(request, pk)
    if report:
        attempt(
            request,
            lambda: motions.move(kind=services.ISSUE, record=report, values={}, by=request.user),
            success=_(motions.MOVED),
        )
    return redirect("desk:upward_report", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upward_sent(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep how the paper went out."""
    require_office(request.user)
    phase, report = _found(request, pk)
    if report is None or not report.is_issued:
        raise PermissionDenied
    form = SentForm(request.POST or None, report=report)
    if form.is_valid() and carried_out(
        form, lambda: services.record_sent(report=report, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is on record how the report was sent."))
        return redirect("desk:upward_report", phase.pk)
    context = {"form": form, "phase": phase, "report": report}
    return render(request, "desk/upward_sent.html", context, status=422 if form.errors else 200)


def _found(request: StaffRequest, pk: int) -> tuple[Phase, UpwardReport | None]:
    require_city(request.user)
    phase = get_object_or_404(Phase.objects.select_related("programme"), pk=pk)
    seen = UpwardReport.objects.visible_to(request.user).select_related("document", "drafted_by")
    return phase, seen.filter(phase=phase).first()


def _write(form: UpwardReportForm, phase: Phase, report: UpwardReport | None, request: StaffRequest) -> None:
    if report:
        services.revise(report=report, words=form.cleaned_data, by=request.user)
    else:
        services.draft(phase=phase, words=form.cleaned_data, by=request.user)
