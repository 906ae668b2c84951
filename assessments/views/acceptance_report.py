"""An acceptance read as a whole: one site's items, a programme's goals, the report on the programme."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import StaffRequest
from accounts.models import Motion, User
from accounts.rules import require_city
from accounts.services import motions
from assessments.pages.item_marks import item_marks
from assessments.papers.programme import Standing, standing
from assessments.rules import recommends
from assessments.services.programme_reports import PROGRAMME_REPORT, programme_reports
from core.acting import attempt
from sites.chosen import kept, programme_or_404
from sites.models import Programme, Site


@login_required
def acceptance_items(request: StaffRequest, site_pk: int) -> HttpResponse:
    """A site's acceptance beside its inspection and its self-assessment, item by item."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk)
    require_city(request.user)
    return render(request, "assessments/acceptance_items.html", {"site": site, "marks": item_marks(site)})


@login_required
def acceptance_goals(request: StaffRequest) -> HttpResponse:
    """The plan's six goals, by the accepted sites."""
    require_city(request.user)
    programme = programme_or_404(request)
    found = _standing(programme, request.user)
    return render(request, "assessments/acceptance_goals.html", {"found": found, "goals": found.goals})


@login_required
def acceptance_report(request: StaffRequest) -> HttpResponse:
    """What the report on the programme would say today, and those issued; the office drafts the next one."""
    require_city(request.user)
    programme = programme_or_404(request)
    if request.method == "POST":
        attempt(
            request,
            lambda: motions.move(kind=PROGRAMME_REPORT, record=programme, values={}, by=request.user),
            success=_(motions.MOVED),
        )
        return redirect(kept(request, reverse("assessments:acceptance_report")))
    context = {
        "found": _standing(programme, request.user),
        "papers": programme_reports(programme).visible_to(request.user),
        "may_issue": recommends(request.user),
        "motions": Motion.objects.open().about(programme).filter(kind=PROGRAMME_REPORT),
        "issue_url": kept(request, reverse("assessments:acceptance_report")),
    }
    return render(request, "assessments/acceptance_report.html", context)


def _standing(programme: Programme, reader: User) -> Standing:
    return standing(Site.objects.visible_to(reader).filter(programme=programme))
