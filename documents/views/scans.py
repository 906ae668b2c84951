"""签批单 and 盖章件: printed, scanned, entered, compared, fetched."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.exported import printed
from accounts.http import StaffRequest
from accounts.rules import require_office
from audit.services import note_export
from core.acting import attempt, carried_out
from core.stored import saved_to_disk
from documents.enums import DraftState
from documents.forms import PenSignatureForm, SendBackForm, StampedScanForm
from documents.models import Document, Draft, PenSignature, StampedScan
from documents.pen_sheets import pen_sheet
from documents.services import scans


@login_required
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """签批单 of a draft, to be signed with a pen."""
    draft = _draft(request, pk)
    require_office(request.user)
    if draft.state != DraftState.SIGNING:
        return redirect(draft)
    return printed(request, f"签批单 {draft}.pdf", lambda: pen_sheet(draft), about=draft)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: StaffRequest, pk: int) -> HttpResponse:
    """The signed sheet's scan, who signed it and when."""
    draft = _draft(request, pk)
    require_office(request.user)
    if draft.state != DraftState.SIGNING:
        return redirect(draft)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PenSignatureForm(*sent, draft=draft)
    if form.is_valid() and carried_out(
        form, lambda: scans.enter_pen_signature(draft=draft, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is entered; it holds once a colleague has compared it."))
        return redirect(draft)
    context = {"form": form, "draft": draft}
    return render(request, "documents/pen_signature_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def compare(request: StaffRequest, pk: int) -> HttpResponse:
    """The scan beside what was entered from it."""
    return _compare_page(request, _signature(request, pk))


@login_required
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    found = _signature(request, pk)
    attempt(
        request,
        lambda: scans.confirm_pen_signature(signature=found, by=request.user),
        success=_("It is signed: the papers have their numbers."),
    )
    return redirect(found)


@login_required
@require_POST
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = _signature(request, pk), SendBackForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: scans.refuse_pen_signature(signature=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It does not hold: the sheet is entered anew."))
        return redirect(found)
    return _compare_page(request, found, form)


@login_required
@require_safe
def pen_scan(request: StaffRequest, pk: int) -> FileResponse:
    """The signed sheet, always as a download."""
    found = get_object_or_404(PenSignature.objects.visible_to(request.user), pk=pk)
    response = saved_to_disk(found.scan, found.scan_name, sha256=found.scan_sha256)
    note_export(found, name=found.scan_name)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stamp(request: StaffRequest, pk: int) -> HttpResponse:
    """File the scan of a sealed paper."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    require_office(request.user)
    form = StampedScanForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and carried_out(
        form, lambda: scans.file_stamped_scan(document=document, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The scan is filed with the paper."))
        return redirect(document)
    context = {"form": form, "document": document}
    return render(request, "documents/stamped_scan_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def stamped(request: StaffRequest, pk: int) -> FileResponse:
    """The sealed paper's scan, always as a download."""
    found = get_object_or_404(StampedScan.objects.visible_to(request.user), pk=pk)
    response = saved_to_disk(found.scan, found.scan_name, sha256=found.scan_sha256)
    note_export(found, name=found.scan_name)
    return response


def _compare_page(
    request: StaffRequest, found: PenSignature, form: SendBackForm | None = None
) -> HttpResponse:
    require_office(request.user)
    if not PenSignature.objects.waiting().filter(pk=found.pk).exists():
        return redirect(found)
    context = {"found": found, "draft": found.draft, "form": form or SendBackForm()}
    return render(request, "documents/pen_signature.html", context, status=422 if form else 200)


def _draft(request: StaffRequest, pk: int) -> Draft:
    related = ("motion", "programme", "drafted_by", "checked_by")
    return get_object_or_404(Draft.objects.visible_to(request.user).select_related(*related), pk=pk)


def _signature(request: StaffRequest, pk: int) -> PenSignature:
    related = ("draft__motion", "signer", "entered_by", "resolution")
    return get_object_or_404(PenSignature.objects.visible_to(request.user).select_related(*related), pk=pk)
