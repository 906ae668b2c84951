"""Marks and evidence of an earlier round, taken over to a self-assessment, and back again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest
from assessments.enums import SheetRole, Together
from assessments.rules import writers
from assessments.services import together
from assessments.services.carry_over import Line, carry_over, what_is_carried
from core.acting import attempt

from .sheets import visible_sheet


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_earlier(request: StaffRequest, pk: int) -> HttpResponse:
    """What an earlier round gives and what not, and why; posted, it is taken over and told which."""
    sheet = visible_sheet(request.user, pk)
    if sheet.role != SheetRole.SELF or not writers(sheet).filter(pk=request.user.pk).exists():
        raise PermissionDenied
    if not sheet.is_draft:
        return redirect(sheet)
    if request.method == "POST":
        taken: list[Line] = []
        if attempt(
            request,
            lambda: taken.extend(carry_over(sheet=sheet, by=request.user)),
            success=_("Taken over from the earlier round. Look through it before you submit."),
        ):
            messages.info(request, " ".join(line.item.code for line in taken))
        return redirect(sheet)
    carried = what_is_carried(sheet, request.user)
    return render(request, "assessments/sheet_earlier.html", {"sheet": sheet, "carried": carried})


@login_required
@require_POST
def sheet_earlier_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take off again what was taken over and not written since."""
    sheet = visible_sheet(request.user, pk)
    attempt(
        request,
        lambda: together.undo(sheet=sheet, press=Together.CARRIED, by=request.user),
        success=_("What was taken over is open again."),
    )
    return redirect(sheet)
