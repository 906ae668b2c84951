"""Word copies of papers and of drafts, to change words in: the worker makes one for whoever asks."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.exported import printed
from accounts.http import StaffRequest
from documents.models import Document, DraftPaper


@login_required
@require_safe
def document(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    name = f"副本 {found.full_number}{found.void_mark} {found.title}.docx"
    return printed(request, name, lambda: _drawn(found.kind, found.context), about=found)


@login_required
@require_safe
def draft_paper(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(DraftPaper.objects.visible_to(request.user), pk=pk)
    name = f"副本 {found.draft_words} {found.title}.docx"
    return printed(request, name, lambda: _drawn(found.kind, found.context), about=found.draft)


def _drawn(kind: str, context: Mapping[str, Any]) -> bytes:
    from documents.word_copy import word_copy  # noqa: PLC0415  # what writes Word files is the worker's

    return word_copy(kind, context)
