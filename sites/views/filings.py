"""Lists: who has filed, one list, and the steps it takes from draft to filed and back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.models import Organisation
from accounts.rules import manages_people, require_office, takes_part
from accounts.services import secrecy
from core.acting import attempt, carried_out
from core.forms import ReasonForm
from core.previews import previewed
from sites import filing_page, overview, rules, services
from sites.chosen import chosen_programme, kept, programme_or_404
from sites.enums import Action, FilingState, Level, Stage
from sites.forms.lists import FilingFilter, SendBackForm
from sites.models import DesignatedUnit, Filing, Replacement, Site

from .fetching import filing_or_404, open_filing

PAGE = 50


@login_required
@require_safe
def filing_list(request: StaffRequest) -> HttpResponse:
    """Who has filed what, who has not and who answers for it; those who fill one list only are led to it."""
    if not takes_part(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    if not rules.sees_city(request.user):
        own = services.filing_of(programme=programme, by=request.user) if programme else None
        return redirect(own) if own else render(request, "sites/filing_list.html", {"standings": []})
    standings = overview.standings(programme, request.user) if programme else []
    state_filter = FilingFilter(request.GET)
    page = Paginator(state_filter.narrow(standings), PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "due": overview.last_day_for(Action.FILE, programme) if programme else None,
        "standings": standings,
        "counts": overview.counts(standings),
        "may_remind": rules.is_office(request.user),
        "may_invite": manages_people(request.user),
        "filter": state_filter,
        "page_obj": page,
    }
    return render(request, "sites/filing_list.html", context)


@login_required
@require_POST
def filing_remind(request: StaffRequest) -> HttpResponse:
    """催报 of everybody who is late, or of the one body that is named."""
    programme = programme_or_404(request)
    attempt(
        request,
        lambda: services.remind(programme=programme, by=request.user, only=request.POST.get("only", "")),
        success=_("Their people find the reminder at their desks."),
    )
    return redirect(kept(request, reverse("sites:filings")))


@login_required
@require_safe
def my_filing(request: StaffRequest) -> HttpResponse:
    """To the one list this person fills."""
    programme = chosen_programme(request)
    own = services.filing_of(programme=programme, by=request.user) if programme else None
    if own is None:
        raise PermissionDenied(_("Your unit files no list of its own."))
    return redirect(own)


@login_required
@require_safe
def filing_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One list: its rows, what is still wrong with it, where it stands, and what one may do."""
    filing = filing_or_404(request, pk)
    sites, versions = services.rows_of(filing), list(filing.versions.select_related("filed_by"))
    may_edit = _may_edit(request, filing)
    remarks = services.check_up(filing, sites) if may_edit else []
    context = {
        "filing": filing,
        "due": overview.last_day_for(Action.FILE, filing.programme),
        "rows": filing_page.rows_of_page(filing, sites, versions, request.user),
        "may_edit": may_edit,
        "quota": services.quota_words(filing) if filing.is_editable else "",
        "may_add": may_edit and len(sites) < filing.quota[1],
        "problems": services.blocking(remarks),
        "odd": [remark for remark in remarks if remark.severity == services.Severity.ODD],
        "batches": services.batches_of(filing) if may_edit else [],
        "filer": _filer(request, filing, may_edit=may_edit) if filing.is_editable else None,
        "unit": _designation(filing),
        "reads_resolutions": rules.sees_city(request.user),
        "decision": filing_page.decision_of(filing, request.user),
        "may_recall": services.may_recall(filing, request.user),
        "may_review": rules.is_office(request.user) and filing.state == FilingState.FILED,
        "may_invite": manages_people(request.user),
        "may_make_heads": rules.is_office(request.user),
        "may_determine": rules.is_leading_group(request.user) and filing.state == FilingState.REVIEWED,
        "plans_are_due": any(site.stage == Stage.DETERMINED for site in sites),
        **_secrecy(request, filing, sites),
        **filing_page.past_of(filing, sites, versions),
    }
    return render(request, "sites/filing_detail.html", context)


@login_required
@require_safe
def filing_check_up(request: StaffRequest, pk: int) -> HttpResponse:
    """体检: everything that is missing or odd, with the way to where it is mended."""
    filing = filing_or_404(request, pk)
    if not filing.is_editable:
        messages.info(request, services.why_closed(filing))
        return redirect(filing)
    context = {
        **_findings(filing),
        "may_edit": _may_edit(request, filing),
        "why_not": services.why_not_filed(filing),
    }
    return render(request, "sites/filing_check_up.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@open_filing
def filing_put_forward(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """提请确定: a district's complete list goes before the head of its office."""
    if request.method == "POST":
        attempt(
            request,
            lambda: services.put_forward(filing=filing, by=request.user),
            success=_("The list is put forward; the head of the office has been told."),
        )
        return redirect(filing)
    context = {**_findings(filing), "may_edit": True, "deciders": services.deciders(filing, but=request.user)}
    return render(request, "sites/filing_put_forward.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@open_filing
@previewed
def filing_decide(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """确定 by the head of a district's office, after a page that says what it means."""
    if not rules.determines(request.user, filing):
        raise PermissionDenied
    if request.method == "POST":
        attempt(
            request,
            lambda: services.decide(filing=filing, by=request.user),
            success=_("The list is determined. The district's paper is being made; now the list is filed."),
        )
        return redirect(filing)
    may_decide = services.may_decide(filing, request.user)
    context = {**_findings(filing), "may_edit": True, "may_decide": may_decide}
    return render(request, "sites/filing_decide.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@open_filing
def filing_hand_back(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """The head of a district's office gives the list back to its clerks, with what is to be changed."""
    if not rules.determines(request.user, filing):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: services.hand_back(filing=filing, reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, _("The list is handed back; your colleagues have been told."))
        return redirect(filing)
    context = {"filing": filing, "form": form}
    return render(request, "sites/filing_hand_back.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@open_filing
@previewed
def filing_file(request: StaffRequest, filing: Filing) -> HttpResponseBase:
    """上报, after a page that says what it means."""
    if request.method == "POST":
        attempt(
            request,
            lambda: services.file_list(filing=filing, by=request.user),
            success=_(
                "The list is filed. Its filing form is being made; the municipal office has been told."
            ),
        )
        return redirect(filing)
    context = {**_findings(filing), "may_edit": True, "why_not": services.why_not_filed(filing)}
    return render(request, "sites/filing_file.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """退回 with remarks, on the list or at its rows."""
    filing = filing_or_404(request, pk)
    require_office(request.user)
    posted = request.POST if request.method == "POST" else None
    if posted is None and filing.state != FilingState.FILED:
        messages.error(request, _("Only a filed list can be sent back."))
        return redirect(filing)
    sites = [site for site in services.rows_of(filing) if site.stage not in Stage.LISTED]
    form = SendBackForm(posted, sites=sites)
    if form.is_valid() and carried_out(form, lambda: _send_back(filing, form, request)):
        messages.success(request, _("The list is sent back; those who filed it have been told."))
        return redirect(filing)
    context = {"filing": filing, "form": form}
    return render(request, "sites/filing_send_back.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_recall(request: StaffRequest, pk: int) -> HttpResponse:
    """A filing or a review that was a mistake, taken back by who made it."""
    filing = filing_or_404(request, pk)
    if not services.may_recall(filing, request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: services.recall(filing=filing, reason=form.cleaned_data["reason"], by=request.user),
    ):
        messages.success(request, _("It is taken back; those who were told of it have been told."))
        return redirect(filing)
    context = {"filing": filing, "form": form}
    return render(request, "sites/filing_recall.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def filing_versions(request: StaffRequest, pk: int) -> HttpResponse:
    """What the list said each time it was filed, what was answered, and what had changed."""
    filing = filing_or_404(request, pk)
    versions = filing_page.told_apart(list(filing.versions.select_related("filed_by")))
    replacements = Replacement.objects.filter(site__filing=filing).with_people()
    context = {"filing": filing, "versions": versions, "replacements": replacements}
    return render(request, "sites/filing_versions.html", context)


@login_required
@require_safe
def filing_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """回执 of the last filing, to be printed."""
    filing = filing_or_404(request, pk)
    version = filing.versions.select_related("filed_by__organisation").first()
    if version is None:
        raise Http404
    context = {
        "filing": filing,
        "version": version,
        "fingerprint": services.fingerprint(version),
        "paper": filing_page.papers_of(version).first(),
    }
    return render(request, "sites/filing_receipt.html", context)


def _secrecy(request: StaffRequest, filing: Filing, sites: Sequence[Site]) -> dict[str, Any]:
    """For the city, how it stands with the secrecy review of what the determination will publish."""
    if not (rules.sees_city(request.user) and filing.state == FilingState.REVIEWED):
        return {}
    found = list(secrecy.standings("site", [site for site in sites if site.stage == Stage.REVIEWED]).values())
    may_ask = rules.is_office(request.user) and any(each.may_be_asked for each in found)
    return {"secrecy": found, "secrecy_kind": "site", "may_ask": may_ask}


def _may_edit(request: StaffRequest, filing: Filing) -> bool:
    return rules.may_edit_filing(request.user, filing) and filing.is_editable


def _findings(filing: Filing) -> dict[str, Any]:
    """The check-up, and what is new since the last filing: a last look before the next one."""
    sites, last = services.rows_of(filing), filing.versions.first()
    remarks = services.check_up(filing, sites)
    return {
        "filing": filing,
        "sites": sites,
        "remarks": services.by_severity(remarks),
        "problems": services.blocking(remarks),
        "difference": services.difference(last.rows, services.snapshot(sites)) if last else None,
    }


def _send_back(filing: Filing, form: SendBackForm, request: StaffRequest) -> None:
    services.send_back(
        filing=filing,
        remarks=form.cleaned_data["remarks"],
        row_remarks=form.row_remarks,
        by=request.user,
    )


def _filer(request: StaffRequest, filing: Filing, *, may_edit: bool) -> Organisation | None:
    """The body that must act; who may edit the list acts for it, so that nothing need be asked."""
    return request.user.organisation if may_edit else services.filer_of(filing)


def _designation(filing: Filing) -> DesignatedUnit | None:
    """初步确定 of the unit whose list it is; None for a district's list."""
    units = filing.programme.designated_units.select_related("resolution")
    return units.filter(organisation=filing.organisation_id).first() if filing.level == Level.CITY else None
