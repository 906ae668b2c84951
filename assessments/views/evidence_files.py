"""One file of evidence: fetching it, its picture and thumbnail, and all that is known of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.forms import model_to_dict
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from assessments.evidence.remarks import remarks_on
from assessments.evidence.shown import download
from assessments.forms.photos import MarksForm
from assessments.models import EvidenceFile, Twin
from assessments.pages.evidence import seen_pairs
from assessments.rules import sees_camera_data
from assessments.services.annotations import annotate
from assessments.services.filing import may_change
from audit.services import note_export
from core.acting import carried_out
from core.stored import inline, saved_to_disk

_SHOWN_WITH = (
    "evidence__site__organisation",
    "evidence__site__programme",
    "evidence__uploaded_by",
    "evidence__assessment__round",
)


@login_required
@require_safe
def evidence_file(request: StaffRequest, pk: int) -> FileResponse:
    """One file, for whoever sees its evidence; always saved to disk, never opened as part of the portal."""
    file = _file(request, pk)
    sent = download(file, request.user)
    response = saved_to_disk(sent.file, sent.name, sent.content_type, sha256=sent.sha256)
    note_export(file, name=sent.name)
    return response


@login_required
@require_safe
def evidence_picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The picture as everybody may see it, made anew by the portal: safe to stand in a page."""
    file = _file(request, pk)
    return inline(request, file.shown, f'"{file.sha256}"')


@login_required
@require_safe
def evidence_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    file = _file(request, pk)
    return inline(request, file.thumbnail, f'"{file.sha256}-small"')


@login_required
@require_safe
def evidence_view(request: StaffRequest, pk: int) -> HttpResponse:
    """A file with its picture, its remarks, its hash, and where else the picture is used."""
    return _view_page(request, _file(request, pk, *_SHOWN_WITH))


@login_required
@require_POST
def evidence_marks(request: StaffRequest, pk: int) -> HttpResponse:
    """What was drawn over the picture on its page, above what lies there."""
    file = _file(request, pk, *_SHOWN_WITH)
    form = MarksForm(request.POST)
    if form.is_valid() and carried_out(
        form, lambda: annotate(file=file, drawing=form.drawing(), by=request.user)
    ):
        messages.success(request, _("The marks are kept beside the picture."))
        return redirect("assessments:evidence_view", pk=pk)
    return _view_page(request, file, form)


def _view_page(request: StaffRequest, file: EvidenceFile, form: MarksForm | None = None) -> HttpResponse:
    """The page of a file, with the form to draw on it for whoever may."""
    layers = list(file.layers.select_related("drawn_by"))
    newest = layers[0] if layers else None
    if form is None and file.shown and may_change(file.evidence, request.user):
        form = MarksForm(initial=model_to_dict(newest) if newest else None)
    twins = Twin.objects.visible_to(request.user).filter(Q(file=file) | Q(earlier=file))
    context = {
        "file": file,
        "evidence": file.evidence,
        "site": file.evidence.site,
        "pointers": file.evidence.pointers.select_related("item__section"),
        "remarks": remarks_on([file], request.user).get(file.pk, []),
        "pairs": seen_pairs(twins, request.user),
        "sees_camera": sees_camera_data(request.user),
        "newest": newest,
        "former": layers[1:],
        "form": form,
    }
    status = 422 if form and form.errors else 200
    return render(request, "assessments/evidence_file.html", context, status=status)


def _file(request: StaffRequest, pk: int, *related: str) -> EvidenceFile:
    visible = EvidenceFile.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("evidence", *related), pk=pk)
