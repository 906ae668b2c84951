"""Long tables and sheets to print: watching one being made, calling it off, fetching it."""

from pathlib import PurePath

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView
from django_htmx.http import HttpResponseClientRefresh

from accounts.http import StaffRequest, in_portal
from accounts.models import Export, ExportQuerySet
from accounts.models.exports import KEPT
from accounts.services.exports import still_holds
from audit.services import note_export
from core.enums import FileState
from core.stored import saved_to_disk
from tables.writing import CONTENT_TYPES, safe_name


class ExportList(LoginRequiredMixin, ListView[Export]):
    """My exports, the newest first."""

    template_name = "people/export_list.html"
    paginate_by = 50
    request: StaffRequest
    extra_context = {"kept_days": KEPT.days}

    def get_queryset(self) -> ExportQuerySet:
        return Export.objects.visible_to(self.request.user)


@login_required
@require_safe
def export_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One table: that it is being made, then its file, or why there is none."""
    export = _export_or_404(request, pk)
    context = {
        "export": export,
        "may_fetch": _may_fetch(request, export),
        "anew_url": in_portal(export.address),
    }
    return render(request, "people/export_detail.html", context)


@login_required
@require_safe
def export_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """That it is being made, asked for every second; the whole page once the worker is through."""
    export = _export_or_404(request, pk)
    if "HX-Request" not in request.headers:
        return redirect(export)
    if not export.is_pending:
        return HttpResponseClientRefresh()
    return render(request, "people/_export_progress.html", {"export": export})


@login_required
@require_safe
def export_download(request: StaffRequest, pk: int) -> FileResponse:
    """The table, while its owner is what they were when it was made; each download goes into the trail."""
    export = _export_or_404(request, pk)
    if not _may_fetch(request, export):
        raise Http404
    content_type = CONTENT_TYPES[PurePath(export.name).suffix]
    response = saved_to_disk(export.file, safe_name(export.name), content_type, sha256=export.sha256)
    note_export(export.about, name=export.name, rows=export.rows, query=export.query)
    return response


@login_required
@require_POST
def export_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    export = _export_or_404(request, pk)
    if export.cancel():
        messages.success(request, _("It is not made any more."))
    return redirect(export)


def _export_or_404(request: StaffRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)


def _may_fetch(request: StaffRequest, export: Export) -> bool:
    return export.state == FileState.READY and still_holds(export, request.user)
