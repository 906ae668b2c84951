"""The rows of a list, one by one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest
from core.acting import attempt, carried_out
from sites import services
from sites.forms.lists import ReasonForm
from sites.forms.rows import SiteForm
from sites.models import Filing, Site

from .fetching import closed, open_filing, own_filing


@login_required
@require_http_methods(["GET", "POST"])
@own_filing
def site_add(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """A new row."""
    return _row(request, filing, SiteForm(request.POST or None, filing=filing, initial=_chosen(request)))


@login_required
@require_http_methods(["GET", "POST"])
@own_filing
def site_edit(request: StaffRequest, filing: Filing, site_pk: int) -> HttpResponseBase:
    """A row that is there already."""
    site = get_object_or_404(filing.sites, pk=site_pk)
    form = SiteForm(request.POST or None, filing=filing, instance=site, initial=_chosen(request))
    return _row(request, filing, form, site)


@login_required
@require_POST
@open_filing
def site_remove(request: StaffRequest, filing: Filing, site_pk: int) -> HttpResponseBase:
    """Off the list, while it has never been filed."""
    site = get_object_or_404(filing.sites.select_related("filing"), pk=site_pk)
    attempt(
        request,
        lambda: services.remove_site(site=site, by=request.user),
        success=_("“%(site)s” is off the list.") % {"site": site},
    )
    return redirect(filing)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@own_filing
def site_withdraw(request: StaffRequest, filing: Filing, site_pk: int) -> HttpResponseBase:
    """Off the list with a reason, after it was filed and came back."""
    site = get_object_or_404(filing.sites.select_related("filing", "programme"), pk=site_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_bound and not filing.is_editable:
        return closed(request, filing)

    def withdraw() -> None:
        services.withdraw_site(site=site, reason=form.cleaned_data["reason"], by=request.user)

    if form.is_valid() and carried_out(form, withdraw):
        messages.success(request, _("“%(site)s” is off the list.") % {"site": site})
        return redirect(filing)
    context = {"filing": filing, "form": form, "site": site}
    return render(request, "sites/site_withdraw.html", context, status=422 if form.is_bound else 200)


def _chosen(request: StaffRequest) -> dict[str, str]:
    """`?unit=` chooses the row's unit beforehand; one that is not among the choices chooses nothing."""
    return {"organisation": request.GET["unit"]} if "unit" in request.GET else {}


def _row(request: StaffRequest, filing: Filing, form: SiteForm, site: Site | None = None) -> HttpResponseBase:
    if not form.is_bound and not filing.is_editable:
        return closed(request, filing)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: _save(filing, form, request)):
        told = _("“%(site)s” is saved.") if site else _("“%(site)s” is on the list.")
        messages.success(request, told % {"site": form.instance})
        return redirect(f"{filing.get_absolute_url()}#site-{form.instance.pk}")
    context = {
        "filing": filing,
        "form": form,
        "site": site,
        "remark": services.remark_on(site) if site else "",
    }
    return render(request, "sites/site_form.html", context, status=422 if form.is_bound else 200)


def _save(filing: Filing, form: SiteForm, request: StaffRequest) -> None:
    services.save_site(
        filing=filing,
        site=form.instance,
        replacement_reason=form.cleaned_data.get("replacement_reason", ""),
        by=request.user,
        **form.liaison,
    )
