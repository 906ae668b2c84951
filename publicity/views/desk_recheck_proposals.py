"""Rechecks that the portal proposes by the rulebook, the office's answers to them, the rulebook's draw."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from core.acting import attempt, carried_out
from core.http import onward
from core.paging import Pages
from publicity.forms import AcceptRecheckForm, DeclineRecheckForm, ProposalFilter
from publicity.models import Naming
from publicity.pages.recheck_proposals import Answer, DrawOfPeriod, ProposalsOfSite, lines, next_regular
from publicity.recheck_proposals import PROPOSALS, proposals
from publicity.rules import reads_rechecks
from publicity.services import proposals as services
from publicity.services.tracking import page_of
from sites.chosen import chosen_programme, programme_or_404


class RecheckProposalList(LoginRequiredMixin, UserPassesTestMixin, ListView[Any]):
    """What is proposed, the earliest first; above it the draw of this part of the year."""

    template_name = "publicity/desk/recheck_proposal_list.html"
    paginate_by = 50
    paginator_class = Pages
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_rechecks(self.request.user)

    def get_queryset(self) -> Any:
        self.filter = ProposalFilter(self.request.GET)
        self.programme = chosen_programme(self.request)
        if self.programme is None:
            return Naming.objects.none()
        return proposals(self.request.user, self.programme, **self.filter.narrowing())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, programme = self.request.user, self.programme
        return {
            **context,
            "filter": self.filter,
            "lines": lines(PROPOSALS.rows(context["object_list"]), user),
            "draw": programme and DrawOfPeriod(programme, user),
            "next_regular": programme and next_regular(programme, user),
        }


@login_required
@require_POST
def draw(request: StaffRequest) -> HttpResponse:
    """The rulebook's share, drawn by a seed that is on record before anybody sees what comes out."""
    require_office(request.user)
    programme = programme_or_404(request)
    attempt(
        request,
        lambda: services.draw_share(programme=programme, by=request.user),
        success=_("The draw is on record; what came out is proposed below."),
    )
    return redirect(f"{request.path.removesuffix('draw/')}?programme={programme.pk}")


@login_required
@require_safe
def proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """What is proposed for one site, and what the office says to it."""
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """The site is rechecked by the day that is set."""
    naming = _visible(request, pk)
    require_office(request.user)
    form = AcceptRecheckForm(request.POST, ground=request.POST.get("ground", ""))
    return _answer(request, naming, form, services.accept, _("The recheck is set, and waits for the office."))


@login_required
@require_POST
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    """Why the site is not rechecked."""
    naming = _visible(request, pk)
    require_office(request.user)
    form = DeclineRecheckForm(request.POST, ground=request.POST.get("ground", ""))
    return _answer(request, naming, form, services.decline, _("Why not is on record."))


def _answer(
    request: StaffRequest, naming: Naming, form: Answer, verb: Callable[..., object], success: str
) -> HttpResponse:
    if form.is_valid() and carried_out(
        form, lambda: verb(naming=naming, ground=form.ground, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, success)
        return onward(request, page_of(naming))
    return _page(request, naming, refused=form)


def _visible(request: StaffRequest, pk: int) -> Naming:
    """The naming, for those who read rechecks; its unit is not forewarned."""
    if not reads_rechecks(request.user):
        raise PermissionDenied
    seen = Naming.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("site__organisation", "site__programme__rulebook"), pk=pk)


def _page(request: StaffRequest, naming: Naming, *, refused: Answer | None = None) -> HttpResponse:
    context = {
        "naming": naming,
        "page": ProposalsOfSite(naming, request.user, refused),
        "may_write": is_office(request.user),
    }
    status = 422 if refused else 200
    return render(request, "publicity/desk/recheck_proposal.html", context, status=status)
