"""Lists: who has filed, one list, and the steps it takes from draft to determined."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acting import attempt, carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.models import Organisation
from sites import overview, rules, services
from sites.calendar import today
from sites.enums import Action, FilingState, Stage
from sites.forms.lists import DecisionForm, FilingFilter
from sites.models import Filing, Programme, Site

from .fetching import filing_or_404, open_filing

PAGE = 50
# The steps a list takes as a whole.
LIST_ACTIONS = (Action.FILE, Action.SEND_BACK, Action.REVIEW, Action.DETERMINE)


@login_required
def filing_list(request: StaffRequest) -> HttpResponse:
    """Who has filed what, and who is late; those who fill one list only are led to it."""
    programme = Programme.objects.current()
    if request.user.role not in Role.CITY_WIDE:
        own = services.filing_of(programme=programme, by=request.user) if programme else None
        return redirect(own) if own else render(request, "sites/filing_list.html", {"standings": []})
    standings = overview.standings(programme) if programme else []
    state_filter = FilingFilter(request.GET)
    page = Paginator(state_filter.narrow(standings), PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "current_phase": programme.phase_on(today()) if programme else None,
        "due": overview.due_on(programme) if programme else None,
        "standings": standings,
        "filed": sum(one.is_filed for one in standings),
        "filter": state_filter,
        "page_obj": page,
    }
    return render(request, "sites/filing_list.html", context)


@login_required
def my_filing(request: StaffRequest) -> HttpResponse:
    """To the one list this person fills."""
    programme = get_object_or_404(Programme, is_current=True)
    own = services.filing_of(programme=programme, by=request.user)
    if own is None:
        raise PermissionDenied(_("Your unit files no list of its own."))
    return redirect(own)


@login_required
def filing_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One list: its rows, what is still wrong with it, where it stands, and what one may do."""
    return _page(request, filing_or_404(request, pk))


@login_required
@require_http_methods(["GET", "POST"])
@open_filing
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
    sites = services.rows_of(filing)
    context = {"filing": filing, "problems": services.filing_problems(filing, sites), "sites": sites}
    return render(request, "sites/filing_file.html", context)


@login_required
@require_POST
def filing_review(request: StaffRequest, pk: int) -> HttpResponse:
    """初审 with an opinion."""
    filing, form = filing_or_404(request, pk), DecisionForm(request.POST, needs="opinion")
    if not rules.is_office(request.user):
        raise PermissionDenied
    if form.is_valid() and carried_out(
        form,
        lambda: services.review(filing=filing, opinion=form.cleaned_data["opinion"], by=request.user),
    ):
        messages.success(request, _("The list is reviewed and waits for the leading group."))
        return redirect(filing)
    return _page(request, filing, form)


@login_required
@require_POST
def filing_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """退回 with remarks."""
    filing, form = filing_or_404(request, pk), DecisionForm(request.POST, needs="remarks")
    if not rules.is_office(request.user):
        raise PermissionDenied
    if form.is_valid() and carried_out(
        form,
        lambda: services.send_back(filing=filing, remarks=form.cleaned_data["remarks"], by=request.user),
    ):
        messages.success(request, _("The list is sent back; those who filed it have been told."))
        return redirect(filing)
    return _page(request, filing, form)


@login_required
@require_http_methods(["GET", "POST"])
def filing_determine(request: StaffRequest, pk: int) -> HttpResponse:
    """审定, after a page that says what it means."""
    filing = filing_or_404(request, pk)
    if not rules.is_leading_group(request.user):
        raise PermissionDenied
    if request.method == "POST":
        attempt(
            request,
            lambda: services.determine(filing=filing, by=request.user),
            success=_("The list is determined. Its sites are public now and file their work plans."),
        )
        return redirect(filing)
    sites = filing.sites.select_related("organisation")
    return render(request, "sites/filing_determine.html", {"filing": filing, "sites": sites})


def _page(request: StaffRequest, filing: Filing, refused: DecisionForm | None = None) -> HttpResponse:
    """The list's page; with a form that was refused, the form as it was typed and status 422."""
    sites = services.rows_of(filing)
    may_edit = bool(rules.may_edit_filing(request.user, filing)) and filing.is_editable
    may_review = bool(rules.is_office(request.user)) and filing.state == FilingState.FILED
    context = {
        "filing": filing,
        "programme": filing.programme,
        "current_phase": filing.programme.phase_on(today()),
        "due": overview.due_on(filing.programme),
        "sites": sites,
        "may_edit": may_edit,
        "quota": services.quota_words(filing) if filing.is_editable else "",
        "may_add": may_edit and len(sites) < filing.quota[1],
        "problems": services.filing_problems(filing, sites) if may_edit else [],
        "filer": _filer(request, filing, may_edit=may_edit) if filing.is_editable else None,
        "may_review": may_review,
        "decision": refused or (DecisionForm() if may_review else None),
        "may_determine": rules.is_leading_group(request.user) and filing.state == FilingState.REVIEWED,
        "plans_are_due": any(site.stage == Stage.DETERMINED for site in sites),
        "ladder": _ladder(filing),
        **_past(sites),
    }
    return render(request, "sites/filing_detail.html", context, status=422 if refused else 200)


def _filer(request: StaffRequest, filing: Filing, *, may_edit: bool) -> Organisation | None:
    """The body that must act; who may edit the list acts for it, so that nothing need be asked."""
    return request.user.organisation if may_edit else services.filer_of(filing)


def _past(sites: list[Site]) -> dict[str, Any]:
    """The list's steps, newest first, and its filing forms.

    Rows that were filed once stay on the list, so the oldest row took every step with it.
    """
    if not sites:
        return {"history": [], "papers": []}
    oldest = min(sites, key=lambda site: site.pk)
    return {
        "history": oldest.history.filter(action__in=LIST_ACTIONS).select_related("by").order_by("-pk"),
        "papers": oldest.documents.filter(kind="filing_form"),
    }


def _ladder(filing: Filing) -> list[dict[str, Any]]:
    """The states of a list in their order, with who brought it there and when."""
    returned = filing.state == FilingState.RETURNED
    steps: list[tuple[FilingState, Any, Any]] = [
        (FilingState.RETURNED if returned else FilingState.DRAFT, None, None),
        (FilingState.FILED, filing.filed_on, filing.filed_by),
        (FilingState.REVIEWED, filing.reviewed_on, filing.reviewed_by),
        (FilingState.APPROVED, filing.approved_on, filing.approved_by),
    ]
    at = [state for state, _on, _by in steps].index(FilingState(filing.state))
    return [
        {
            "label": state.label,
            "state": "current" if place == at else "done" if place < at else "next",
            "date": on if place <= at else None,
            "by": by if place <= at else None,
        }
        for place, (state, on, by) in enumerate(steps)
    ]
