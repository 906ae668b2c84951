"""Enquiries at the desk: for the office, the leading group, and the body with which one lies.

Who wrote is for the office alone; to everybody else there is nobody.
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
from accounts.rules import require_city, require_office
from audit.services import note_export
from core.acting import attempt, carried_out
from core.brakes import refuse_above
from core.forms import ReasonForm
from core.previews import previewed
from core.stored import saved_to_disk
from publicity.enums import EnquiryKind
from publicity.forms import ApproveForm, DraftAnswerForm, HandOnForm, RecordEnquiryForm
from publicity.models import Enquiry, EnquiryFile
from publicity.models.enquiries import EnquiryQuerySet
from publicity.pages.enquiry import EnquiryPage
from publicity.pages.enquiry_figures import information_year
from publicity.rules import handles_enquiries, knows_enquiries, reads_all_enquiries
from publicity.services import answering
from sites.calendar import today
from sites.chosen import chosen_programme, programme_or_404


class EnquiryList(LoginRequiredMixin, ListView[Enquiry]):
    """Those that this person may read, without what they say; open ones first, by the day they are due."""

    request: StaffRequest
    template_name = "publicity/desk/enquiry_list.html"
    paginate_by = 50

    def get_queryset(self) -> EnquiryQuerySet:
        if not knows_enquiries(self.request.user):
            raise Http404
        seen = Enquiry.objects.visible_to(self.request.user)
        here = seen.filter(programme=chosen_programme(self.request))
        return here.select_related("site", "held_by").defer("text").in_turn()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            handles=handles_enquiries(user), reads_all=reads_all_enquiries(user), **kwargs
        )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Take down what came by post, by telephone or at the counter; on to its receipt, to be printed."""
    require_office(request.user)
    posted = request.method == "POST"
    form = RecordEnquiryForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        programme=programme_or_404(request),
        by=request.user,
    )
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        for line in form.received.refused:
            messages.warning(request, line)
        messages.success(request, _("It is on record. Print the receipt for who asked."))
        return redirect("publicity_desk:enquiry_receipt", form.received.enquiry.pk)
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/enquiry_form.html", {"form": form}, status=status)


@login_required
@never_cache
@require_safe
def receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """To be printed for who asked: the code, what it leads to, and until when an answer is due."""
    found = _visible(request, pk)
    require_office(request.user)
    accessed.send(sender=Enquiry, instance=found)
    return render(request, "publicity/desk/enquiry_receipt.html", {"enquiry": found})


@login_required
@require_safe
def information(request: StaffRequest) -> HttpResponse:
    """依申请公开 of a year, as the yearly report has it."""
    require_city(request.user)
    # Figures alone, and the same for whoever reads them.
    requests = Enquiry.objects.filter(kind=EnquiryKind.INFORMATION)
    years = sorted({day.year for day in requests.dates("received_on", "year")} | {today().year}, reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else years[0]
    context = {"year": year, "years": years, "lines": information_year(requests, year)}
    return render(request, "publicity/desk/information_year.html", context)


@login_required
@never_cache
@require_safe
def enquiry(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    refuse_above(request, "looks_account")
    return _page(request, found)


@login_required
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    attempt(
        request,
        lambda: answering.accept(enquiry=found, by=request.user),
        success=_("It is taken up; who asked sees that it is being answered."),
    )
    return redirect(found)


@login_required
@require_POST
def hand_on(request: StaffRequest, pk: int) -> HttpResponse:
    form = HandOnForm(request.POST, enquiry=_visible(request, pk), by=request.user)
    done = _("It lies with the body you named, whose people are told.")
    return _take(request, pk, answering.hand_on, form, name="hand_on_form", success=done)


@login_required
@require_POST
def hand_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("It is handed back with your reason.")
    form = ReasonForm(request.POST)
    return _take(request, pk, answering.hand_back, form, name="hand_back_form", success=done)


@login_required
@require_POST
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The time is prolonged; who asked reads until when, and why.")
    return _take(request, pk, answering.extend, ReasonForm(request.POST), name="extend_form", success=done)


@login_required
@require_POST
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    form = DraftAnswerForm(request.POST, enquiry=_visible(request, pk))
    done = _("The answer is drafted; somebody else approves it or sends it back.")
    return _take(request, pk, answering.draft, form, name="draft_form", success=done)


@login_required
@require_POST
@previewed
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("It is answered; who asked reads it under the receipt code.")
    return _take(request, pk, answering.approve, ApproveForm(request.POST), name="approve_form", success=done)


@login_required
@require_POST
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The answer is sent back with the reason.")
    return _take(
        request, pk, answering.send_back, ReasonForm(request.POST), name="send_back_form", success=done
    )


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("Your draft is taken back; nobody approves it any more.")
    return _take(
        request, pk, answering.take_back, ReasonForm(request.POST), name="take_back_form", success=done
    )


@login_required
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    done = _("The request is closed: it was not completed.")
    return _take(request, pk, answering.close, ReasonForm(request.POST), name="close_form", success=done)


@login_required
@never_cache
@require_safe
def file(request: StaffRequest, pk: int) -> FileResponse:
    """An attachment, saved to disk as it came in: each download goes into the trail."""
    found = get_object_or_404(EnquiryFile.objects.visible_to(request.user).exclude(file=""), pk=pk)
    response = saved_to_disk(found.file, found.name, found.content_type, sha256=found.sha256)
    # Its name goes when the personal data goes; the trail stays.
    note_export(found, name=f"{found.pk}{PurePath(found.name).suffix}")
    return response


def _take(
    request: StaffRequest, pk: int, verb: Callable[..., None], form: Form, *, name: str, success: str
) -> HttpResponse:
    """One step, with what was typed; refused, the page shows the form again as `name`."""
    found = _visible(request, pk)
    if not form.is_valid() or not carried_out(
        form, lambda: verb(enquiry=found, by=request.user, **form.cleaned_data)
    ):
        return _page(request, found, **{name: form})
    messages.success(request, success)
    # Handed on or back, it may lie with others now.
    still = Enquiry.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect(found) if still else redirect("publicity_desk:enquiries")


def _visible(request: StaffRequest, pk: int) -> Enquiry:
    seen = Enquiry.objects.visible_to(request.user).select_related(
        "programme",
        "site__organisation",
        "site__filing",
        "held_by",
        "recorded_by",
        "drafted_by",
        "approved_by",
        "complaint__naming",
        "document",
        "erasure",
    )
    return get_object_or_404(seen, pk=pk)


def _page(request: StaffRequest, found: Enquiry, **refused: Form) -> HttpResponse:
    """The whole enquiry, for the office its writer included: each look at it goes into the trail.

    A form handed over was refused and is shown with what was typed.
    """
    accessed.send(sender=Enquiry, instance=found)
    page = EnquiryPage(found, request.user)
    context = {"page": page, "enquiry": found, **page.forms, **refused}
    return render(request, "publicity/desk/enquiry_detail.html", context, status=422 if refused else 200)
