"""The final sheet's signature, its unlocking, and the versions that were signed before."""

from itertools import groupby
from operator import itemgetter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from accounts.models import Motion, User
from accounts.rules import require_office
from accounts.services import motions
from assessments.enums import MarkState, RoundKind, SheetRole
from assessments.forms import SignForm, UnlockForm
from assessments.models import Sheet
from assessments.pages.sheet import open_sheet
from assessments.queries import items_below_full
from assessments.rules import leads
from assessments.services import signing
from assessments.services.signature_conditions import guards
from core.acting import carried_out

from .pages import form_page
from .sheets import visible_sheet


@login_required
def sheet_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """The leader signs; in an inspection each item below full marks gets its gap and opinion here."""
    sheet = visible_final(request.user, pk)
    if not leads(sheet.assessment, request.user):
        raise PermissionDenied
    if not sheet.is_draft:
        return redirect(sheet)
    inspection = sheet.assessment.round.kind == RoundKind.INSPECTION
    below = items_below_full(sheet) if inspection else []
    days = sheet.assessment.round.rulebook.rectification_days
    sent = request.POST if request.method == "POST" else None
    form = SignForm(sent, request=request, below=below, days=days)
    if form.is_valid() and carried_out(
        form,
        lambda: signing.sign(
            sheet=sheet,
            gaps=form.gaps(),
            opinions=form.opinions(),
            working_days=form.working_days(),
            by=request.user,
        ),
    ):
        messages.success(request, _("Signed. The unit is now heard on the gaps.") if below else _("Signed."))
        return redirect(sheet)
    page = open_sheet(sheet, request.user)
    context = {"sheet": sheet, "page": page, "form": form, "below": below, "inspection": inspection}
    context["guards"] = held = guards(sheet)
    context["is_ready"] = all(guard.is_met for guard in held)
    return render(request, "assessments/sheet_sign.html", context, status=422 if form.errors else 200)


@login_required
def sheet_unlock(request: StaffRequest, pk: int) -> HttpResponse:
    """The office proposes to open a signed sheet again, for a reason that is kept with the version signed."""
    sheet = visible_final(request.user, pk)
    require_office(request.user)
    if waiting := Motion.objects.about(sheet).open().first():
        return redirect(waiting)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: motions.move(kind="sheet.unlock", record=sheet, values=form.cleaned_data, by=request.user),
    ):
        messages.success(request, _(motions.MOVED))
        return redirect(sheet)
    return form_page(
        request,
        form,
        title=_("Unlock the final sheet of %(site)s?") % {"site": sheet.assessment.site},
        lead=_(
            "Another person agrees to it first. The leader can then change it and signs anew. "
            "What was signed stays readable as a version. "
            "Findings, the notice and the papers that came of the signature are withdrawn."
        ),
        submit_label=_("Propose to unlock it"),
        parent=str(sheet.assessment.site),
        cancel_url=sheet.get_absolute_url(),
        danger=True,
    )


@login_required
def sheet_version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A version as it was signed, for whoever sees the sheet."""
    sheet = visible_final(request.user, pk)
    versions = list(sheet.versions.select_related("signed_by", "signed_for", "unlocked_by"))
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise Http404
    rows = [{**row, "state": MarkState(row["state"])} for row in version.rows]
    parts = [(name, list(part)) for name, part in groupby(rows, key=itemgetter("section"))]
    context = {"sheet": sheet, "version": version, "versions": versions, "parts": parts}
    return render(request, "assessments/sheet_version.html", context)


def visible_final(user: User, pk: int) -> Sheet:
    """A final sheet, or 404."""
    sheet = visible_sheet(user, pk)
    if sheet.role != SheetRole.FINAL:
        raise Http404
    return sheet
