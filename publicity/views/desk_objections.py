"""Objections at the desk, for the handling office alone: to everybody else there are none."""

from collections.abc import Callable
from pathlib import PurePath

from auditlog.signals import accessed
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office
from audit.services import note_export
from core.acting import carried_out
from core.stored import saved_to_disk
from publicity.enums import ObjectionState
from publicity.forms import ConcludeForm, DeclineForm, InvestigatorForm
from publicity.models import Objection, ObjectionFile
from publicity.models.notices import ObjectionQuerySet
from publicity.services import objections
from sites.chosen import chosen_programme


class ObjectionList(LoginRequiredMixin, ListView[Objection]):
    """Letters with their writers masked; open ones first, by the day the reply is due."""

    request: StaffRequest
    template_name = "publicity/desk/objection_list.html"
    paginate_by = 50

    def get_queryset(self) -> ObjectionQuerySet:
        if not is_office(self.request.user):
            raise Http404
        letters = Objection.objects.visible_to(self.request.user)
        here = letters.filter(notice__programme=chosen_programme(self.request))
        return here.select_related("site", "notice").defer("text").in_turn()


@login_required
@never_cache
@require_safe
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The objection is taken up; conclude it with a written reply.")
    return _name_investigator(request, pk, objections.accept, done)


@login_required
@require_POST
def reassign(request: StaffRequest, pk: int) -> HttpResponse:
    return _name_investigator(request, pk, objections.reassign, _("Somebody else looks into it now."))


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
    return _page(request, letter, decline_form=form)


@login_required
@require_POST
def conclude(request: StaffRequest, pk: int) -> HttpResponse:
    letter, form = _visible(request, pk), ConcludeForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: objections.conclude(
            objection=letter,
            result=ObjectionState(form.cleaned_data["result"]),
            findings=form.cleaned_data["findings"],
            reply=form.cleaned_data["reply"],
            opinion=form.cleaned_data["opinion"],
            by=request.user,
        ),
    ):
        messages.success(
            request, _("The objection is concluded; the objector reads the reply under the receipt code.")
        )
        return redirect(letter)
    return _page(request, letter, conclude_form=form)


@login_required
@never_cache
@require_safe
def file(request: StaffRequest, pk: int) -> FileResponse:
    """An attachment, saved to disk as it came in: each download goes into the trail."""
    found = get_object_or_404(ObjectionFile.objects.visible_to(request.user).exclude(file=""), pk=pk)
    response = saved_to_disk(found.file, found.name, found.content_type, sha256=found.sha256)
    # Its name goes when the personal data goes; the trail stays.
    note_export(found, name=f"{found.pk}{PurePath(found.name).suffix}")
    return response


def _name_investigator(
    request: StaffRequest, pk: int, verb: Callable[..., None], success: str
) -> HttpResponse:
    letter = _visible(request, pk)
    form = InvestigatorForm(request.POST, objection=letter)
    if form.is_valid() and carried_out(
        form, lambda: verb(objection=letter, investigator=form.cleaned_data["investigator"], by=request.user)
    ):
        messages.success(request, success)
        return redirect(letter)
    return _page(request, letter, investigator_form=form)


def _visible(request: StaffRequest, pk: int) -> Objection:
    letters = Objection.objects.visible_to(request.user).select_related(
        "site__organisation", "site__filing", "notice__programme", "handled_by", "investigator", "erasure"
    )
    return get_object_or_404(letters, pk=pk)


def _page(request: StaffRequest, letter: Objection, **refused: Form) -> HttpResponse:
    """The whole letter, its writer included: each look at it goes into the trail.

    A form handed over was refused and is shown with what was typed.
    """
    accessed.send(sender=Objection, instance=letter)
    context = {
        "objection": letter,
        "steps": [name for name, step in objections.STEPS.items() if letter.state in step.sources],
        "files": letter.files.all(),
        "investigator_form": InvestigatorForm(objection=letter),
        "decline_form": DeclineForm(),
        "conclude_form": ConcludeForm(),
        **refused,
    }
    return render(request, "publicity/desk/objection_detail.html", context, status=422 if refused else 200)
