"""What the teams of a round hold for inapplicable, in one list for the office."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.rules import require_office
from assessments.enums import SheetRole, SheetState
from assessments.forms.consents import ConsentsForm
from assessments.models import Score, Sheet
from assessments.services import scores
from core.acting import carried_out

from .pages import visible_round


@login_required
@require_http_methods(["GET", "POST"])
def round_consents(request: StaffRequest, pk: int) -> HttpResponse:
    """Each mark that waits for the office's word, with its reason; those chosen are agreed to at once."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    seen = Sheet.objects.visible_to(request.user).filter(assessment__round=shown)
    drafts = seen.filter(role=SheetRole.FINAL, state=SheetState.DRAFT)
    asked = Score.objects.unconsented().filter(sheet__in=drafts).in_one_list()
    waiting = list(asked.filter(refusal=""))
    form = ConsentsForm(request.POST if request.method == "POST" else None, waiting=waiting)
    if form.is_valid() and carried_out(
        form, lambda: scores.consent_to_all(chosen=form.chosen(), by=request.user)
    ):
        agreed = len(form.chosen())
        told = ngettext("Agreed to %(n)d mark.", "Agreed to %(n)d marks.", agreed)
        messages.success(request, told % {"n": agreed})
        return redirect("assessments:consents", pk=pk)
    context = {"round": shown, "form": form, "waiting": waiting, "refused": asked.exclude(refusal="")}
    return render(request, "assessments/round_consents.html", context, status=422 if form.errors else 200)
