"""Frequent questions at the desk: written by the office, reviewed by another person, published, withdrawn."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import F, QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office, sees_city
from accounts.services import secrecy
from core.acting import answered, attempt, carried_out
from core.http import record_address
from publicity.enums import QuestionState
from publicity.forms import PublishQuestionForm, QuestionForm
from publicity.models import Enquiry, Question
from publicity.services import questions


class QuestionList(LoginRequiredMixin, ListView[Question]):
    """Drafts first, then what is published, the newest first."""

    request: StaffRequest
    template_name = "publicity/desk/question_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Question]:
        if not sees_city(self.request.user):
            raise Http404
        seen = Question.objects.visible_to(self.request.user)
        return seen.order_by(F("published_on").desc(nulls_first=True), "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_write=is_office(self.request.user), **kwargs)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A new question, or, with `?enquiry=`, one that an enquiry asked whose writer agreed."""
    require_office(request.user)
    key = request.GET.get("enquiry", "")
    enquiry = get_object_or_404(_enquiries(request), pk=key) if key.isdecimal() else None
    initial = {"topic": enquiry.topic, "answer": enquiry.reply} if enquiry else {}
    form = QuestionForm(request.POST or None, question=None, enquiry=enquiry, initial=initial)
    return _kept(request, form, {"enquiry": enquiry})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    found = _visible(request, pk)
    require_office(request.user)
    if found.state != QuestionState.DRAFT and request.method != "POST":
        messages.error(request, _("What is published stays as it is: withdraw it, and write it anew."))
        return redirect("publicity_desk:question", pk)
    return _kept(request, QuestionForm(request.POST or None, question=found), {"question": found})


@login_required
@require_safe
def question(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), PublishQuestionForm(request.POST)
    require_office(request.user)
    return answered(
        request,
        form,
        lambda: questions.publish(question=found, by=request.user, **form.cleaned_data),
        success=_("The question is published."),
        to=_address(found),
        page=lambda: _page(request, found, publish_form=form),
    )


@login_required
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    require_office(request.user)
    attempt(
        request,
        lambda: questions.withdraw(question=found, by=request.user),
        success=_("The question is withdrawn."),
    )
    return redirect(_address(found))


def _address(found: Question) -> str:
    return record_address("publicity_desk:question", found.pk)


def _enquiries(request: StaffRequest) -> QuerySet[Enquiry]:
    return Enquiry.objects.visible_to(request.user).defer("text")


def _visible(request: StaffRequest, pk: int) -> Question:
    return get_object_or_404(Question.objects.visible_to(request.user).select_related("enquiry"), pk=pk)


def _kept(request: StaffRequest, form: QuestionForm, context: dict[str, Any]) -> HttpResponse:
    saved: list[Question] = []
    if form.is_valid() and carried_out(form, lambda: saved.append(form.save(by=request.user))):
        messages.success(request, _("The draft is saved; another person reviews it before it goes out."))
        return redirect(_address(saved[0]))
    status = 422 if form.is_bound else 200
    return render(request, "publicity/desk/question_form.html", {"form": form, **context}, status=status)


def _page(request: StaffRequest, found: Question, **refused: Form) -> HttpResponse:
    """The question with what this person may do to it now."""
    user = request.user
    context: dict[str, Any] = {"question": found, "may_write": is_office(user)}
    if found.state == QuestionState.DRAFT:
        (standing,) = secrecy.standings("question", [found]).values()
        context |= {"secrecy": [standing], "secrecy_kind": "question", "why_not": standing.why_not_by(user)}
        if is_office(user):
            context |= {
                "may_ask": standing.may_be_asked,
                "personal": questions.personal_in(found),
                "publish_form": PublishQuestionForm(),
            }
    status = 422 if refused else 200
    return render(request, "publicity/desk/question_detail.html", context | refused, status=status)
