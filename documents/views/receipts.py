"""What was delivered to one's organisation, signing for it, and printed copies."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import StaffRequest
from core.acting import attempt, carried_out
from documents import services
from documents.forms import CopiesGivenForm, CopiesPrintedForm, OnPaperForm
from documents.models import Document, Receipt, ReceiptQuerySet
from documents.pages import tabs
from documents.rules import keeps_copies, signs_for_papers


class ReceivedList(LoginRequiredMixin, UserPassesTestMixin, ListView[Receipt]):
    """The papers that came for the person's organisation: those nobody signed for first, then the newest."""

    request: StaffRequest
    template_name = "documents/received_list.html"
    paginate_by = 50

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and signs_for_papers(self.request.user)

    def get_queryset(self) -> QuerySet[Receipt]:
        mine = _mine(self.request)
        first = Case(When(received_on=None, document__withdrawn_on=None, then=Value(0)), default=Value(1))
        shown = mine.select_related("document__created_by", "received_by").defer("document__context")
        return shown.order_by(first, "-delivered_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        awaited = _mine(self.request).awaited().count()
        return super().get_context_data(awaited=awaited, **tabs(self.request.user), **kwargs)


@login_required
@require_POST
def sign_all(request: StaffRequest) -> HttpResponse:
    """Sign for everything that waits for one's organisation."""
    signed = services.sign_all(receipts=_mine(request), by=request.user)
    told = ngettext("Signed for %(n)d paper.", "Signed for %(n)d papers.", signed) % {"n": signed}
    messages.success(request, told if signed else _("Everything was signed for already."))
    return redirect("documents:received")


@login_required
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign for one paper, on its page."""
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user).select_related("document"), pk=pk)
    attempt(
        request,
        lambda: services.sign(receipt=receipt, by=request.user),
        success=_("You have signed for this paper."),
    )
    return redirect(receipt.document)


@login_required
def on_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The office records who signed on paper for an organisation without accounts."""
    seen = Receipt.objects.visible_to(request.user).select_related("document", "organisation")
    receipt = get_object_or_404(seen, pk=pk)
    _require_office(request)
    form = OnPaperForm(request.POST or None, receipt=receipt)
    if form.is_valid() and carried_out(
        form, lambda: services.record_on_paper(receipt=receipt, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The receipt is on record."))
        return redirect(receipt.document)
    context = {"form": form, "receipt": receipt, "document": receipt.document}
    return render(request, "documents/receipt_on_paper.html", context, status=422 if form.errors else 200)


@login_required
def copies_printed(request: StaffRequest, pk: int) -> HttpResponse:
    """How many copies were printed."""
    document = _paper(request, pk)
    form = CopiesPrintedForm(request.POST or None, document=document)
    if form.is_valid() and carried_out(
        form,
        lambda: services.print_copies(
            document=document, printed=form.cleaned_data["copies_printed"], by=request.user
        ),
    ):
        return redirect(document)
    context = {"form": form, "document": document}
    return render(request, "documents/copies_printed.html", context, status=422 if form.errors else 200)


@login_required
def copies_given(request: StaffRequest, pk: int) -> HttpResponse:
    """Whom copies were handed out to."""
    document = _paper(request, pk)
    form = CopiesGivenForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: services.give_copies(document=document, by=request.user, **form.cleaned_data)
    ):
        return redirect(document)
    context = {"form": form, "document": document}
    return render(request, "documents/copies_given.html", context, status=422 if form.errors else 200)


def _mine(request: StaffRequest) -> ReceiptQuerySet:
    return Receipt.objects.visible_to(request.user).addressed_to(request.user)


def _paper(request: StaffRequest, pk: int) -> Document:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    _require_office(request)
    return document


def _require_office(request: StaffRequest) -> None:
    if not keeps_copies(request.user):
        raise PermissionDenied
