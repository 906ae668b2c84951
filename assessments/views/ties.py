"""Ties to units: one's own, and the office's list of everybody's."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.deputies import is_another
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_office, require_office
from assessments.forms import TextForm, TieForm, TieOfAnotherForm
from assessments.models import Tie
from assessments.pages.tie import fingerprint, leaving
from assessments.rules import may_declare_for, reads_recusals
from assessments.services import ties
from core.acting import carried_out

from .pages import PAGE, form_page


@login_required
def my_ties(request: StaffRequest) -> HttpResponse:
    """What binds me to units; a further tie is declared here."""
    if not may_declare_for(request.user, request.user):
        raise PermissionDenied
    form = TieForm(request.POST or None)
    if form.is_valid():
        success = _("The tie is declared; it bars you from the unit's sites.")
        done = _declare(request, form, request.user, success, parent=_("My ties"), back="assessments:my_ties")
        if done:
            return done
    context = {
        "form": form,
        "ties": Tie.objects.filter(user=request.user).select_related(
            "organisation", "declared_by", "ended_by"
        ),
        "recusals": request.user.recused_sites().count(),
        "sees_all": reads_recusals(request.user),
    }
    return render(request, "assessments/my_ties.html", context, status=422 if form.errors else 200)


class TieList(LoginRequiredMixin, UserPassesTestMixin, ListView[Tie]):
    """Everybody's ties, those in force first."""

    template_name = "assessments/tie_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_recusals(self.request.user)

    def get_queryset(self) -> QuerySet[Tie]:
        seen = Tie.objects.visible_to(self.request.user)
        people = seen.select_related("user__organisation", "organisation", "declared_by", "ended_by")
        return people.order_by("ended_on", "user__name", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_declare=is_office(self.request.user), **kwargs)


@login_required
def tie_add(request: StaffRequest) -> HttpResponse:
    """The office declares a tie for somebody."""
    require_office(request.user)
    form = TieOfAnotherForm(request.POST or None)
    if form.is_valid():
        person, parent = form.cleaned_data["user"], _("Everybody's ties")
        done = _declare(
            request, form, person, _("The tie is declared."), parent=parent, back="assessments:ties"
        )
        if done:
            return done
    return form_page(
        request,
        form,
        title=_("Declare a tie for somebody"),
        lead=_("It bars them from the unit's sites, and takes those they have to do with already at once."),
        submit_label=_("Declare the tie"),
        parent=_("Everybody's ties"),
        cancel_url="assessments:ties",
    )


def _declare(
    request: StaffRequest, form: TieForm, user: User, success: str, *, parent: str, back: str
) -> HttpResponse | None:
    """Declare the tie once what it takes from the person has been seen; None where it is refused."""
    tie = {name: form.cleaned_data[name] for name in ("organisation", "reason")}
    if not carried_out(form, lambda: ties.check(user=user, by=request.user, **tie)):
        return None
    found = leaving(user, tie["organisation"], reader=request.user)
    seen = fingerprint(user, tie["organisation"], found)
    if form.cleaned_data["seen"] != seen:
        form.hide(seen)
        context = {"form": form, "person": user, "found": found, "parent": parent, **tie}
        context |= {"cancel_url": reverse(back), "submit_label": _("Declare the tie")}
        return render(request, "assessments/tie_preview.html", context)
    if not carried_out(form, lambda: ties.declare(user=user, by=request.user, **tie)):
        return None
    messages.success(request, success)
    return redirect(back)


@login_required
def tie_end(request: StaffRequest, pk: int) -> HttpResponse:
    """The office ends a tie; nobody ends one of their own."""
    tie = get_object_or_404(
        Tie.objects.visible_to(request.user).select_related("user", "organisation"), pk=pk
    )
    require_office(request.user)
    if not is_another(request.user, tie.user_id):
        raise PermissionDenied(_("Somebody else of the office ends a tie of yours."))
    form = TextForm(request.POST or None, label=_("Why it has ended"))
    if form.is_valid() and carried_out(
        form, lambda: ties.end(tie=tie, reason=form.cleaned_data["text"], by=request.user)
    ):
        messages.success(request, _("The tie has ended."))
        return redirect("assessments:ties")
    return form_page(
        request,
        form,
        title=_("End the tie of %(name)s to %(unit)s") % {"name": tie.user, "unit": tie.organisation},
        lead=_("They can be sent to the unit's sites again. Recusals the tie brought stay."),
        submit_label=_("End the tie"),
        parent=_("Everybody's ties"),
        cancel_url="assessments:ties",
    )
