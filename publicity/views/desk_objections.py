"""Objections at the desk, for the handling office alone: to everybody else there are none."""

from auditlog.signals import accessed
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.acting import attempt, carried_out
from accounts.http import StaffRequest
from publicity.enums import ObjectionState
from publicity.forms import ConcludeForm, DeclineForm
from publicity.models import Objection
from publicity.models.notices import ObjectionQuerySet
from publicity.services import objections
from sites import rules
from sites.chosen import chosen_programme


class ObjectionList(LoginRequiredMixin, ListView[Objection]):
    """Letters with their writers masked, newest first."""

    request: StaffRequest
    template_name = "publicity/desk/objection_list.html"
    paginate_by = 50

    def get_queryset(self) -> ObjectionQuerySet:
        if not rules.is_office(self.request.user):
            raise Http404
        letters = Objection.objects.visible_to(self.request.user)
        here = letters.filter(notice__programme=chosen_programme(self.request))
        return here.select_related("site", "notice").defer("text")


@login_required
@never_cache
@require_safe
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    letter = _visible(request, pk)
    attempt(
        request,
        lambda: objections.accept(objection=letter, by=request.user),
        success=_("The objection is taken up; conclude it with a written reply."),
    )
    return redirect(letter)


@login_required
@require_POST
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    letter, form = _visible(request, pk), DeclineForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: objections.decline(objection=letter, reply=form.cleaned_data["reply"], by=request.user)
    ):
        messages.success(
            request, _("The objection is not taken up; the objector reads why under the receipt code.")
        )
        return redirect(letter)
    return _page(request, letter, refused=form)


@login_required
@require_POST
def conclude(request: StaffRequest, pk: int) -> HttpResponse:
    letter, form = _visible(request, pk), ConcludeForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: objections.conclude(
            objection=letter,
            result=ObjectionState(form.cleaned_data["result"]),
            reply=form.cleaned_data["reply"],
            opinion=form.cleaned_data["opinion"],
            by=request.user,
        ),
    ):
        messages.success(
            request, _("The objection is concluded; the objector reads the reply under the receipt code.")
        )
        return redirect(letter)
    return _page(request, letter, refused=form)


def _visible(request: StaffRequest, pk: int) -> Objection:
    letters = Objection.objects.visible_to(request.user)
    return get_object_or_404(letters.select_related("site__organisation", "notice", "handled_by"), pk=pk)


def _page(request: StaffRequest, letter: Objection, *, refused: Form | None = None) -> HttpResponse:
    """The whole letter, its writer included: each look at it goes into the trail."""
    accessed.send(sender=Objection, instance=letter)
    context = {
        "objection": letter,
        "decline_form": refused if isinstance(refused, DeclineForm) else DeclineForm(),
        "conclude_form": refused if isinstance(refused, ConcludeForm) else ConcludeForm(),
    }
    return render(request, "publicity/desk/objection_detail.html", context, status=422 if refused else 200)
