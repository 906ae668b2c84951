"""Paper answers at the desk: the office prints, enters, draws, enters again, settles, adds scans."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.deputies import acts_as
from accounts.http import StaffRequest
from accounts.rules import require_office
from audit.services import note_export
from core.acting import attempt, carried_out
from core.stored import saved_to_disk
from publicity import appraisal_sheets
from publicity.forms import PaperFormForm, PrintFormsForm, ScansForm, SecondEntryForm, SettleForm
from publicity.models import AppraisalScan, PaperDraw, SecondEntry
from publicity.pages.appraisal import AppraisalPage
from publicity.pages.paper_answers import PaperDrawPage
from publicity.services import paper_answers

from .desk_appraisals import appraisal_page, sheet, visible_appraisal

LATEST = 10


@login_required
@require_POST
def print_forms(request: StaffRequest, pk: int) -> HttpResponse:
    """A run of forms, each with its code; its sheets are printed from the appraisal's page."""
    found, form = visible_appraisal(request, pk), PrintFormsForm(request.POST)
    require_office(request.user)
    if form.is_valid() and carried_out(
        form, lambda: paper_answers.print_forms(appraisal=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The forms have their codes: print them, and hand them out."))
        return redirect(found)
    return appraisal_page(request, found, print_form=form)


@login_required
@require_safe
def form_run(request: StaffRequest, pk: int, run: int) -> HttpResponse:
    """Those of a run that are not entered yet: whoever holds one can answer."""
    found = visible_appraisal(request, pk)
    require_office(request.user)
    unused = found.responses.on_forms().unused().filter(run=run)
    if not unused:
        raise Http404
    return sheet(request, "问卷", found, lambda: appraisal_sheets.paper_forms(found, unused))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: StaffRequest, pk: int) -> HttpResponse:
    """Forms from paper, one after the other."""
    found, form = visible_appraisal(request, pk), PaperFormForm(request.POST or None)
    require_office(request.user)
    if (
        form.is_bound
        and form.is_valid()
        and carried_out(form, lambda: form.save(appraisal=found, by=request.user))
    ):
        messages.success(request, _("Entered: %(what)s. Now the next form.") % {"what": form.entered})
        return redirect("publicity_desk:appraisal_entry", pk)
    entered = found.responses.filter(entered_by__isnull=False).select_related("entered_by")
    context = {
        "page": AppraisalPage(found),
        "form": form,
        "latest": entered.order_by("-answered_at", "-pk")[:LATEST],
    }
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/appraisal_entry.html", context, status=status)


@login_required
@require_POST
def draw(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_appraisal(request, pk)
    require_office(request.user)
    attempt(
        request,
        lambda: paper_answers.draw(appraisal=found, by=request.user),
        success=_("The forms are drawn; somebody who did not enter them first enters them again."),
    )
    return redirect(found)


@login_required
@require_safe
def paper_draw(request: StaffRequest, pk: int) -> HttpResponse:
    """What was drawn from, the seed, the order, what came out, and how to do it again."""
    seen = PaperDraw.objects.visible_to(request.user).select_related("drawn_by", "appraisal__site")
    found = get_object_or_404(seen, pk=pk)
    context = {"draw": found, "page": PaperDrawPage(found)}
    return render(request, "publicity/desk/appraisal_paper_draw.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: StaffRequest, pk: int) -> HttpResponse:
    """The drawn forms, entered again one after the other; and the differences that came of it."""
    found, form = visible_appraisal(request, pk), SecondEntryForm(request.POST or None)
    require_office(request.user)
    if (
        form.is_bound
        and form.is_valid()
        and carried_out(form, lambda: form.save(appraisal=found, by=request.user))
    ):
        _tell(request, form)
        return redirect("publicity_desk:appraisal_second", pk)
    drawn = SecondEntry.objects.filter(response__appraisal=found).select_related("response", "first_by")
    context = {
        "page": AppraisalPage(found),
        "form": form,
        "mine": drawn.waiting_for(request.user),
        "of_others": drawn.waiting().filter(acts_as(request.user, "first_by")),
        "differing": drawn.differing().select_related("entered_by"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/appraisal_second.html", context, status=status)


def _tell(request: StaffRequest, form: SecondEntryForm) -> None:
    differing = len(form.entry.differing)
    if not differing:
        messages.success(request, _("Entered again: %(what)s; both say the same.") % {"what": form.entered})
        return
    told = ngettext(
        "Entered again: %(what)s; %(n)d field differs from the first entry.",
        "Entered again: %(what)s; %(n)d fields differ from the first entry.",
        differing,
    )
    messages.warning(request, told % {"what": form.entered, "n": differing})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """What the paper says wherever its two entries differ."""
    seen = SecondEntry.objects.visible_to(request.user).select_related(
        "response__appraisal__site", "first_by", "entered_by"
    )
    found = get_object_or_404(seen, pk=pk)
    require_office(request.user)
    back = redirect("publicity_desk:appraisal_second", found.response.appraisal_id)
    if found not in SecondEntry.objects.differing():
        messages.info(request, _("There is no difference to be settled any more."))
        return back
    form = SettleForm(request.POST if request.method == "POST" else None, entry=found)
    if form.is_bound and form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("Settled: what the paper says counts."))
        return back
    context = {"entry": found, "form": form, "scans": found.response.appraisal.scans.all()}
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/appraisal_settle.html", context, status=status)


@login_required
@require_POST
def scans(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = visible_appraisal(request, pk), ScansForm(request.POST, request.FILES)
    require_office(request.user)
    if form.is_valid() and carried_out(form, lambda: form.save(appraisal=found, by=request.user)):
        messages.success(request, _("The scans are on file."))
        return redirect(found)
    return appraisal_page(request, found, scans_form=form)


@login_required
@never_cache
@require_safe
def scan(request: StaffRequest, pk: int) -> FileResponse:
    """A scan, saved to disk as it came in: each download goes into the trail."""
    found = get_object_or_404(AppraisalScan.objects.visible_to(request.user), pk=pk)
    response = saved_to_disk(found.file, found.name, found.content_type, sha256=found.sha256)
    note_export(found, name=found.name)
    return response
