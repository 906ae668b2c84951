"""Whole registers from a file: download, upload, progress, preview, confirm or discard."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.exported import exported, handed_out
from accounts.http import StaffRequest
from accounts.rules import require_office
from core.acting import attempt
from sites.enums import JobState, Outcome, Register
from sites.forms.registers import LineFilter, RegisterForm
from sites.models import ImportJob
from sites.registers import REGISTRARS, preview
from sites.services import imports
from sites.services.undoing import Undone
from tables.table import COMPLAINTS
from tables.writing import CSV as CSV_TYPE
from tables.writing import csv, xlsx

PAGE = 50
WRONG_FIRST = Case(When(outcome=Outcome.WRONG, then=0), default=1)


@login_required
@require_http_methods(["GET", "POST"])
def import_list(request: StaffRequest) -> HttpResponse:
    """What the office has loaded so far, and the form for the next file."""
    require_office(request.user)
    form = RegisterForm(request.POST, request.FILES) if request.method == "POST" else RegisterForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        job = imports.start_import(register=form.cleaned_data["register"], upload=upload, by=request.user)
        return redirect(job)
    jobs = ImportJob.objects.visible_to(request.user).select_related("by")
    context = {
        "form": form,
        "registers": Register,
        "page_obj": Paginator(jobs, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "sites/import_list.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def register_export(request: StaffRequest, register: str) -> HttpResponse:
    """All rows of a register, every column: to read, or to change and upload again."""
    require_office(request.user)
    if register not in REGISTRARS:
        raise Http404
    registrar = REGISTRARS[register](by=request.user)
    name = str(Register(register).label)
    if request.GET.get("format") == "csv":
        content = csv(registrar.columns, registrar.rows())
        return handed_out(content, f"{name}.csv", CSV_TYPE, about=ImportJob)
    places = [column.field for column in registrar.columns]
    offers = {places.index(field): texts for field, texts in registrar.offers().items()}
    content = xlsx(registrar.columns, registrar.rows(), name, offers)
    return handed_out(content, f"{name}.xlsx", about=ImportJob)


@login_required
@require_safe
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One import: its progress, then its preview, then what came of it."""
    job = _job_or_404(request, pk)
    columns = REGISTRARS[job.register].columns
    line_filter = LineFilter(request.GET, columns=tuple(column.field for column in columns))
    lines = line_filter.narrow(job.lines.all()).order_by(WRONG_FIRST, "number")
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "job": job,
        "counts": [(outcome, job.counts.get(outcome, 0)) for outcome in Outcome],
        "right": sum(job.counts.get(outcome, 0) for outcome in Outcome.WRITTEN),
        "may_confirm": job.state == JobState.PREVIEWED and job.by == request.user,
        "may_discard": job.state in (JobState.READING, JobState.PREVIEWED),
        "may_undo": job.state == JobState.DONE and any(job.counts.get(one) for one in Outcome.WRITTEN),
        "undone": Undone(**job.undone),
        "filter": line_filter,
        "page_obj": page,
        "heads": [column.head for column in columns],
        "rows": [preview.row(line, columns) for line in page],
    }
    return render(request, "sites/import_detail.html", context)


@login_required
@require_safe
def import_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The progress bar alone, asked for every second; the whole page once the worker is through."""
    job = _job_or_404(request, pk)
    if "HX-Request" not in request.headers:
        return redirect(job)
    if not job.is_pending:
        return HttpResponseClientRefresh()
    return render(request, "sites/_import_progress.html", {"job": job})


@login_required
@require_POST
def import_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    job = _job_or_404(request, pk)
    attempt(
        request,
        lambda: imports.confirm_import(job=job, by=request.user),
        success=_("The right rows are being taken."),
    )
    return redirect(job)


@login_required
@require_POST
def import_discard(request: StaffRequest, pk: int) -> HttpResponse:
    job = _job_or_404(request, pk)
    attempt(
        request,
        lambda: imports.discard_import(job=job, by=request.user),
        success=_("The import was discarded; nothing was written."),
    )
    return redirect("sites:imports")


@login_required
@require_POST
def import_undo(request: StaffRequest, pk: int) -> HttpResponse:
    job = _job_or_404(request, pk)
    attempt(
        request,
        lambda: imports.undo_import(job=job, by=request.user),
        success=_("What this import wrote is being undone."),
    )
    return redirect(job)


@login_required
@require_safe
def import_errors(request: StaffRequest, pk: int) -> HttpResponse:
    """The wrong rows with what is wrong beside each: mended, the file is uploaded again."""
    job = _job_or_404(request, pk)
    columns = REGISTRARS[job.register].columns
    wrong = job.lines.filter(outcome=Outcome.WRONG)
    rows = (preview.error_row(line, columns) for line in wrong.iterator(chunk_size=1000))
    name = _("%(register)s to be mended") % {"register": job.get_register_display()}
    return exported(request, name, [*columns, COMPLAINTS], rows, about=job)


def _job_or_404(request: StaffRequest, pk: int) -> ImportJob:
    require_office(request.user)
    jobs = ImportJob.objects.visible_to(request.user).select_related("by", "undone_by")
    return get_object_or_404(jobs, pk=pk)
