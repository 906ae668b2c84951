"""The papers of a round's teams: the notice that forms them, and their letters of introduction."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.rules import require_city, require_office
from accounts.services import motions
from assessments.rules import runs_rounds
from assessments.services.team_papers import TEAM_PAPERS, team_papers
from core.acting import attempt
from sites.models import Site

from .pages import visible_round


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_papers(request: StaffRequest, pk: int) -> HttpResponse:
    """Which papers there are and which are out of date; the office drafts what is due."""
    shown = visible_round(request.user, pk)
    require_city(request.user)
    if request.method == "POST":
        require_office(request.user)
        attempt(
            request,
            lambda: motions.move(kind=TEAM_PAPERS, record=shown, values={}, by=request.user),
            success=_(motions.MOVED),
        )
        return redirect("assessments:round_papers", pk=shown.pk)
    found = team_papers(shown)
    due = len(found.due)
    # Whoever stood aside from a site is told nothing of its visit.
    visited = [visit.site_id for visit in found.visits]
    seen = set(Site.objects.visible_to(request.user).filter(pk__in=visited).values_list("pk", flat=True))
    told = ngettext("%(n)d paper is to be issued", "%(n)d papers are to be issued", due)
    context = {
        "round": shown,
        "found": found,
        "letters": [one for one in found.letters if one.visit and one.visit.site_id in seen],
        "to_issue": told % {"n": due} if due and shown.is_open else "",
        "may_issue": runs_rounds(request.user),
        "motions": Motion.objects.open().about(shown).filter(kind=TEAM_PAPERS),
    }
    return render(request, "assessments/round_papers.html", context)
