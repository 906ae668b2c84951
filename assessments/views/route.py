"""The route of the day: where an inspector goes, in which order, and who receives the team."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_inspector
from assessments.models import Assessment
from assessments.pages.route import RoutePage
from assessments.services import visits
from core.acting import attempt
from core.forms import Form
from sites.calendar import today


class DayQuery(Form):
    """The day that is asked for; an invalid one counts as none."""

    day = forms.DateField(required=False)


@login_required
@require_safe
def route(request: StaffRequest) -> HttpResponse:
    """This person's visits of a day: today's, or those of the day that is chosen."""
    if not is_inspector(request.user):
        raise PermissionDenied
    asked = DayQuery(request.GET)
    day = asked.cleaned_data["day"] if asked.is_valid() else None
    return render(request, "assessments/route.html", {"page": RoutePage(request.user, day or today())})


@login_required
@require_POST
def route_move(request: StaffRequest, pk: int, *, is_up: bool) -> HttpResponse:
    """The leader puts a visit one place up or down."""
    sent = Assessment.objects.visible_to(request.user).filter(assignment__isnull=False)
    assignment = get_object_or_404(sent.select_related("assignment", "site"), pk=pk).assignment
    attempt(
        request,
        lambda: visits.move(assignment=assignment, is_up=is_up, by=request.user),
        success=_("The order is changed."),
    )
    day = {"day": assignment.visit_on.isoformat()} if assignment.visit_on else {}
    return redirect(reverse("assessments:route", query=day, fragment=f"visit-{pk}"))
