"""One site's guidance, money and facilities: to read, to enter, to correct."""

from typing import Any, Literal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm, BaseModelForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest
from core.acting import attempt, carried_out
from core.stored import inline
from sites import rules, services
from sites.calendar import today
from sites.enums import Stage
from sites.forms.means import FacilityForm, GuidanceForm, InvestmentForm, ReplyForm
from sites.models import Facility, GuidanceNote, Investment, Site
from sites.models.means import OfSiteQuerySet


@login_required
def site_means(request: StaffRequest, site_pk: int) -> HttpResponse:
    """Everything done for one site."""
    return _page(request, _site_or_404(request, site_pk))


@login_required
@require_POST
def guidance_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """An office over the site records what it advised."""
    site = _site_or_404(request, site_pk)
    form = GuidanceForm(request.POST, instance=GuidanceNote(site=site), auto_id="id_guidance_%s")
    if not rules.supervises(request.user, site):
        raise PermissionDenied
    if form.is_valid() and carried_out(
        form, lambda: services.give_guidance(note=form.instance, by=request.user)
    ):
        messages.success(request, _("The guidance is recorded; the unit has been told."))
        return redirect(_address(site, "guidance"))
    return _page(request, site, guidance=form)


@login_required
@require_POST
def guidance_reply(request: StaffRequest, pk: int) -> HttpResponse:
    """The unit's reply."""
    note = get_object_or_404(_visible(request, GuidanceNote.objects.all()), pk=pk)
    if not rules.is_own_unit(request.user, note.site):
        raise PermissionDenied
    form = ReplyForm(request.POST, auto_id=f"id_{note.pk}_%s")
    if form.is_valid() and carried_out(
        form,
        lambda: services.reply_to_guidance(note=note, reply=form.cleaned_data["reply"], by=request.user),
    ):
        messages.success(request, _("Your reply is recorded; the office has been told."))
        return redirect(_address(note.site, "guidance"))
    return _page(request, note.site, replies={note.pk: form})


@login_required
@require_POST
def investment_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """Money spent on the site."""
    site = _kept_site(request, site_pk)
    form = InvestmentForm(request.POST, instance=Investment(site=site), auto_id="id_investment_%s")
    if _saved(request, form, _("The amount is entered.")):
        return redirect(_address(site, "investment"))
    return _page(request, site, investment=form)


@login_required
@require_POST
def facility_add(request: StaffRequest, site_pk: int) -> HttpResponse:
    """A facility put up at the site."""
    site = _kept_site(request, site_pk)
    form = FacilityForm(request.POST, request.FILES, instance=Facility(site=site), auto_id="id_facility_%s")
    if _saved(request, form, _("The facility is entered.")):
        return redirect(_address(site, "facility"))
    return _page(request, site, facility=form)


@login_required
@require_http_methods(["GET", "POST"])
def investment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct an amount."""
    entry = get_object_or_404(_visible(request, Investment.objects.all()), pk=pk)
    return _edit(request, entry, InvestmentForm(request.POST or None, instance=entry))


@login_required
@require_http_methods(["GET", "POST"])
def facility_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a facility, or add the photo after."""
    entry = get_object_or_404(_visible(request, Facility.objects.all()), pk=pk)
    return _edit(request, entry, FacilityForm(request.POST or None, request.FILES or None, instance=entry))


@login_required
@require_POST
def means_remove(request: StaffRequest, record: Literal["investment", "facility"], pk: int) -> HttpResponse:
    """Take out what was entered by mistake."""
    model = Investment if record == "investment" else Facility
    entry: Any = get_object_or_404(_visible(request, model._default_manager.all()), pk=pk)
    site = entry.site
    attempt(
        request,
        lambda: services.remove_means(entry=entry, by=request.user),
        success=_("“%(entry)s” is taken out.") % {"entry": entry},
    )
    return redirect(_address(site, record))


@login_required
def facility_photo(request: StaffRequest, pk: int, when: Literal["before", "after"]) -> HttpResponseBase:
    """A photo, for whoever sees the site."""
    facility: Facility = get_object_or_404(_visible(request, Facility.objects.all()), pk=pk)
    photo = facility.photo_before if when == "before" else facility.photo_after
    return inline(request, photo, f'"{photo.name}"')


def _visible(request: StaffRequest, records: OfSiteQuerySet) -> OfSiteQuerySet:
    return records.visible_to(request.user).select_related("site__organisation", "site__filing")


def _site_or_404(request: StaffRequest, pk: int) -> Site:
    sites = Site.objects.visible_to(request.user).select_related("organisation", "filing")
    return get_object_or_404(sites, pk=pk)


def _kept_site(request: StaffRequest, pk: int) -> Site:
    site = _site_or_404(request, pk)
    if not rules.keeps_books(request.user, site):
        raise PermissionDenied
    return site


def _saved(request: StaffRequest, form: BaseModelForm[Any], success: str) -> bool:
    done = form.is_valid() and carried_out(
        form, lambda: services.save_means(entry=form.instance, by=request.user)
    )
    if done:
        messages.success(request, success)
    return done


def _edit(request: StaffRequest, entry: Any, form: BaseModelForm[Any]) -> HttpResponse:
    if not rules.keeps_books(request.user, entry.site):
        raise PermissionDenied
    if form.is_bound and _saved(request, form, _("The entry is corrected.")):
        return redirect(_address(entry.site, entry._meta.model_name))
    remove_url = reverse(f"sites:{entry._meta.model_name}_remove", args=[entry.pk])
    context = {"form": form, "entry": entry, "site": entry.site, "remove_url": remove_url}
    return render(request, "sites/means_form.html", context, status=422 if form.is_bound else 200)


def _address(site: Site, anchor: str) -> str:
    return reverse("sites:means", args=[site.pk]) + f"#{anchor}"


def _page(
    request: StaffRequest,
    site: Site,
    *,
    guidance: BaseForm | None = None,
    investment: BaseForm | None = None,
    facility: BaseForm | None = None,
    replies: dict[int, BaseForm] | None = None,
) -> HttpResponse:
    """The site's page; with a form that was refused, the form as it was typed and status 422."""
    open_now = site.stage in Stage.LISTED
    advises = open_now and rules.supervises(request.user, site)
    keeps = open_now and rules.keeps_books(request.user, site)
    may_reply = open_now and rules.is_own_unit(request.user, site)
    notes = list(site.guidance.select_related("by__organisation", "replied_by"))
    for note in notes:
        blank = ReplyForm(auto_id=f"id_{note.pk}_%s") if may_reply and not note.replied_on else None
        note.form = (replies or {}).get(note.pk, blank)
    refused = guidance or investment or facility or replies
    context = {
        "site": site,
        "notes": notes,
        "investments": site.investments.all(),
        "facilities": site.facilities.all(),
        "may_keep": keeps,
        "guidance_form": guidance
        or (GuidanceForm(auto_id="id_guidance_%s", initial={"on": today()}) if advises else None),
        "investment_form": investment or (InvestmentForm(auto_id="id_investment_%s") if keeps else None),
        "facility_form": facility or (FacilityForm(auto_id="id_facility_%s") if keeps else None),
    }
    return render(request, "sites/means_detail.html", context, status=422 if refused else 200)
