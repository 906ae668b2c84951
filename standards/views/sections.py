"""The one screen of a draft's section: its words, its points, its items."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.forms.formsets import ORDERING_FIELD_NAME
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from core.acting import carried_out
from standards import services
from standards.checks import balance_of
from standards.comparison import Comparison, changed_fields, compare_items
from standards.fingerprints import of_section
from standards.forms import ItemForms, ItemFormSet, SectionForm
from standards.models import Item, Section, Standard

from .fetching import draft_or_404


@login_required
@require_http_methods(["GET", "POST"])
def section(request: StaffRequest, pk: int, ordinal: int) -> HttpResponse:
    """Write a section; it is saved whether its points add up or not, and the page says how they stand."""
    standard = draft_or_404(Standard, pk, request.user)
    shown = next((part for part in standard.sections.all() if part.ordinal == ordinal), None)
    if shown is None:
        raise Http404
    form, items = _forms(request, shown)
    seen = request.POST.get("seen", "")
    valid = all([form.is_valid(), items.is_valid()])
    if valid and carried_out(
        form,
        lambda: services.save_section(
            section=shown, values=form.cleaned_data, items=items.values(), seen=seen, by=request.user
        ),
    ):
        messages.success(request, _("The section is saved."))
        return redirect("standards:section", pk, ordinal)
    now = of_section(shown)
    context = {
        "form": form,
        "items": items,
        "seen": now,
        "mine": _differences(shown, form, items) if valid and seen != now else None,
        **_sums(standard, shown),
    }
    return render(request, "standards/section_form.html", context, status=422 if form.is_bound else 200)


def _forms(request: StaffRequest, shown: Section) -> tuple[SectionForm, ItemFormSet]:
    """What was typed, else what is stored."""
    if request.method == "POST":
        return SectionForm(request.POST), ItemForms(request.POST, section=shown)
    stored = [{**model_to_dict(item), ORDERING_FIELD_NAME: item.ordinal} for item in shown.items.all()]
    return SectionForm(initial=model_to_dict(shown)), ItemForms(initial=stored, section=shown)


def _sums(standard: Standard, shown: Section) -> dict[str, Any]:
    """How the points stand, as they are stored: of every section, of this one, of the whole."""
    sums = balance_of(standard)
    parts = list(zip(standard.sections.all(), sums.sections, strict=True))
    return {
        "version": standard,
        "section": shown,
        "sums": sums,
        "parts": parts,
        "points": next(points for part, points in parts if part == shown),
    }


def _differences(stored: Section, form: SectionForm, items: ItemFormSet) -> Comparison:
    """What saving would change in what somebody else has saved meanwhile."""
    mine = Section(ordinal=stored.ordinal, standard_id=stored.standard_id, **form.cleaned_data)
    typed = [Item(**values) for values in items.values()]
    return Comparison(changed_fields(stored, mine), items=compare_items(list(stored.items.all()), typed))
