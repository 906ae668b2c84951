"""How far scorers agree: of a round, for those who follow it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from assessments.agreement import ENOUGH
from assessments.pages.agreement import round_agreement
from assessments.rules import follows_rounds

from .pages import visible_round


@login_required
@require_safe
def agreement(request: StaffRequest, pk: int) -> HttpResponse:
    """Each pair of members who marked the same sites, before anything was settled between them."""
    shown = visible_round(request.user, pk)
    if not follows_rounds(request.user):
        raise PermissionDenied
    context = {"round": shown, "found": round_agreement(shown, request.user), "enough": ENOUGH}
    return render(request, "assessments/round_agreement.html", context)
