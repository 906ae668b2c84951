"""Checking a paper by the code printed on it, by its number, or by its file."""

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.codes import plain_code
from core.uploads import LATER
from documents.models import Document
from documents.views import paper_response
from publicity.forms import VerificationForm, VerifiedFileForm
from publicity.verifying import digest_written, paper_of, sought_by
from tables.uploads import digest_of


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask what somebody has; a filled form leads to the paper's own address."""
    form = VerificationForm(request.GET or None)
    if form.is_valid():
        return _verdict(request, form.cleaned_data["code"])
    return _form_page(request, form, status=422 if form.errors else 200)


@require_POST
def verify_file(request: HttpRequest) -> HttpResponse:
    """The same by the file, where the browser does not work out its SHA-256; nothing of it is kept."""
    form = VerifiedFileForm(request.POST, request.FILES)
    if form.is_valid():
        return _verdict(request, form.cleaned_data["file"].sha256)
    sent = request.FILES.get("file")
    if isinstance(sent, UploadedFile) and not form.has_error("file", LATER):
        # Broken, or nothing that the portal issues.
        return _not_ours(request, digest_of(sent), form)
    return _form_page(request, VerificationForm(), status=422, file_form=form)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is on record under a code; a page that helps on when nothing is."""
    papers = Document.objects.select_related("notice", "signature", "replaced_by").defer(
        "context", "signature__increment", "signature__html", "replaced_by__context"
    )
    document = papers.filter(verification_code=plain_code(code)).first()
    if document is None:
        return _not_ours(request, code)
    context = {
        "document": document,
        "namings": document.namings.select_related("site__organisation"),
        "is_same_file": bool(document.sha256) and request.GET.get("sha256") == document.sha256,
    }
    return render(request, "publicity/verify_result.html", context)


def _verdict(request: HttpRequest, text: str) -> HttpResponse:
    document = paper_of(text)
    if document is None:
        return _not_ours(request, text)
    address = reverse("publicity:verify_code", args=[document.verification_code])
    digest = digest_written(text)
    return redirect(f"{address}?sha256={digest}" if digest else address)


def _not_ours(request: HttpRequest, text: str, file_form: VerifiedFileForm | None = None) -> HttpResponse:
    form = VerificationForm(initial={"code": text})
    return _form_page(request, form, status=404, file_form=file_form, unknown=text, sought=sought_by(text))


def _form_page(
    request: HttpRequest,
    form: VerificationForm,
    *,
    status: int,
    file_form: VerifiedFileForm | None = None,
    **context: str,
) -> HttpResponse:
    forms = {"form": form, "file_form": file_form or VerifiedFileForm()}
    return render(request, "publicity/verify_form.html", context | forms, status=status)


@require_safe
def document(request: HttpRequest, code: str) -> FileResponse:
    """The file of a public paper."""
    papers = Document.objects.made().filter(is_public=True)
    return paper_response(get_object_or_404(papers, verification_code=plain_code(code)))
