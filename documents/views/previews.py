"""先看公文: the papers of an act that was tried, and their files."""

import re

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from core.failures import SHOW_AGAIN
from core.previews import BUTTON
from core.stored import saved_to_disk
from documents.models import Preview, PreviewPaper

_BODY = re.compile(r"<body[^>]*>")


@login_required
@require_safe
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Preview.objects.visible_to(request.user), pk=pk)
    context = {
        "preview": found,
        "papers": found.papers.defer("context"),
        "button": BUTTON,
        "show_again": SHOW_AGAIN,
    }
    return render(request, "documents/preview_detail.html", context)


@login_required
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The public page as it would stand there, marked as what it is."""
    found = get_object_or_404(Preview.objects.visible_to(request.user).exclude(page=""), pk=pk)
    told = format_html('<p class="message message--warning">{}</p>', _("Preview: nothing of this is public."))
    return HttpResponse(_BODY.sub(lambda body: body[0] + told, found.page, count=1))


@login_required
@require_safe
def paper_status(request: StaffRequest, pk: int) -> HttpResponse:
    """One paper alone: what its card asks for while it is being made."""
    paper = _paper(request, pk)
    if "HX-Request" not in request.headers:
        return redirect(paper)
    return render(request, "documents/_preview_paper.html", {"paper": paper})


@login_required
@require_safe
def paper_file(request: StaffRequest, pk: int) -> FileResponse:
    found = _paper(request, pk)
    if not found.file:
        raise Http404
    return saved_to_disk(found.file, found.file_name, sha256=found.sha256)


def _paper(request: StaffRequest, pk: int) -> PreviewPaper:
    return get_object_or_404(PreviewPaper.objects.visible_to(request.user).defer("context"), pk=pk)
