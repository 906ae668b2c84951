"""结果运用: the units' result sheets, and the offices that use them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.rules import require_city, require_office
from accounts.services import motions
from assessments.forms import ResultOfficesForm
from assessments.models import ResultOffice
from assessments.rules import recommends
from assessments.services import results
from core.acting import attempt, carried_out
from sites.chosen import kept, programme_or_404

from .pages import form_page


@login_required
@require_safe
def result_list(request: StaffRequest) -> HttpResponse:
    """Each unit whose acceptance is decided, with its sheet."""
    require_city(request.user)
    programme = programme_or_404(request)
    found = results.unit_results(programme, request.user)
    due = sum(not unit.is_current for unit in found)
    due_words = ngettext("%(n)d result sheet is to be issued", "%(n)d result sheets are to be issued", due)
    context = {
        "found": found,
        "to_issue": due_words % {"n": due} if due else "",
        "offices": ResultOffice.objects.select_related("organisation"),
        "may_issue": recommends(request.user),
        "motions": Motion.objects.open().about(programme).filter(kind=results.RESULT_SHEETS),
        "issue_url": kept(request, reverse("assessments:results_issue")),
    }
    return render(request, "assessments/result_list.html", context)


@login_required
@require_POST
def results_issue(request: StaffRequest) -> HttpResponse:
    """Draft the sheets of all units, or of the one that is named."""
    require_office(request.user)
    programme, unit = programme_or_404(request), request.POST.get("unit", "")
    attempt(
        request,
        lambda: motions.move(
            kind=results.RESULT_SHEETS,
            record=programme,
            values={"units": [int(unit)] if unit.isdecimal() else None},
            by=request.user,
        ),
        success=_(motions.MOVED),
    )
    return redirect(kept(request, reverse("assessments:results")))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def result_offices(request: StaffRequest) -> HttpResponse:
    """Which organisations use the results."""
    require_office(request.user)
    form = ResultOfficesForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form, lambda: results.name_offices(offices=form.cleaned_data, by=request.user)
    ):
        return redirect(kept(request, reverse("assessments:results")))
    return form_page(
        request,
        form,
        title=_("Offices that use results"),
        lead=_("The result sheets go to them; without an account, their receipts are recorded on paper."),
        submit_label=_("Save"),
        parent=_("Use of results"),
        cancel_url=kept(request, reverse("assessments:results")),
    )
