"""初审 by the office, 审定 by the leading group, and what came of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import require_office
from core.acting import carried_out
from core.previews import previewed
from sites import rules
from sites.batch import reviewed_lists
from sites.chosen import programme_or_404
from sites.enums import FilingState
from sites.forms.determinations import DeterminationForm, ReviewForm
from sites.models import Determination, Site

from .fetching import filing_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_review(request: StaffRequest, pk: int) -> HttpResponse:
    """初审 of a filed list, site by site."""
    filing = filing_or_404(request, pk)
    require_office(request.user)
    if request.method != "POST" and filing.state != FilingState.FILED:
        messages.error(request, _("Only a filed list can be reviewed."))
        return redirect(filing)
    rows = filing.sites.undetermined().select_related("organisation").prefetch_related("liaisons")
    posted = request.POST if request.method == "POST" else None
    form = ReviewForm(posted, filing=filing, sites=list(rows), tick_all="tick_all" in request.POST)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("The list is reviewed and waits for the leading group."))
        return redirect(filing)
    status = 422 if form.is_bound else 200
    return render(request, "sites/filing_review.html", {"filing": filing, "form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@previewed
def determination_new(request: StaffRequest) -> HttpResponse:
    """审定: every reviewed list on one page, each site with the office's opinion."""
    if not rules.is_leading_group(request.user):
        raise PermissionDenied
    programme = programme_or_404(request)
    lists = reviewed_lists(programme, reader=request.user)
    posted = request.POST if request.method == "POST" else None
    form = DeterminationForm(
        posted,
        programme=programme,
        lists=lists,
        chosen=request.GET.get("filing", ""),
        back=request.get_full_path(),
    )
    if form.is_valid() and carried_out(form, lambda: form.save(programme=programme, by=request.user)):
        messages.success(request, _("The decision is on record, and those who filed the lists are told."))
        return redirect(form.made)
    context = {"programme": programme, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "sites/determination_form.html", context, status=status)


class DeterminationList(LoginRequiredMixin, ListView[Determination]):
    """The batches of a programme, the newest first."""

    request: StaffRequest
    template_name = "sites/determination_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Determination]:
        if not rules.sees_city(self.request.user):
            raise Http404
        self.programme = programme_or_404(self.request)
        made = Determination.objects.visible_to(self.request.user).filter(programme=self.programme)
        seen = Q(lines__site__in=Site.objects.visible_to(self.request.user))
        return made.with_counts(seen).select_related("by").order_by("-ordinal")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            programme=self.programme,
            waiting=self.programme.filings.visible_to(self.request.user)
            .filter(state=FilingState.REVIEWED)
            .count(),
            may_determine=rules.is_leading_group(self.request.user),
            **kwargs,
        )


@login_required
@require_safe
def determination_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Who decided what and when, with the exceptions and their reasons."""
    seen = Determination.objects.visible_to(request.user).select_related(
        "by", "programme", "resolution__meeting"
    )
    made = get_object_or_404(seen, pk=pk)
    seen_lines = made.lines.visible_to(request.user)
    lines = list(seen_lines.select_related("site__organisation", "site__filing__organisation"))
    determined = [line.site for line in lines if line.is_determined]
    context = {
        "determination": made,
        "lines": lines,
        "determined": determined,
        # A site is determined once in its life, so its paper is this determination's.
        "papers": determined[0].documents.filter(kind="determined_list") if determined else [],
    }
    return render(request, "sites/determination_detail.html", context)
