"""Setting up a second factor, and proposing to take away one that was lost."""

from typing import Any

from allauth.mfa.totp.forms import DeactivateTOTPForm
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.second_factor import ResetForm
from accounts.http import StaffRequest
from accounts.models import Motion
from accounts.rules import may_take_factor_away, needs_second_factor
from accounts.second_factor import has_second_factor
from accounts.services import motions
from core.acting import carried_out

from .fetching import managers_only, person_or_404

TAKE_AWAY = "user.second_factor"


@login_required
@require_safe
def second_factor(request: StaffRequest) -> HttpResponseBase:
    """Which kinds there are; whoever must have one and has none sees no other page."""
    context = {
        "is_needed": needs_second_factor(request.user),
        "has_one": has_second_factor(request.user),
    }
    return render(request, "people/second_factor.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def second_factor_reset(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Proposed once the person was there; another person decides."""
    person = person_or_404(request, pk)
    if not (may_take_factor_away(request.user, person) and has_second_factor(person)):
        raise PermissionDenied
    if waiting := Motion.objects.about(person).open().filter(kind=TAKE_AWAY).first():
        return redirect(waiting)
    form = ResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form,
        lambda: motions.move(kind=TAKE_AWAY, record=person, values=form.cleaned_data, by=request.user),
    ):
        messages.success(request, _(motions.MOVED))
        return redirect(person)
    context = {"form": form, "person": person}
    return render(request, "people/second_factor_reset.html", context, status=422 if form.errors else 200)


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]  # allauth tells no types
    """allauth asks the adapter before it removes an app, and takes any passkey: it asks for both here."""

    form_class = DeactivateTOTPForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "authenticator": self.object}
