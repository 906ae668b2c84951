"""A list from a workbook: download, upload, preview, confirm."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest
from sites import services
from sites.enums import Outcome
from sites.forms.rows import UploadForm
from sites.models import Filing
from sites.resources import Taken, take
from sites.template_workbook import template_of
from tables.table import Table

from .fetching import filing_or_404, open_filing


@login_required
def filing_template(request: StaffRequest, pk: int) -> FileResponse:
    """The list as a workbook, to fill in or to read."""
    filing = filing_or_404(request, pk)
    content = template_of(filing, services.selectable_units(filing))
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=_("List of %(list)s") % {"list": filing} + ".xlsx"
    )


@login_required
@require_http_methods(["GET", "POST"])
@open_filing
def filing_upload(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """Read a workbook and show what it would do; nothing is written yet.

    What was read is kept in the session, on the server, until it is confirmed.
    """
    if request.method == "GET":
        return render(request, "sites/filing_upload.html", {"filing": filing, "form": UploadForm()})
    request.session.pop(_key(filing), None)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "sites/filing_upload.html", {"filing": filing, "form": form}, status=422)
    table = form.cleaned_data["file"]
    taken = take(table=table, filing=filing, by=request.user, dry_run=True)
    if taken.is_clean:
        request.session[_key(filing)] = table.as_json()
    return _preview(request, filing, table, taken)


@login_required
@require_POST
@open_filing
def filing_confirm(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """Take the rows that were previewed; they are judged once more."""
    kept = request.session.pop(_key(filing), None)
    if kept is None:
        messages.error(request, _("There is no preview to confirm any more; upload the workbook again."))
        return redirect("sites:filing_upload", pk=filing.pk)
    table = Table.from_json(kept)
    taken = take(table=table, filing=filing, by=request.user, dry_run=False)
    if not taken.is_clean:
        return _preview(request, filing, table, taken)
    messages.success(
        request,
        _("Taken from the workbook: %(new)d new, %(changed)d changed, %(same)d unchanged.")
        % {
            "new": taken.count(Outcome.NEW),
            "changed": taken.count(Outcome.CHANGED),
            "same": taken.count(Outcome.UNCHANGED),
        },
    )
    return redirect(filing)


def _preview(request: StaffRequest, filing: Filing, table: Table, taken: Taken) -> HttpResponse:
    context = {
        "filing": filing,
        "table": table,
        "taken": taken,
        "warnings": services.count_problems(filing, taken.size) if taken.is_clean else [],
    }
    return render(request, "sites/filing_preview.html", context, status=200 if taken.is_clean else 422)


def _key(filing: Filing) -> str:
    return f"workbook-of-list-{filing.pk}"
