"""The units a district may choose among: one that is not on record is put there by the district itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from core.acting import carried_out
from sites import services
from sites.enums import Level
from sites.forms.rows import UnitForm
from sites.models import Filing

from .fetching import closed, own_filing


@login_required
@require_http_methods(["GET", "POST"])
@own_filing
def unit_add(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """A new unit of the district; then back to the row it is for, with the unit chosen."""
    if filing.level != Level.DISTRICT:
        raise PermissionDenied
    form = UnitForm(request.POST or None, filing=filing, initial={"site": request.GET.get("site")})
    if not form.is_bound and not filing.is_editable:
        return closed(request, filing)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _add(filing, form, request)):
        unit = filing.organisation.units.get(name=form.cleaned_data["name"])
        messages.success(request, _("“%(unit)s” is a unit of your district now.") % {"unit": unit})
        return redirect(f"{_row_url(filing, form)}?unit={unit.pk}")
    context = {"filing": filing, "form": form}
    return render(request, "sites/unit_form.html", context, status=422 if form.is_bound else 200)


def _add(filing: Filing, form: UnitForm, request: StaffRequest) -> None:
    services.add_unit(
        filing=filing,
        name=form.cleaned_data["name"],
        short_name=form.cleaned_data["short_name"],
        kind=form.cleaned_data["kind"],
        by=request.user,
    )


def _row_url(filing: Filing, form: UnitForm) -> str:
    if site := form.cleaned_data["site"]:
        return reverse("sites:site_edit", args=[filing.pk, site.pk])
    return reverse("sites:site_add", args=[filing.pk])
