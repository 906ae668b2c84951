"""A sheet as a workbook: out, in again, and what became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.exported import handed_out
from accounts.http import StaffRequest
from accounts.models import User
from assessments.forms.workbooks import ChoiceForm, WorkbookForm
from assessments.marks import section_marks
from assessments.models import Deliberation, Sheet, SheetUpload
from assessments.pages.upload import UploadPage
from assessments.rules import may_write, writers
from assessments.services import uploads
from core.acting import Refusal

from .sheets import visible_sheet


@login_required
@require_safe
def sheet_workbook(request: StaffRequest, pk: int) -> HttpResponse:
    """The sheet to fill in, for who writes on it; for others who see it, to read."""
    from assessments.sheet_workbook.writing import workbook_of  # noqa: PLC0415  # openpyxl is loaded where a workbook is made

    sheet = visible_sheet(request.user, pk)
    told = Deliberation.objects.visible_to(request.user).filter(sheet=sheet)
    settled = set(told.values_list("item", flat=True))
    fillable = may_write(sheet, request.user)
    content = workbook_of(sheet, section_marks(sheet), settled=settled, fillable=fillable)
    about = {"site": sheet.assessment.site, "round": sheet.assessment.round}
    name = (
        _("%(site)s, %(round)s, score sheet") if fillable else _("%(site)s, %(round)s, score sheet to read")
    )
    return handed_out(content, f"{name % about}.xlsx", about=sheet)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_upload_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a filled-in workbook; what became of each row is said on the next page."""
    sheet = visible_sheet(request.user, pk)
    try:
        uploads.require_open_to(sheet, request.user)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = WorkbookForm(*sent, sheet=sheet, by=request.user)
        if form.is_valid():
            return redirect(uploads.take(sheet=sheet, filled=form.cleaned_data["file"], by=request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(sheet)
    earlier = sheet.uploads.select_related("by").with_waiting()[:10]
    context = {"sheet": sheet, "form": form, "earlier": earlier}
    status = 422 if form.errors else 200
    return render(request, "assessments/sheet_upload_form.html", context, status=status)


@login_required
@require_safe
def sheet_upload(request: StaffRequest, pk: int, upload_pk: int) -> HttpResponse:
    """What was taken of a workbook, and the rows that wait, each with both values."""
    page = UploadPage(_upload(request.user, pk, upload_pk))
    return render(request, "assessments/sheet_upload.html", {"page": page, "sheet": page.sheet})


@login_required
@require_POST
def sheet_upload_choose(request: StaffRequest, pk: int, upload_pk: int) -> HttpResponse:
    """The workbook's value or the stored one, for one row or for all that are shown."""
    upload = _upload(request.user, pk, upload_pk)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was chosen; reload the page and choose again."))
        return redirect(upload)
    is_mine = form.cleaned_data["choice"] == "mine"
    try:
        chosen = uploads.choose(
            upload=upload, shown=form.cleaned_data["shown"], mine=is_mine, by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(upload)
    _tell(request, chosen)
    return redirect(upload)


def _tell(request: StaffRequest, chosen: uploads.Chosen) -> None:
    if chosen.settled:
        told = ngettext("%(n)d row is settled.", "%(n)d rows are settled.", chosen.settled)
        messages.success(request, told % {"n": chosen.settled})
    if chosen.left:
        told = ngettext(
            "%(n)d row could not be taken; look at it once more.",
            "%(n)d rows could not be taken; look at them once more.",
            chosen.left,
        )
        messages.warning(request, told % {"n": chosen.left})


def _upload(user: User, pk: int, upload_pk: int) -> SheetUpload:
    """The upload, for who writes on its sheet: it may say what is on nobody else's page yet."""
    sheet: Sheet = visible_sheet(user, pk)
    if not writers(sheet).filter(pk=user.pk).exists():
        raise PermissionDenied
    upload = get_object_or_404(sheet.uploads.select_related("by"), pk=upload_pk)
    upload.sheet = sheet
    return upload
