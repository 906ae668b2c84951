"""考评办法 for everybody: what is in force, each version before it, and what changed between them."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents.models import Document
from documents.papers import DocumentKind
from publicity.forms import AgainstForm
from standards.comparison import compare
from standards.models import Rulebook
from standards.wording import read


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The version results are counted by now."""
    return _page(request, Rulebook.objects.published().with_items().first())


@require_safe
def version(request: HttpRequest, version: int) -> HttpResponse:
    """Any version that is or was in force."""
    return _page(request, get_object_or_404(Rulebook.objects.made_public().with_items(), version=version))


def _page(request: HttpRequest, rulebook: Rulebook | None) -> HttpResponse:
    if rulebook is None:
        return render(request, "publicity/rulebook.html", {"rulebook": None})
    versions = list(Rulebook.objects.made_public())
    others = [other.version for other in versions if other.version != rulebook.version]
    form = AgainstForm(request.GET, versions=others)
    before = max((number for number in others if number < rulebook.version), default=None)
    against = (form.cleaned_data["against"] if form.is_valid() else None) or before
    old = Rulebook.objects.made_public().with_items().filter(version=against or 0).first()
    context = {
        "rulebook": rulebook,
        "chapters": read(rulebook),
        "paper": _notice(rulebook),
        "versions": versions,
        "against": against,
        "comparison": compare(*sorted((old, rulebook), key=lambda each: each.version)) if old else None,
    }
    return render(request, "publicity/rulebook.html", context)


def _notice(rulebook: Rulebook) -> Document | None:
    """The notice by which it was issued; the version that came with the plan has none."""
    papers: QuerySet[Document] = Document.objects.published().standing().defer("context")
    return papers.filter(kind=DocumentKind.RULEBOOK_NOTICE, context__version=rulebook.version).first()
