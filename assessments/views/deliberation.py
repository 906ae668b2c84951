"""The final sheet's columns, the deliberation on what is disputed, and what is done in it."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest
from accounts.models import User
from assessments.forms import ColumnsFilter, ConsentForm, ProposalForm
from assessments.mark_comparison import columns
from assessments.models import Deliberation, Proposal, Sheet
from assessments.pages.deliberation import DeliberationPage, act_form, deliberation_page
from assessments.services import deliberation as services
from core.acting import carried_out

from .sheets import visible_sheet
from .signing import visible_final


@login_required
def sheet_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Every item of a final sheet: self, each member, final, side by side; narrowed by the filter."""
    sheet = visible_final(request.user, pk)
    narrowed = ColumnsFilter(request.GET)
    shown, wanted = columns(sheet, request.user), narrowed.wanted()
    parts = [(part, [line for line in part.lines if wanted(line)]) for part in shown.parts]
    context = {
        "sheet": sheet,
        "columns": shown,
        "parts": [(part, lines) for part, lines in parts if lines],
        "filter": narrowed,
        "allowed": sheet.assessment.round.rulebook.blind_score_gap,
    }
    return render(request, "assessments/sheet_columns.html", context)


@login_required
def deliberation(request: StaffRequest, pk: int) -> HttpResponse:
    """All disputed items of a final sheet, for those who may see the members' marks."""
    sheet = visible_final(request.user, pk)
    if not Sheet.objects.opened_to(request.user).filter(pk=pk).exists():
        raise Http404
    return _page(request, deliberation_page(sheet, request.user))


@login_required
@require_POST
def argue(request: StaffRequest, pk: int) -> HttpResponse:
    """A member says what speaks for their mark."""
    found = _visible(request.user, pk)
    form = act_form("argue", found, request.POST)
    return _done(
        request,
        found,
        "argue",
        form,
        lambda: services.argue(deliberation=found, text=form.cleaned_data["text"], by=request.user),
    )


@login_required
@require_POST
def propose(request: StaffRequest, pk: int) -> HttpResponse:
    """The leader proposes a mark."""
    found = _visible(request.user, pk)
    form = ProposalForm(request.POST, item=found.item, auto_id=f"propose-{found.pk}-%s")
    return _done(
        request,
        found,
        "propose",
        form,
        lambda: services.propose(deliberation=found, by=request.user, **form.mark()),
    )


@login_required
@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """A member agrees to the mark proposed, or says why not."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    found = proposal.deliberation = _visible(request.user, proposal.deliberation_id)
    form = ConsentForm(request.POST, auto_id=f"answer-{found.pk}-%s")
    return _done(
        request,
        found,
        "answer",
        form,
        lambda: services.answer(
            proposal=proposal,
            agrees=form.cleaned_data["agrees"] == "yes",
            text=form.cleaned_data["text"],
            by=request.user,
        ),
    )


def _visible(user: User, pk: int) -> Deliberation:
    """The deliberation with its sheet as the services need it."""
    related = ("item__section", "sheet__assessment__site", "sheet__assessment__round__rulebook")
    return get_object_or_404(Deliberation.objects.visible_to(user).select_related(*related), pk=pk)


def _done(
    request: StaffRequest, about: Deliberation, act: str, form: forms.Form, verb: Callable[[], object]
) -> HttpResponse:
    """Back to the item, or the page again with what is wrong at the form that was sent."""
    sound = form.is_valid()
    if sound and carried_out(form, verb):
        return redirect(about)
    sheet = visible_sheet(request.user, about.sheet_id)
    page = deliberation_page(sheet, request.user)
    case = next(case for case in page.cases if case.deliberation == about)
    if act not in case.forms and not sound:
        raise PermissionDenied
    case.forms[act] = form
    return _page(request, page, status=422)


def _page(request: StaffRequest, page: DeliberationPage, status: int = 200) -> HttpResponse:
    allowed = page.sheet.assessment.round.rulebook.blind_score_gap
    context = {"page": page, "sheet": page.sheet, "allowed": allowed}
    return render(request, "assessments/deliberation.html", context, status=status)
