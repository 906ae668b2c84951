"""The final sheet's signature: an opinion for every gap, one deadline."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import carried_out
from accounts.http import StaffRequest
from assessments.enums import RoundKind, ScoreLevel, SheetRole
from assessments.forms import SignForm
from assessments.models import Score
from assessments.rules import leads
from assessments.services import signing
from assessments.services.rectification import rectification_deadline
from assessments.sheet_page import SheetPage, open_sheet

from .sheets import visible_sheet


@login_required
def sheet_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """The leader signs; in an inspection each item below full marks gets its opinion here."""
    sheet = visible_sheet(request.user, pk)
    if sheet.role != SheetRole.FINAL:
        raise Http404
    if not leads(sheet.assessment, request.user):
        raise PermissionDenied
    if request.method != "POST" and not sheet.is_draft:
        return redirect(sheet)
    inspection = sheet.assessment.round.kind == RoundKind.INSPECTION
    below = signing.items_below_full(sheet) if inspection else []
    counted = rectification_deadline(sheet.assessment.round.rulebook).explained() if below else ""
    form = SignForm(request.POST if request.method == "POST" else None, below=below, counted=counted)
    if form.is_valid() and carried_out(
        form,
        lambda: signing.sign(
            sheet=sheet, opinions=form.opinions(), deadline=form.deadline(), by=request.user
        ),
    ):
        return redirect(sheet)
    page = open_sheet(sheet, request.user)
    context = {
        "sheet": sheet,
        "page": page,
        "form": form,
        "below": below,
        "inspection": inspection,
        "unconsented": _unconsented(page),
    }
    return render(request, "assessments/sheet_sign.html", context, status=422 if form.errors else 200)


def _unconsented(page: SheetPage) -> list[Score]:
    """Items held for inapplicable to which the office has not agreed yet."""
    return [
        score
        for part in page.marks
        for _item, score in part.rows
        if score and score.level == ScoreLevel.INAPPLICABLE and score.consented_by_id is None
    ]
