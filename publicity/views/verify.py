"""Checking a paper by the code printed on it."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.codes import plain_code
from documents.models import Document
from documents.views import paper_response
from publicity.forms import VerificationForm


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a filled form leads to the paper's own address."""
    form = VerificationForm(request.GET or None)
    if form.is_valid():
        return redirect("publicity:verify_code", form.cleaned_data["code"])
    return render(request, "publicity/verify_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is on record under a code; a page that helps on when nothing is."""
    papers = Document.objects.select_related("notice").defer("context")
    document = papers.filter(verification_code=plain_code(code)).first()
    if document is None:
        context = {"form": VerificationForm(initial={"code": code}), "unknown": code}
        return render(request, "publicity/verify_form.html", context, status=404)
    namings = document.namings.select_related("site__organisation")
    return render(request, "publicity/verify_result.html", {"document": document, "namings": namings})


@require_safe
def document(request: HttpRequest, code: str) -> FileResponse:
    """The file of a public paper."""
    papers = Document.objects.made().filter(is_public=True)
    return paper_response(get_object_or_404(papers, verification_code=plain_code(code)))
