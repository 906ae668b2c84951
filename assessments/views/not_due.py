"""What is not due in a round: declared by the office, read by whoever sees the round."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest
from accounts.rules import is_office, require_office
from assessments.forms.not_due import NotDueForm
from assessments.models import NotDue, Round
from assessments.services import not_due
from core.acting import attempt, carried_out
from standards.models import Item, Standard

from .pages import visible_round


@login_required
@require_http_methods(["GET", "POST"])
def round_not_due(request: StaffRequest, pk: int) -> HttpResponse:
    """The round's items that are not due, and the office's form to declare more."""
    shown = visible_round(request.user, pk)
    may_declare = is_office(request.user) and shown.is_open
    if request.method == "POST":
        require_office(request.user)
    settled = list(not_due.settled(shown)) if may_declare else []
    items = _items_due(shown, settled) if may_declare else []
    form = NotDueForm(request.POST or None, items=items) if items else None
    if form and form.is_valid() and carried_out(form, lambda: _declare(form, shown, request)):
        return redirect("assessments:not_due", pk=pk)
    context = {
        "round": shown,
        "declared": shown.not_due.select_related("item__section__standard", "decided_by"),
        "form": form,
        "settled": settled,
        "may_withdraw": may_declare,
    }
    status = 422 if form and form.errors else 200
    return render(request, "assessments/round_not_due.html", context, status=status)


@login_required
@require_POST
def not_due_withdraw(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """The office says that an item is due after all."""
    found = get_object_or_404(
        NotDue.objects.visible_to(request.user).select_related("round", "item__section"),
        round=pk,
        item=item_pk,
    )
    attempt(
        request,
        lambda: not_due.withdraw(not_due=found, by=request.user),
        success=_("%(item)s is due in this round.") % {"item": found.item.code},
    )
    return redirect("assessments:not_due", pk=pk)


def _items_due(shown: Round, settled: Sequence[Standard]) -> list[Item]:
    """The items that can still be put off."""
    return list(
        Item.objects.filter(section__standard__in=shown.standards.all())
        .exclude(section__standard__in=settled)
        .exclude(pk__in=shown.not_due.values("item"))
        .select_related("section__standard")
        .order_by("section__standard__kind", "section__ordinal", "ordinal")
    )


def _declare(form: NotDueForm, shown: Round, request: StaffRequest) -> None:
    not_due.declare(round=shown, items=form.chosen(), reason=form.cleaned_data["reason"], by=request.user)
