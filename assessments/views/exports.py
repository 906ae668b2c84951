"""A round as a workbook or a CSV file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.exported import handed_out
from accounts.http import StaffRequest
from assessments.round_export import RoundCases, item_table, summary_table
from tables.writing import CSV, csv, xlsx_of

from .pages import visible_round


@login_required
@require_safe
def round_export(request: StaffRequest, pk: int) -> HttpResponse:
    """Every site and item of the round's page, as this person may see them; CSV holds the items alone."""
    shown = visible_round(request.user, pk)
    cases = RoundCases(shown, request.user)
    name, items = _("%(round)s, marks") % {"round": shown}, item_table(cases)
    if request.GET.get("format") == "csv":
        return handed_out(csv(items.heads, items.rows), f"{name}.csv", CSV, about=shown)
    return handed_out(xlsx_of([items, summary_table(cases)]), f"{name}.xlsx", about=shown)
