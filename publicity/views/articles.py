"""Experience: what meetings, commendations and news tell, and good practices others can take up."""

from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from accounts.models import User
from accounts.own_password import may_work
from core.stored import ASKED_EACH_TIME, inline, saved_to_disk
from publicity import linked_data
from publicity.enums import ArticleState
from publicity.forms import ArticleFilter
from publicity.models import Article, ArticleFile, Reuse
from publicity.models.articles import ArticleQuerySet
from sites.calendar import today
from sites.chosen import chosen_programme
from sites.models import Site
from standards.models import Ground, Item

# What was taken off a page, or with its article, is gone from everybody's browser that soon.
KEPT_A_WHILE = "public, max-age=300"


class ArticleList(ListView[Article]):
    """What is published and stands, newest first or most taken up; twelve a page, with a picture each."""

    template_name = "publicity/article_list.html"
    paginate_by = 12

    def get_queryset(self) -> ArticleQuerySet:
        programme = chosen_programme(self.request)
        self.filter = ArticleFilter(self.request.GET, programme=programme)
        here = Article.objects.listed(on=today()).filter(programme=programme)
        return self.filter.narrow(here).prefetch_related("files", "sites")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """An article as the public reads it; whoever sees the draft at the desk sees it here before."""
    found = _article(request, pk)
    context = {
        "article": found,
        "reuses": [entry for entry in found.reuses.all() if entry.confirmed_on],
        "linked_data": linked_data.of_article(found) if found.state == ArticleState.PUBLISHED else None,
    }
    response = render(request, "publicity/article_detail.html", context)
    if found.published_on is None:
        add_never_cache_headers(response)
    return response


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Always saved to disk, never opened as part of the portal. A picture's original stays at the desk."""
    file = _file(request, pk)
    if file.is_picture:
        raise Http404
    response = saved_to_disk(file.file, file.name, file.content_type, sha256=file.sha256)
    response["Cache-Control"] = _kept(file)
    return response


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy without camera data."""
    file = _file(request, pk)
    return inline(request, file.shown, f'"{file.sha256}"', kept=_kept(file))


@require_safe
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = _file(request, pk)
    return inline(request, file.thumbnail, f'"{file.sha256}-small"', kept=_kept(file))


def _article(request: HttpRequest, pk: int) -> Article:
    """A published article; else one that the person signed in sees at the desk."""
    loaded = loaded_articles().filter(pk=pk)
    found = loaded.published(on=today()).first()
    if found is None and isinstance(request.user, User) and may_work(request):
        found = loaded.visible_to(request.user).first()
    if found is None:
        raise Http404
    return found


def loaded_articles() -> ArticleQuerySet:
    """With everything that stands in an article."""
    reuses = Reuse.objects.standing().select_related("organisation")
    items = Item.objects.select_related("section__standard").order_by(
        "section__standard__kind", "section", "pk"
    )
    return Article.objects.select_related("author", "organisation", "programme").prefetch_related(
        "files",
        Prefetch("sites", Site.objects.select_related("organisation")),
        Prefetch("items", items),
        Prefetch("grounds", Ground.objects.select_related("replaced_by")),
        Prefetch("reuses", reuses),
    )


def _file(request: HttpRequest, pk: int) -> ArticleFile:
    """A file that stands in a published article; else in one that the person signed in sees at the desk."""
    standing = ArticleFile.objects.standing().select_related("article")
    open_to_all = Article.objects.listed(on=today())
    found = standing.filter(pk=pk, article__in=open_to_all).first()
    if found is None and isinstance(request.user, User) and may_work(request):
        return get_object_or_404(standing.visible_to(request.user), pk=pk)
    if found is None:
        raise Http404
    return found


def _kept(file: ArticleFile) -> str:
    return KEPT_A_WHILE if file.article.state == ArticleState.PUBLISHED else ASKED_EACH_TIME
