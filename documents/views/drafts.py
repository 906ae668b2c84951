"""发文办理: drafts on their way to a number, what waits for whom, and the steps of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView
from django_htmx.http import HttpResponseClientRefresh
from django_stubs_ext import StrOrPromise

from accounts.http import OfCampaign, StaffRequest
from audit.services import note_export
from core.acting import Refusal, attempt, carried_out
from core.forms import Form
from core.stored import saved_to_disk
from documents.forms import (
    AskForm,
    CheckForm,
    CountersignForm,
    HeadForm,
    RemarkForm,
    SendBackForm,
    SignForm,
)
from documents.models import Draft, DraftPaper, DraftQuerySet, DraftRemark
from documents.pages import draft_page, tabs, waiting_for
from documents.services import checking, drafts, signing
from sites.chosen import chosen_programme


class DraftList(OfCampaign, ListView[Draft]):
    """What is drafted, and waits to be checked or signed: what waits for the reader first, apart."""

    request: StaffRequest
    template_name = "documents/draft_list.html"
    paginate_by = 50

    def get_queryset(self) -> DraftQuerySet:
        programme = chosen_programme(self.request)
        seen = Draft.objects.visible_to(self.request.user).filter(programme=programme)
        return seen.select_related("motion", "drafted_by", "checked_by", "signed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = waiting_for(self.request.user, self.get_queryset())
        return super().get_context_data(mine=mine, **tabs(self.request.user), **kwargs)


@login_required
@require_POST
def together(request: StaffRequest) -> HttpResponse:
    """Check or sign those that are ticked, each by itself: what is refused is named, the others go on."""
    done, seen = 0, Draft.objects.visible_to(request.user).select_related("motion")
    for choice in request.POST.getlist("draft"):
        key, _dot, turn = choice.partition(".")
        draft = seen.filter(pk=int(key)).first() if key.isdecimal() and turn.isdecimal() else None
        if draft is None:
            continue
        step = checking.check if "check" in request.POST else signing.sign
        try:
            step(draft=draft, turn=int(turn), by=request.user)
            done += 1
        except (Refusal, ValidationError, PermissionDenied) as error:
            messages.error(request, f"{draft}: {_why(error)}")
    if done:
        told = (
            ngettext("%(n)d draft is checked.", "%(n)d drafts are checked.", done)
            if "check" in request.POST
            else ngettext("%(n)d draft is signed.", "%(n)d drafts are signed.", done)
        )
        messages.success(request, told % {"n": done})
    return redirect("documents:drafts")


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error) or _("You may not do this.")


@login_required
@require_safe
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper_change(request: StaffRequest, pk: int) -> HttpResponse:
    """The free parts of one of its papers."""
    paper = _paper(request, pk)
    found = paper.draft
    if not found.is_open or paper.turn != found.turn:
        return redirect(found)
    drafts.require_city(request.user)
    head = drafts.heads_of(found)[paper.kind, paper.title]
    form = HeadForm(request.POST if request.method == "POST" else None, head=head, record=paper)
    if form.is_valid() and carried_out(
        form, lambda: drafts.change(paper=paper, head=form.head, by=request.user)
    ):
        messages.success(request, _("The draft is changed, and is to be checked."))
        return redirect(found)
    context = {"form": form, "paper": paper, "draft": found}
    return render(request, "documents/draft_paper_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def paper_file(request: StaffRequest, pk: int) -> FileResponse:
    """The trial print of one of its papers."""
    found = _paper(request, pk)
    if not found.file:
        raise Http404
    return saved_to_disk(found.file, f"{found.draft_words} {found.title}.pdf", sha256=found.sha256)


@login_required
@require_safe
def paper_status(request: StaffRequest, pk: int) -> HttpResponse:
    """One paper alone: what its card asks for while it is being printed."""
    paper = _paper(request, pk)
    if "HX-Request" not in request.headers:
        return redirect(paper)
    if not paper.is_pending:
        return HttpResponseClientRefresh()  # by now it can be checked or signed
    return render(request, "documents/_draft_paper.html", {"paper": paper})


@login_required
@require_POST
def paper_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Have it made again: its trial failed, or the file is kept no longer."""
    paper = _paper(request, pk)
    if drafts.retry(paper=paper):
        messages.success(request, _("The paper is being made again."))
    else:
        told = _("The queue cannot be reached now; the paper will be made once it is back.")
        messages.warning(request, told)
    return redirect(paper.draft)


@login_required
@require_POST
def remark(request: StaffRequest, pk: int) -> HttpResponse:
    form = RemarkForm(request.POST, request.FILES)
    return _step(request, pk, Step(drafts.remark, "remark_form", _("It is noted.")), form)


@login_required
@require_safe
def edited(request: StaffRequest, pk: int) -> FileResponse:
    """The copy somebody edited, always as a download."""
    remarks = DraftRemark.objects.visible_to(request.user).exclude(edited="")
    found = get_object_or_404(remarks, pk=pk)
    response = saved_to_disk(found.edited, found.edited_name, sha256=found.edited_sha256)
    note_export(found, name=found.edited_name)
    return response


@login_required
@require_POST
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    form = AskForm(request.POST, draft=_visible(request, pk))
    return _step(request, pk, Step(checking.ask, "ask_form", _("They are asked once it is checked.")), form)


@login_required
@require_POST
def check(request: StaffRequest, pk: int) -> HttpResponse:
    return _step(
        request, pk, Step(checking.check, "check_form", _("It is checked.")), CheckForm(request.POST)
    )


@login_required
@require_POST
def countersign(request: StaffRequest, pk: int) -> HttpResponse:
    form = CountersignForm(request.POST)
    return _step(request, pk, Step(checking.countersign, "countersign_form", _("Your answer is kept.")), form)


@login_required
@require_POST
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    step = Step(checking.send_back, "send_back_form", _("It is sent back."))
    return _step(request, pk, step, SendBackForm(request.POST))


@login_required
@require_POST
def hand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """In the turn that stands now."""
    found = _visible(request, pk)
    attempt(
        request,
        lambda: checking.hand_in(draft=found, text=request.POST.get("text", "")[:2000], by=request.user),
        success=_("It is handed in, and is to be checked."),
    )
    return redirect(found)


@login_required
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    form = SignForm(request.POST, motion=_visible(request, pk).motion)
    done = _("You have signed: the papers have their numbers.")
    return _step(request, pk, Step(signing.sign, "sign_form", done), form)


@dataclass(frozen=True)
class Step:
    """One step of a draft: what takes it, its form's name on the page, and what is said once it is taken."""

    take: Callable[..., object]
    form: str
    done: StrOrPromise


def _step(request: StaffRequest, pk: int, step: Step, form: Form) -> HttpResponse:
    """Take one step with what the form says; refused, the page shows the form with why."""
    found = _visible(request, pk)
    if form.is_valid() and carried_out(
        form, lambda: step.take(draft=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, str(step.done))
        return redirect(found)
    return _page(request, _visible(request, pk), **{step.form: form})


def _page(request: StaffRequest, found: Draft, **refused: Form) -> HttpResponse:
    context = draft_page(found, request.user) | refused
    return render(request, "documents/draft_detail.html", context, status=422 if refused else 200)


def _visible(request: StaffRequest, pk: int) -> Draft:
    related = ("motion__resolution__meeting", "programme", "drafted_by", "checked_by", "signed_by")
    return get_object_or_404(Draft.objects.visible_to(request.user).select_related(*related), pk=pk)


def _paper(request: StaffRequest, pk: int) -> DraftPaper:
    papers = DraftPaper.objects.visible_to(request.user).select_related("draft__motion")
    return get_object_or_404(papers, pk=pk)
