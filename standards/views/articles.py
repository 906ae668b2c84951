"""Writing the text of a rulebook's draft: its chapters' names, and its articles one by one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.models import User
from core.acting import carried_out
from core.forms import Form
from standards import services
from standards.checks import field_label
from standards.fingerprints import fingerprint
from standards.forms import ArticleForm, ChapterForm
from standards.models import Article, Chapter, Rulebook
from standards.placeholders import field_names, figures, said
from standards.wording import readings

from .fetching import draft_or_404, form_page

FIGURES = gettext_lazy(
    "Numbers are written out in this article: %(figures)s. Results are counted by the rulebook's numbers "
    "alone; where one of them is meant, put its name in braces."
)


@login_required
@require_http_methods(["GET", "POST"])
def chapter(request: StaffRequest, pk: int) -> HttpResponse:
    """What a chapter of a draft is called."""
    found = get_object_or_404(Chapter, pk=pk)
    version = draft_or_404(Rulebook, found.rulebook_id, request.user)
    seen = fingerprint(found)
    form = ChapterForm(request.POST or None, instance=found)
    if form.is_valid() and carried_out(
        form,
        lambda: services.rename_chapter(
            chapter=found, name=form.cleaned_data["name"], seen=seen, by=request.user
        ),
    ):
        return redirect(version)
    return form_page(
        request, version, form, title=_("Name of the chapter"), submit_label=_("Save the chapter")
    )


@login_required
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """A new article of a chapter."""
    found = get_object_or_404(Chapter, pk=pk)
    version = draft_or_404(Rulebook, found.rulebook_id, request.user)
    form = ArticleForm(request.POST or None, instance=Article(chapter=found))
    if form.is_valid() and carried_out(
        form,
        lambda: services.add_article(chapter=found, by=request.user, **_typed(form)),
    ):
        return _written(request, version, form)
    return _page(request, version, form, title=_("Add an article to “%(chapter)s”") % {"chapter": found})


@login_required
@require_http_methods(["GET", "POST"])
def article(request: StaffRequest, pk: int) -> HttpResponse:
    """What an article of a draft says, and where it stands."""
    found, version = _article_or_404(pk, request.user)
    seen = fingerprint(found)
    form = ArticleForm(request.POST or None, instance=found)
    if form.is_valid() and carried_out(
        form,
        lambda: services.write_article(article=found, seen=seen, by=request.user, **_typed(form)),
    ):
        return _written(request, version, form)
    return _page(request, version, form, title=readings(version)[found.key].number, article=found)


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an article out of the draft, once the office has said yes to it."""
    found, version = _article_or_404(pk, request.user)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(form, lambda: services.remove_article(article=found, by=request.user)):
        return redirect(version)
    reading = readings(version)[found.key]
    return form_page(
        request,
        version,
        form,
        title=_("Take %(article)s out of the draft?") % {"article": reading.number},
        lead=reading.text,
        submit_label=_("Take the article out"),
        danger=True,
    )


def _article_or_404(pk: int, user: User) -> tuple[Article, Rulebook]:
    found = get_object_or_404(Article.objects.select_related("chapter"), pk=pk)
    return found, draft_or_404(Rulebook, found.chapter.rulebook_id, user)


def _typed(form: ArticleForm) -> dict[str, Any]:
    return {"text": form.cleaned_data["text"], "place": form.cleaned_data["place"]}


def _written(request: StaffRequest, version: Rulebook, form: ArticleForm) -> HttpResponse:
    """Back to the draft, which says it if numbers are written out."""
    if found := list(figures(form.cleaned_data["text"])):
        messages.warning(request, FIGURES % {"figures": "、".join(found)})
    return redirect(version)


def _page(request: StaffRequest, version: Rulebook, form: ArticleForm, **more: Any) -> HttpResponse:
    """The form of an article, beside the numbers it may name."""
    context = {
        "version": version,
        "form": form,
        "submit_label": _("Save the article"),
        "cancel_url": version.get_absolute_url(),
        "numbers": [
            (f"{{{name}}}", field_label(Rulebook, name), said(version, name)) for name in field_names()
        ],
        **more,
    }
    return render(request, "standards/article_form.html", context, status=422 if form.errors else 200)
