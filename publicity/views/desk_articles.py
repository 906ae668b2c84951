"""Articles at the desk: written by whoever has something to tell, published and withdrawn by the office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_office, require_office
from accounts.services import secrecy
from assessments.views.pages import file_limits, form_page
from audit.services import note_export
from core.acting import answered, attempt, carried_out
from core.http import onward
from core.stored import saved_to_disk
from publicity.enums import ArticleState
from publicity.forms import ArticleForm, CaptionsForm, DeskArticleFilter, ReuseForm, WithdrawForm
from publicity.models import Article, ArticleFile, Reuse
from publicity.rules import reads_articles, writes_articles
from publicity.services import article_files, article_rights, articles, reuse
from sites.chosen import chosen_programme, programme_or_404
from sites.models import Programme
from sites.workflow import WorkflowError

from .articles import loaded_articles


class ArticleList(LoginRequiredMixin, ListView[Article]):
    """What this person may read of it, drafts first."""

    request: StaffRequest
    template_name = "publicity/desk/article_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Article]:
        if not reads_articles(self.request.user):
            raise Http404
        self.filter = DeskArticleFilter(self.request.GET)
        seen = Article.objects.visible_to(self.request.user).filter(programme=chosen_programme(self.request))
        loaded = self.filter.narrow(seen).select_related("organisation").with_reuse_count()
        return loaded.without_corrections_made().order_by(F("published_on").desc(nulls_first=True), "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_write = writes_articles(self.request.user)
        return super().get_context_data(filter=self.filter, may_write=may_write, **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Begin an article, with its pictures and attachments."""
    if not writes_articles(request.user):
        raise PermissionDenied
    programme = programme_or_404(request)
    form = _form(request, programme)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user)):
        return _saved(request, form)
    lead = "" if is_office(request.user) else _("The office reads it and publishes it.")
    return form_page(
        request,
        form,
        title=_("New article"),
        lead=lead,
        submit_label=_("Save the draft"),
        parent=_("Experience"),
        cancel_url="publicity_desk:articles",
        upload=True,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    found = _visible(request, pk)
    if refused := _not_now(request, found):
        return refused
    seen = articles.of_article(found)
    form = _form(request, found.programme, found)
    if form.is_valid() and carried_out(form, lambda: form.save(by=request.user, seen=seen)):
        return _saved(request, form)
    return form_page(
        request,
        form,
        title=_("Change the article"),
        submit_label=_("Save"),
        parent=found.title,
        cancel_url=_address(found),
        upload=True,
    )


@login_required
@require_safe
def article(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a correction of what is published, or go on with the one that is begun."""
    found = _visible(request, pk)
    made: list[Article] = []
    done = attempt(
        request,
        lambda: made.append(articles.correct(article=found, by=request.user)),
        success=_("The correction is a draft; the public reads the article as it is until you publish it."),
    )
    return redirect(_address(made[0] if done else found))


@login_required
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    seen = request.POST.get("seen", "")
    attempt(
        request,
        lambda: articles.publish(article=found, seen=seen, by=request.user),
        success=_("The article is published."),
    )
    found.refresh_from_db()
    return redirect(_address(found.corrects if found.corrects and found.published_on else found))


@login_required
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), WithdrawForm(request.POST)
    require_office(request.user)
    return answered(
        request,
        form,
        lambda: articles.withdraw(article=found, by=request.user, **form.cleaned_data),
        success=_("The article is withdrawn."),
        to=_address(found),
        page=lambda: _page(request, found, withdraw_form=form),
    )


@login_required
@require_POST
def captions(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    form = CaptionsForm(request.POST, article=found)
    return answered(
        request,
        form,
        lambda: article_files.caption(article=found, captions=form.captions(), by=request.user),
        success=_("The captions are saved."),
        to=_address(found),
        page=lambda: _page(request, found, captions_form=form),
    )


@login_required
@require_safe
def article_file(request: StaffRequest, pk: int) -> FileResponse:
    """As it was uploaded. A picture with what the camera wrote, and what was taken off, is for the office."""
    file = get_object_or_404(ArticleFile.objects.visible_to(request.user), pk=pk)
    if (file.is_picture or file.removed_on) and not is_office(request.user):
        raise PermissionDenied
    response = saved_to_disk(file.file, file.name, file.content_type, sha256=file.sha256)
    note_export(file, name=file.name)
    return response


@login_required
@require_POST
def article_file_off(request: StaffRequest, pk: int) -> HttpResponse:
    seen = ArticleFile.objects.visible_to(request.user).select_related("article")
    file = get_object_or_404(seen, pk=pk)
    attempt(
        request,
        lambda: article_files.take_off(file=file, by=request.user),
        success=_("The file is taken off; the original stays on record."),
    )
    return redirect(_address(file.article))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_reuse(request: StaffRequest, pk: int) -> HttpResponse:
    """A unit took the practice up."""
    found = _visible(request, pk)
    if not writes_articles(request.user):
        raise PermissionDenied
    form = ReuseForm(request.POST or None, by=request.user)
    if form.is_valid() and carried_out(
        form, lambda: reuse.record(article=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is on record that the unit took it up."))
        return redirect(_address(found))
    told = _("The public page shows an entry once it was reviewed for secrets.")
    return form_page(
        request,
        form,
        title=_("Enter a unit that took it up"),
        lead=told,
        submit_label=_("Enter"),
        parent=found.title,
        cancel_url=_address(found),
    )


@login_required
@require_POST
def reuse_off(request: StaffRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    attempt(
        request,
        lambda: reuse.take_back(reuse=entry, by=request.user),
        success=_("The entry is taken back; it counts no more."),
    )
    return redirect(_address(entry.article))


def _visible(request: StaffRequest, pk: int) -> Article:
    return get_object_or_404(loaded_articles().visible_to(request.user), pk=pk)


def _entry(request: StaffRequest, pk: int) -> Reuse:
    return get_object_or_404(Reuse.objects.visible_to(request.user).select_related("article"), pk=pk)


def _address(found: Article) -> str:
    return reverse("publicity_desk:article", args=[found.pk])


def _form(request: StaffRequest, programme: Programme, found: Article | None = None) -> ArticleForm:
    return ArticleForm(
        request.POST or None,
        request.FILES or None,
        programme=programme,
        article=found,
        by=request.user,
        limits=file_limits(),
    )


def _not_now(request: StaffRequest, found: Article) -> HttpResponse | None:
    """Turn back whoever could not save the form; one that was sent all the same keeps what was typed."""
    try:
        article_rights.check_edit(found, request.user)
    except WorkflowError as error:
        if request.method == "POST":
            return None
        messages.error(request, str(error))
        return redirect(_address(found))
    return None


def _saved(request: StaffRequest, form: ArticleForm) -> HttpResponse:
    messages.success(request, _("The article is saved."))
    for told in form.refused:
        messages.warning(request, _("Not added: %(file)s") % {"file": told})
    return onward(request, _address(form.saved))


def _reuses_secrecy(found: Article, user: User) -> dict[str, Any]:
    """For the office, how it stands with the secrecy reviews of the entries that are not public yet."""
    entries = found.reuses.all() if is_office(user) and not found.withdrawn_on else ()
    waiting = [entry for entry in entries if not (entry.confirmed_on or entry.removed_on)]
    standings = list(secrecy.standings("reuse", waiting).values()) if waiting else []
    return {"standings": standings, "may_ask": any(standing.may_be_asked for standing in standings)}


def _page(request: StaffRequest, found: Article, **refused: forms.Form) -> HttpResponse:
    """The article with what this person may do to it now."""
    user, state = request.user, found.state
    may_edit = article_rights.may_edit(found, user)
    to_take_back = set(article_rights.reuses_to_take_back(found, user))
    context: dict[str, Any] = {
        "article": found,
        "may_edit": may_edit,
        "may_have_originals": is_office(user),
        "removed": [file for file in found.files.all() if file.removed_on],
        "may_enter_reuse": writes_articles(user) and article_rights.can_be_taken_up(found),
        "reuses": [(entry, entry in to_take_back) for entry in found.reuses.all()],
        "reuses_secrecy": _reuses_secrecy(found, user),
    }
    if may_edit and (found.pictures or found.attachments):
        context["captions_form"] = CaptionsForm(article=found)
    if state == ArticleState.DRAFT:
        (standing,) = secrecy.standings("article", [found]).values()
        context |= {"secrecy": [standing], "secrecy_kind": "article", "why_not": standing.why_not_by(user)}
        if is_office(user):
            context |= {"seen": articles.of_article(found), "may_ask": standing.may_be_asked}
    if is_office(user) and found.keeps_its_reason:
        (standing,) = secrecy.standings("article.withdraw", [found]).values()
        context |= {"withdrawal_secrecy": [standing], "may_ask": standing.may_be_asked}
    if is_office(user) and state == ArticleState.PUBLISHED and not found.corrects:
        context["correct_url"] = reverse("publicity_desk:article_correct", args=[found.pk])
        context["may_take_off"] = [*found.pictures, *found.attachments]
    if is_office(user) and state != ArticleState.WITHDRAWN:
        context["withdraw_form"] = WithdrawForm()
    status = 422 if refused else 200
    return render(request, "publicity/desk/article_detail.html", context | refused, status=status)
