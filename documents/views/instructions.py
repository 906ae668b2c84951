"""批示 at the desk: written on a paper, read and answered by whom they name, followed by the city."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts.http import StaffRequest
from core.acting import attempt, carried_out
from documents.forms import InstructionAnswerForm, InstructionForm
from documents.models import Document, Instruction, InstructionAnswer
from documents.pages import instruction_page, shown_to, tabs, with_answers
from documents.rules import has_instructions, instructs
from documents.services import instructions as services
from sites.chosen import chosen_programme


class InstructionList(LoginRequiredMixin, UserPassesTestMixin, ListView[Instruction]):
    """The instructions of a programme that the person reads, newest first."""

    request: StaffRequest
    template_name = "documents/instruction_list.html"
    paginate_by = 50

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and has_instructions(self.request.user)

    def get_queryset(self) -> QuerySet[Instruction]:
        chosen = chosen_programme(self.request)
        return with_answers(self.request.user).filter(document__programme=chosen).order_by("-given_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**tabs(self.request.user), **kwargs)
        return context | {"rows": shown_to(self.request.user, context["page_obj"])}


@login_required
@require_safe
def instruction(request: StaffRequest, pk: int) -> HttpResponse:
    """One instruction and its answers."""
    found = get_object_or_404(with_answers(request.user), pk=pk)
    return render(request, "documents/instruction_detail.html", instruction_page(found, request.user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instruct(request: StaffRequest, pk: int) -> HttpResponse:
    """A member of the leading group writes one on a paper."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if not services.may_instruct(document, request.user):
        raise PermissionDenied
    form = InstructionForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: services.give(document=document, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The instruction is given; those who have to act have been told."))
        return redirect(document)
    return _form_page(request, form, document)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change it until somebody has answered."""
    found = _mine(request, pk)
    form = InstructionForm(request.POST or None, instruction=found)
    if form.is_valid() and carried_out(
        form, lambda: services.revise(instruction=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The instruction is changed."))
        return redirect(found)
    return _form_page(request, form, found.document, found)


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    attempt(
        request,
        lambda: services.take_back(instruction=found, by=request.user),
        success=_("The instruction is taken back; it waits for nobody any more."),
    )
    return redirect(found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """What the own organisation has done."""
    seen = InstructionAnswer.objects.visible_to(request.user)
    found = get_object_or_404(seen.select_related("organisation", "instruction__document"), pk=pk)
    if not services.may_answer(found, request.user):
        raise PermissionDenied
    form = InstructionAnswerForm(request.POST or None, answer=found, by=request.user)
    if form.is_valid() and carried_out(
        form, lambda: services.answer(answer=found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Your answer is on record; who gave the instruction has been told."))
        return redirect(found.instruction)
    context = {"form": form, "answer": found, "instruction": found.instruction}
    return render(request, "documents/instruction_answer.html", context, status=422 if form.errors else 200)


def _mine(request: StaffRequest, pk: int) -> Instruction:
    """One that this person reads; the service says whose it is."""
    seen = Instruction.objects.visible_to(request.user).select_related("document")
    found = get_object_or_404(seen, pk=pk)
    if not instructs(request.user):
        raise PermissionDenied
    return found


def _form_page(
    request: StaffRequest, form: InstructionForm, document: Document, found: Instruction | None = None
) -> HttpResponse:
    context = {"form": form, "document": document, "instruction": found}
    return render(request, "documents/instruction_form.html", context, status=422 if form.errors else 200)
