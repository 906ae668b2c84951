"""依据: the laws, opinions and notices that the campaign stands on, and where each is cited."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.stored import saved_to_disk
from publicity.pages.ground import cited
from sites.calendar import today
from sites.models import Programme
from standards.models import Ground


@require_safe
def grounds(request: HttpRequest) -> HttpResponse:
    """All that were issued by today; a law of later years is not known yet."""
    found = Ground.objects.known(on=today()).select_related("replaced_by")
    return render(request, "publicity/ground_list.html", {"grounds": found})


@require_safe
def ground(request: HttpRequest, pk: int) -> HttpResponse:
    found = _ground(pk)
    context = {
        "ground": found,
        "cited": cited(found, on=today()),
        "plan": Programme.objects.begun().filter(document_number=found.number).first(),
        "replaces": found.replaces.known(on=today()),
    }
    return render(request, "publicity/ground_detail.html", context)


@require_safe
def ground_file(request: HttpRequest, pk: int) -> FileResponse:
    found = _ground(pk)
    if not found.file:
        raise Http404
    return saved_to_disk(found.file, found.file_name, sha256=found.sha256)


def _ground(pk: int) -> Ground:
    found = Ground.objects.known(on=today()).select_related("replaced_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
