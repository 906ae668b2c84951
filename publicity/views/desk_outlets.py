"""Where a notice was made known, at the desk: recorded, corrected, published and taken back by the office."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from accounts.services import secrecy
from assessments.views.pages import form_page
from audit.services import note_export
from core.acting import attempt, carried_out
from core.forms import ReasonForm
from core.stored import saved_to_disk
from publicity.forms import OutletForm
from publicity.models import Notice, NoticeOutlet, OutletPicture
from publicity.services import outlets


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on record where a notice was made known."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if not outlets.may_record(notice, request.user):
        raise PermissionDenied
    form = OutletForm(request.POST or None, request.FILES or None, notice=notice, outlet=None)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("It is on record, and under secrecy review; then you publish it."))
        return redirect(form.saved)
    return form_page(
        request,
        form,
        title=_("Record where the notice was made known"),
        lead=_("It counts at once; the public reads it once another person has reviewed it for secrets."),
        submit_label=_("Record it and ask for the secrecy review"),
        parent=notice.title,
        cancel_url=reverse("publicity_desk:notice", args=[notice.pk]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct what is on record."""
    require_office(request.user)
    found = _visible(request, pk)
    form = OutletForm(request.POST or None, request.FILES or None, notice=found.notice, outlet=found)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        messages.success(request, _("It is corrected, and under secrecy review; then you publish it."))
        return redirect(found)
    return form_page(
        request,
        form,
        title=_("Correct the record"),
        lead=_("Until another person has reviewed it for secrets anew, the public does not read it."),
        submit_label=_("Save it and ask for the secrecy review"),
        parent=str(found),
        cancel_url=found.get_absolute_url(),
    )


@login_required
@require_safe
def outlet(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Show it with the notice."""
    require_office(request.user)
    found = _visible(request, pk)
    attempt(
        request,
        lambda: outlets.publish(outlet=found, by=request.user),
        success=_("It is public: it stands on the page of the notice."),
    )
    return redirect(found)


@login_required
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """It was entered by mistake."""
    require_office(request.user)
    found, form = _visible(request, pk), ReasonForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: outlets.withdraw(outlet=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is taken back; it counts no more and stays on record."))
        return redirect(found)
    return _page(request, found, form)


@login_required
@require_safe
def original(request: StaffRequest, pk: int) -> FileResponse:
    """The picture as it was added, with what the camera wrote: for the office."""
    require_office(request.user)
    picture = get_object_or_404(OutletPicture.objects.visible_to(request.user), pk=pk)
    response = saved_to_disk(picture.file, picture.name, picture.content_type, sha256=picture.sha256)
    note_export(picture, name=picture.name)
    return response


def _visible(request: StaffRequest, pk: int) -> NoticeOutlet:
    seen = NoticeOutlet.objects.visible_to(request.user).select_related("notice", "entered_by")
    return get_object_or_404(seen.prefetch_related("pictures"), pk=pk)


def _page(request: StaffRequest, found: NoticeOutlet, refused: ReasonForm | None = None) -> HttpResponse:
    """The record, how it stands with its secrecy review, and what this person may do about it."""
    may_act = outlets.may_record(found.notice, request.user) and not found.withdrawn_on
    unpublished = not (found.published_on or found.withdrawn_on)
    [standing] = secrecy.standings("outlet", [found]).values()
    context = {
        "outlet": found,
        "pictures": found.pictures.all() if is_office(request.user) else [],
        "may_act": may_act,
        "secrecy": [standing] if unpublished else [],
        "secrecy_kind": "outlet",
        "may_ask": may_act and standing.may_be_asked,
        "why_not": standing.why_not_by(request.user),
        "withdraw_form": refused or (ReasonForm() if may_act else None),
    }
    return render(request, "publicity/desk/outlet_detail.html", context, status=422 if refused else 200)
