"""A round scored anew under other versions: who would pass, and who would not."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.exported import exported
from accounts.http import StaffRequest
from assessments.models import Round
from assessments.rerun_form import RerunForm
from assessments.rules import follows_rounds
from assessments.simulation import Rerun, SimulatedSite, rerun
from standards.models import Rulebook, Standard

from .pages import PAGE, visible_round


@login_required
def round_rerun(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose versions and see; nothing is written. `?format=` gives the result as a table."""
    shown = visible_round(request.user, pk)
    if not follows_rounds(request.user):
        raise PermissionDenied
    form = RerunForm(request.GET or None, standards=Standard.objects.all(), rulebooks=Rulebook.objects.all())
    run = rerun(shown, reader=request.user, **form.versions()) if form.is_valid() else None
    if run and "format" in request.GET:
        return _export(request, shown, run)
    context = {
        "round": shown,
        "form": form,
        "run": run,
        "without_marks": shown.site_count - len(run.rows) if run else 0,
        "page_obj": Paginator(run.rows, PAGE).get_page(request.GET.get("page")) if run else None,
    }
    return render(request, "assessments/round_rerun.html", context)


def _export(request: StaffRequest, shown: Round, run: Rerun) -> HttpResponse:
    heads = [
        _("Site"),
        _("Unit"),
        _("Marks from"),
        _("Old score"),
        _("Old band"),
        _("Old result"),
        _("New score"),
        _("New band"),
        _("New result"),
        _("Difference"),
        _("Items not assessed"),
    ]
    name = _("%(round)s scored anew") % {"round": shown}
    return exported(request, name, heads, (_line(row) for row in run.rows), about=shown)


def _line(row: SimulatedSite) -> list[object]:
    site = row.sheet.assessment.site
    results = [
        [one.points, one.band.label, _("reaches the mark") if one.passes else _("below the mark")]
        for one in (row.old, row.new)
    ]
    return [
        str(site),
        str(site.organisation),
        row.sheet.get_role_display(),
        *results[0],
        *results[1],
        row.difference,
        row.not_assessed,
    ]
