"""The register of papers at the desk: finding one, watching it being made, fetching its file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import OfCampaign, StaffRequest
from accounts.models import User
from audit.services import note_export
from core.prepared import prepared
from core.stored import Withheld, saved_to_disk
from documents import services
from documents.enums import RenderState
from documents.forms import DocumentFilter
from documents.models import Document
from documents.pages import paper_page, tabs
from sites.chosen import chosen_programme
from sites.models import Site


class DocumentList(OfCampaign, ListView[Document]):
    """Every paper the person may see, newest first."""

    request: StaffRequest
    template_name = "documents/document_list.html"
    paginate_by = 50

    def get_queryset(self) -> Any:
        self.filter = DocumentFilter(self.request.GET)
        programme = chosen_programme(self.request)
        return _register(self.request.user, programme.pk if programme else None, **self.filter.asked())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **tabs(self.request.user), **kwargs)


@login_required
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    people = ("created_by", "drafted_by", "checked_by")
    papers = Document.objects.visible_to(request.user).select_related(*people, "signature")
    papers = papers.defer("signature__increment", "signature__html")
    document = get_object_or_404(papers, pk=pk)
    about = Site.objects.visible_to(request.user).filter(documents=document).select_related("organisation")
    context = {"document": document, "sites": about, **paper_page(document, request.user)}
    return render(request, "documents/document_detail.html", context)


@login_required
def status(request: StaffRequest, pk: int) -> HttpResponse:
    """The paper's card alone: what the card asks for while the paper is being made."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if "HX-Request" not in request.headers:
        return redirect(document)
    return render(request, "components/document_card.html", {"document": document})


@login_required
def download(request: StaffRequest, pk: int) -> FileResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).made(), pk=pk)
    response = paper_response(document)
    note_export(document, name=document.file_name)
    return response


@login_required
@require_POST
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Have a failed paper made again; whoever sees it may: the same row gives the same paper."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if services.retry(document=document):
        messages.success(request, _("The paper is being made again."))
    else:
        messages.warning(
            request, _("The queue cannot be reached now; the paper will be made once it is back.")
        )
    return redirect(document)


@prepared
def _register(user: User, programme: int | None, *, kind: str, state: str) -> QuerySet[Document]:
    """The papers of a programme, of one kind and in one state where these are chosen, by what a row shows."""
    chosen = {name: value for name, value in (("kind", kind), ("state", state)) if value}
    papers = Document.objects.visible_to(user).filter(programme=programme, **chosen)
    return papers.defer("context")


def paper_response(document: Document) -> FileResponse:
    """The file of a paper as it was made, under its number and title; else Withheld, and it is made again."""
    if document.state != RenderState.READY:
        raise Withheld(document.file.name)
    try:
        return saved_to_disk(document.file, document.file_name, sha256=document.sha256)
    except Withheld:
        services.make_again(document=document)
        raise
