"""Switching an account off, with what is open handed over, and on again."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms.people import SwitchOffForm
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import is_given_by_two
from accounts.signals import open_work_of, told_to
from core.acting import attempt, carried_out

from .fetching import managed_person
from .links import hand_out


@managed_person
@require_http_methods(["GET", "POST"])
def switch_off(request: StaffRequest, person: User) -> HttpResponseBase:
    """What is open, who takes it over, why; for an account that is off already, what was left open."""
    work = open_work_of(person)
    form = SwitchOffForm(request.POST or None, person=person, has_work=bool(work))
    if form.is_valid() and carried_out(
        form, lambda: services.switch_off(person=person, **form.cleaned_data, by=request.user)
    ):
        done = (
            _("%(name)s's account is switched off.")
            if person.is_active
            else _("%(name)s's work is handed over.")
        )
        messages.success(request, done % {"name": person})
        return redirect(person)
    context = {"form": form, "person": person, "work": told_to(request.user, work)}
    return render(request, "people/switch_off.html", context, status=422 if form.is_bound else 200)


@managed_person
@require_http_methods(["GET", "POST"])
def switch_on(request: StaffRequest, person: User) -> HttpResponseBase:
    """Let somebody back in, with a new link."""
    if request.method != "POST":
        context = {"person": person, "by_two": is_given_by_two(person.role)}
        return render(request, "people/switch_on.html", context)
    made: list[str] = []
    if attempt(
        request,
        lambda: made.append(services.switch_on(person=person, by=request.user)),
        success=_("%(name)s's account is in use again.") % {"name": person},
    ):
        return hand_out(request, person, made[0]) if made[0] else redirect(person)
    return redirect(person)
