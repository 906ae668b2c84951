"""One file of evidence: fetching it, its picture and thumbnail, and all that is known of it."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import StaffRequest
from assessments.evidence.remarks import remarks_on
from assessments.evidence.shown import download
from assessments.models import EvidenceFile, Twin
from assessments.pages.evidence import seen_pairs
from audit.services import note_export

# Whatever a browser makes of a file, it runs nothing of it and lets it fetch nothing.
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@login_required
@require_safe
def evidence_file(request: StaffRequest, pk: int) -> FileResponse:
    """One file, for whoever sees its evidence; always saved to disk, never opened as part of the portal."""
    file = _file(request, pk)
    sent = download(file, request.user)
    note_export(file, name=sent.name)
    return saved_to_disk(sent.file, sent.name, sent.content_type)


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
    related = ("evidence__site__organisation", "evidence__uploaded_by", "evidence__assessment__round")
    file = _file(request, pk, *related)
    twins = Twin.objects.visible_to(request.user).filter(Q(file=file) | Q(earlier=file))
    context = {
        "file": file,
        "evidence": file.evidence,
        "site": file.evidence.site,
        "pointers": file.evidence.pointers.select_related("item__section"),
        "remarks": remarks_on([file], request.user).get(file.pk, []),
        "pairs": seen_pairs(twins, request.user),
        "sees_camera": request.user.role == Role.OFFICE,
    }
    return render(request, "assessments/evidence_file.html", context)


def _file(request: StaffRequest, pk: int, *related: str) -> EvidenceFile:
    visible = EvidenceFile.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("evidence", *related), pk=pk)


def saved_to_disk(file: FieldFile, name: str, content_type: str) -> FileResponse:
    """A file under the name it came with, never opened as part of the portal."""
    return FileResponse(
        file.open("rb"), as_attachment=True, filename=name, content_type=content_type, headers=INERT
    )


# The browser keeps a picture but asks each time: after signing out nobody sees it.
ASKED_EACH_TIME = "private, no-cache"


def inline(
    request: HttpRequest, picture: FieldFile, etag: str, *, kept: str = ASKED_EACH_TIME
) -> HttpResponseBase:
    """A picture in a page; `kept` says who may keep it, and how long."""
    if not picture:
        raise Http404
    answer = get_conditional_response(request, etag=etag)
    response = answer or FileResponse(picture.open("rb"), headers=INERT)
    response["ETag"] = etag
    response["Cache-Control"] = kept
    return response
