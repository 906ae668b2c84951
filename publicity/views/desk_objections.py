"""Objections at the desk: for the office, the leading group, and whoever looks into one.

Who wrote a letter is for the office alone; to everybody else there are none.
"""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from auditlog.signals import accessed
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import require_office
from audit.services import note_export
from core.acting import carried_out
from core.brakes import refuse_above
from core.forms import ReasonForm
from core.previews import previewed
from core.stored import saved_to_disk
from publicity.enums import ObjectionState
from publicity.forms import (
    ApproveForm,
    ConcludeForm,
    DeclineForm,
    InvestigatorForm,
    RecordForm,
    ReportForm,
    SendBackForm,
)
from publicity.models import Objection, ObjectionFile
from publicity.models.objections import ObjectionQuerySet
from publicity.pages.objection import ObjectionPage
from publicity.rules import handles_objections, reads_objections
from publicity.services import handling
from sites.chosen import chosen_programme


class ObjectionList(LoginRequiredMixin, ListView[Objection]):
    """Letters with their writers masked; open ones first, by the day the reply is due."""

    request: StaffRequest
    template_name = "publicity/desk/objection_list.html"
    paginate_by = 50

    def get_queryset(self) -> ObjectionQuerySet:
        if not reads_objections(self.request.user):
            raise Http404
        letters = Objection.objects.visible_to(self.request.user)
        here = letters.filter(notice__programme=chosen_programme(self.request))
        return here.select_related("site", "notice").defer("text").in_turn()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(handles=handles_objections(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Take down what came by post, by telephone or in person."""
    require_office(request.user)
    posted = request.method == "POST"
    form = RecordForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        programme=chosen_programme(request),
        by=request.user,
    )
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        for line in form.received.refused:
            messages.warning(request, line)
        messages.success(request, _("The objection is on record; give the objector its receipt code."))
        return redirect(form.received.objection)
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/objection_form.html", {"form": form}, status=status)


@login_required
@never_cache
@require_safe
def objection(request: StaffRequest, pk: int) -> HttpResponse:
    letter = _visible(request, pk)
    refuse_above(request, "looks_account")
    return _page(request, letter)


@login_required
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The objection is taken up; the person named looks into it.")
    return _name_investigator(request, pk, handling.accept, done)


@login_required
@require_POST
def reassign(request: StaffRequest, pk: int) -> HttpResponse:
    return _name_investigator(request, pk, handling.reassign, _("Somebody else looks into it now."))


@login_required
@require_POST
def report(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The findings are with the office, which drafts the answer.")
    return _take(request, pk, handling.report, ReportForm(request.POST), name="report_form", success=done)


@login_required
@require_POST
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("It is proposed not to take the objection up; somebody else approves it or sends it back.")
    return _take(request, pk, handling.decline, DeclineForm(request.POST), name="decline_form", success=done)


@login_required
@require_POST
def conclude(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The answer is drafted; somebody else approves it or sends it back.")
    return _take(
        request, pk, handling.conclude, ConcludeForm(request.POST), name="conclude_form", success=done
    )


@login_required
@require_POST
@previewed
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The objection is answered; the objector reads the reply under the receipt code.")
    return _take(request, pk, handling.approve, ApproveForm(request.POST), name="approve_form", success=done)


@login_required
@require_POST
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The answer is sent back with the reason.")
    return _take(
        request, pk, handling.send_back, SendBackForm(request.POST), name="send_back_form", success=done
    )


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("Your draft is taken back; nobody approves it any more.")
    return _take(
        request, pk, handling.take_back, ReasonForm(request.POST), name="take_back_form", success=done
    )


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
    form = InvestigatorForm(request.POST, objection=_visible(request, pk), by=request.user)
    return _take(request, pk, verb, form, name="investigator_form", success=success)


def _take(
    request: StaffRequest, pk: int, verb: Callable[..., None], form: Form, *, name: str, success: str
) -> HttpResponse:
    """One step of a letter, with what was typed; refused, the page shows the form again as `name`."""
    letter = _visible(request, pk)
    if not form.is_valid() or not carried_out(
        form, lambda: verb(objection=letter, by=request.user, **_typed(form))
    ):
        return _page(request, letter, **{name: form})
    messages.success(request, success)
    return redirect(letter)


def _typed(form: Form) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    if "result" in values:
        values["result"] = ObjectionState(values["result"])
    return values


def _visible(request: StaffRequest, pk: int) -> Objection:
    letters = Objection.objects.visible_to(request.user).select_related(
        "site__organisation",
        "site__filing",
        "notice__programme",
        "accepted_by",
        "recorded_by",
        "investigator",
        "drafted_by",
        "approved_by",
        "document",
        "erasure",
    )
    return get_object_or_404(letters, pk=pk)


def _page(request: StaffRequest, letter: Objection, **refused: Form) -> HttpResponse:
    """The whole letter, for the office its writer included: each look at it goes into the trail.

    A form handed over was refused and is shown with what was typed.
    """
    accessed.send(sender=Objection, instance=letter)
    page = ObjectionPage(letter, request.user)
    context = {"page": page, "objection": letter, **page.forms, **refused}
    return render(request, "publicity/desk/objection_detail.html", context, status=422 if refused else 200)
