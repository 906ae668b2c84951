"""Rechecks of named sites: what is due, planning one, drawing some, and what proves a draw."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import ListView

from accounts.exported import ExportedList
from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from assessments.views.pages import form_page
from core.acting import carried_out
from publicity.forms import DrawRechecksForm, PlanRecheckForm, RecheckFilter
from publicity.models import Recheck, RecheckDraw
from publicity.pages.recheck_draw import RecheckDrawPage
from publicity.rules import reads_recheck_draws, reads_rechecks
from publicity.services import tracking
from sites.chosen import chosen_programme, programme_or_404
from tables.writing import Head, Row


class RecheckList(LoginRequiredMixin, UserPassesTestMixin, ExportedList):
    """The rechecks one sees: those that wait by their day, then those done."""

    template_name = "publicity/desk/recheck_list.html"
    title: ClassVar[Promise] = gettext_lazy("Rechecks")

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_rechecks(self.request.user)

    def get_queryset(self) -> QuerySet[Recheck]:
        self.filter = narrowing = RecheckFilter(self.request.GET)
        visible = Recheck.objects.visible_to(self.request.user)
        here = visible.filter(naming__site__programme=chosen_programme(self.request))
        related = ("naming__site__organisation", "naming__revocation", "draw", "planned_by", "result__by")
        return (
            narrowing.narrow(here)
            .select_related(*related)
            .order_by(F("result__on").desc(nulls_first=True), "due_on", "pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rights = {"may_plan": is_office(user), "reads_draws": reads_recheck_draws(user)}
        return super().get_context_data(**rights, **kwargs)

    def heads(self) -> list[Head]:
        return [
            _("Plaque number"),
            _("Site"),
            _("Unit"),
            _("Origin"),
            _("Planned on"),
            _("Planned by"),
            _("Due on"),
            _("Done on"),
            _("Done by"),
            _("What was found"),
        ]

    def row(self, record: Recheck) -> Row:
        site, result = record.naming.site, record.result
        return [
            record.naming.plaque_number,
            site.window_name,
            site.organisation.name,
            record.get_origin_display(),
            record.planned_on,
            record.planned_by,
            record.due_on,
            result and result.on,
            result and result.by,
            result and result.text,
        ]


@login_required
def recheck_add(request: StaffRequest) -> HttpResponse:
    """A recheck of one site; `?naming=` chooses it beforehand."""
    require_office(request.user)
    form = PlanRecheckForm(
        request.POST or None,
        programme=programme_or_404(request),
        by=request.user,
        initial={"naming": request.GET.get("naming")},
    )
    if form.is_valid() and carried_out(
        form, lambda: tracking.plan_recheck(by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The recheck is planned; it is on the office's to-do list."))
        return redirect("publicity_desk:rechecks")
    return form_page(
        request,
        form,
        title=_("Plan a recheck"),
        lead=_("The unit is not told. What is found goes on file on the page of the naming."),
        submit_label=pgettext("button", "Plan it"),
        parent=_("Rechecks"),
        cancel_url="publicity_desk:rechecks",
    )


@login_required
def recheck_draw_add(request: StaffRequest) -> HttpResponse:
    """How many are drawn; what comes out is on record before it is seen."""
    require_office(request.user)
    programme = programme_or_404(request)
    pool = tracking.drawn_from(programme, request.user).count()
    form, draws = DrawRechecksForm(request.POST or None), list[RecheckDraw]()
    if form.is_valid() and carried_out(
        form,
        lambda: draws.append(
            tracking.draw_rechecks(programme=programme, by=request.user, **form.cleaned_data)
        ),
    ):
        return redirect(draws[0])
    return form_page(
        request,
        form,
        title=_("Draw rechecks"),
        lead=_(
            "The portal makes the seed and puts the draw on record before anybody sees it; it stands, and "
            "cannot be drawn anew. Named sites that no recheck waits for are drawn from: %(n)d now; without "
            "those you have stood aside from."
        )
        % {"n": pool},
        submit_label=pgettext("button", "Draw"),
        parent=_("Rechecks"),
        cancel_url="publicity_desk:rechecks",
    )


class RecheckDrawList(LoginRequiredMixin, UserPassesTestMixin, ListView[RecheckDraw]):
    """The draws of rechecks, for those who run them, decide, or look into them."""

    template_name = "publicity/desk/recheck_draw_list.html"
    paginate_by = 50
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_recheck_draws(self.request.user)

    def get_queryset(self) -> QuerySet[RecheckDraw]:
        seen = RecheckDraw.objects.visible_to(self.request.user).select_related("drawn_by").defer("pool")
        return seen.filter(programme=chosen_programme(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(reads_rechecks=reads_rechecks(self.request.user), **kwargs)


@login_required
def recheck_draw(request: StaffRequest, pk: int) -> HttpResponse:
    """What was drawn from, the seed, the order, what came out, and how to do it again."""
    seen = RecheckDraw.objects.visible_to(request.user).select_related("drawn_by")
    draw = get_object_or_404(seen, pk=pk)
    context = {"draw": draw, "page": RecheckDrawPage(draw, request.user)}
    return render(request, "publicity/desk/recheck_draw_detail.html", context)
