"""A list from a workbook and as one: template, export, upload, preview, confirm, undo."""

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.exported import exported, handed_out
from accounts.http import StaffRequest
from core.acting import Refusal
from sites import services
from sites.enums import Outcome
from sites.forms.rows import UploadForm
from sites.kept_upload import KeptUpload, forget, keep, keep_as_judged, keep_as_taken, kept_upload
from sites.list_import import judge, take_previewed
from sites.models import Filing
from sites.site_fields import columns_of, texts_of
from sites.taken import Taken, beside_preview
from tables.table import Table

from .fetching import filing_or_404, open_filing, own_filing


@login_required
@require_safe
def filing_template(request: StaffRequest, pk: int) -> HttpResponse:
    """The list as a workbook to fill in."""
    from sites.template_workbook import template_of  # noqa: PLC0415  # openpyxl is loaded where a workbook is made

    filing = filing_or_404(request, pk)
    name = _("List of %(list)s") % {"list": filing}
    return handed_out(template_of(filing), f"{name}.xlsx", about=filing)


@login_required
@require_safe
def filing_export(request: StaffRequest, pk: int) -> HttpResponse:
    """The list as a plain table, as xlsx or csv."""
    filing = filing_or_404(request, pk)
    columns = columns_of(filing.level)
    rows = ([texts[column.field] for column in columns] for texts in map(texts_of, services.rows_of(filing)))
    return exported(request, _("List of %(list)s") % {"list": filing}, columns, rows, about=filing)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@open_filing
def filing_upload(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """Read a workbook; the preview says what it would do, and nothing is written yet."""
    if request.method != "POST":
        return _upload_page(request, filing, UploadForm(level=filing.level))
    forget(request.session, filing)
    form = UploadForm(request.POST, request.FILES, level=filing.level)
    if not form.is_valid():
        return _upload_page(request, filing, form, status=422)
    keep(request.session, filing, form.cleaned_data["file"], str(request.FILES["file"]))
    return redirect("sites:filing_preview", pk=filing.pk)


@login_required
@require_safe
@open_filing
def filing_preview(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """What the workbook would do; it waits until it is confirmed, and is held to what this page says."""
    kept = kept_upload(request.session, filing)
    if kept is None or not kept.is_waiting:
        return _nothing_waits(request, filing)
    taken = judge(table=kept.table, filing=filing, by=request.user)
    keep_as_judged(request.session, filing, kept, taken)
    context = {
        "filing": filing,
        "table": kept.table,
        "taken": beside_preview(taken, kept.previewed),
        "warnings": services.count_problems(filing, taken.size) if taken.right else [],
    }
    return render(request, "sites/filing_preview.html", context)


@login_required
@require_POST
@open_filing
def filing_confirm(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """Take the rows that were previewed and are right; what changed meanwhile is previewed again."""
    kept = kept_upload(request.session, filing)
    if kept is None or not kept.is_waiting:
        return _nothing_waits(request, filing)
    taken, left = take_previewed(
        table=kept.right,
        previewed=kept.previewed,
        filing=filing,
        by=request.user,
        file_name=kept.file_name,
    )
    if left.lines:
        _keep_left(request, filing, kept, taken, left)
        return redirect("sites:filing_preview", pk=filing.pk)
    keep_as_taken(request.session, filing, kept)
    messages.success(request, _say_taken(taken))
    return redirect("sites:filing_upload", pk=filing.pk) if kept.complaints else redirect(filing)


@login_required
@require_safe
@open_filing
def filing_errors(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """The uploaded workbook with what is wrong in a last column."""
    from sites.template_workbook import mended_template  # noqa: PLC0415  # openpyxl, as above

    kept = kept_upload(request.session, filing)
    if kept is None or not kept.complaints:
        messages.error(request, _("There is no workbook to mend any more; upload it again."))
        return redirect("sites:filing_upload", pk=filing.pk)
    name = _("%(name)s, to be mended") % {"name": Path(kept.file_name).stem}
    return handed_out(mended_template(filing, kept.table, kept.complaints), f"{name}.xlsx", about=filing)


@login_required
@require_POST
@own_filing
def batch_undo(request: StaffRequest, filing: Filing, batch_pk: int) -> HttpResponseBase:
    """Undo one import."""
    batch = get_object_or_404(filing.import_batches.select_related("filing"), pk=batch_pk)
    try:
        undone = services.undo_batch(batch=batch, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(filing)
    messages.success(request, undone.told)
    if undone.left:
        messages.warning(request, undone.told_of_left)
    return redirect(filing)


def _nothing_waits(request: StaffRequest, filing: Filing) -> HttpResponse:
    messages.error(request, _("There is no preview to confirm any more; upload the workbook again."))
    return redirect("sites:filing_upload", pk=filing.pk)


def _upload_page(request: StaffRequest, filing: Filing, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"filing": filing, "form": form, "kept": kept_upload(request.session, filing)}
    return render(request, "sites/filing_upload.html", context, status=status)


def _keep_left(request: StaffRequest, filing: Filing, kept: KeptUpload, taken: Taken, left: Table) -> None:
    """Tell what was taken; rows that would do something else by now wait, with those that were wrong."""
    if taken.rows:
        messages.success(request, _say_taken(taken))
    told = ngettext(
        "%(n)d row was left: its record has changed since the preview. Look at it and confirm again.",
        "%(n)d rows were left: their records have changed since the preview. Look at them and confirm again.",
        len(left.lines),
    )
    messages.warning(request, told % {"n": len(left.lines)})
    numbers = {line.number for line in left.lines} | kept.complaints.keys()
    keep(request.session, filing, kept.table.only(numbers), kept.file_name, previewed=kept.previewed)


def _say_taken(taken: Taken) -> str:
    return _("Taken from the workbook: %(new)d new, %(changed)d changed, %(same)d unchanged.") % {
        "new": taken.count(Outcome.NEW),
        "changed": taken.count(Outcome.CHANGED),
        "same": taken.count(Outcome.UNCHANGED),
    }
