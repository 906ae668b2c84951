"""代理: who stands in for whom, naming somebody, and ending it early."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.generic import ListView

from accounts import services
from accounts.forms.deputies import DeputyForm
from accounts.http import StaffRequest
from accounts.models import Deputy, DeputyQuerySet, User
from accounts.rules import may_send_deputy
from core.acting import attempt, carried_out

from .fetching import managed_person


class DeputyList(LoginRequiredMixin, ListView[Deputy]):
    """Those that run or are to come, as far as the reader knows of them; first what begins first."""

    request: StaffRequest
    template_name = "people/deputy_list.html"
    context_object_name = "deputies"
    paginate_by = 50

    def get_queryset(self) -> DeputyQuerySet:
        people = ("person__organisation", "deputy__organisation")
        return Deputy.objects.visible_to(self.request.user).standing().select_related(*people)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        endable = {one.pk for one in context["deputies"] if may_send_deputy(user, one.person)}
        return {**context, "endable": endable, "may_name_own": may_send_deputy(user, user)}


@login_required
@require_http_methods(["GET", "POST"])
def my_deputy(request: StaffRequest) -> HttpResponseBase:
    """I am away: who stands in for me."""
    if not may_send_deputy(request.user, request.user):
        raise PermissionDenied
    return _name_deputy(request, request.user)


@managed_person
@require_http_methods(["GET", "POST"])
def deputy_add(request: StaffRequest, person: User) -> HttpResponseBase:
    """Somebody whose account I manage is away."""
    return _name_deputy(request, person)


@login_required
@require_http_methods(["GET", "POST"])
def deputy_end(request: StaffRequest, pk: int) -> HttpResponseBase:
    seen = Deputy.objects.visible_to(request.user).standing().select_related("person__organisation", "deputy")
    deputy = get_object_or_404(seen, pk=pk)
    if not may_send_deputy(request.user, deputy.person):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "people/deputy_end.html", {"deputy": deputy, "person": deputy.person})
    done = _("%(deputy)s does not stand in for %(person)s any more.")
    attempt(
        request,
        lambda: services.end_deputy(deputy=deputy, by=request.user),
        success=done % {"deputy": deputy.deputy, "person": deputy.person},
    )
    return redirect("people:deputies")


def _name_deputy(request: StaffRequest, person: User) -> HttpResponseBase:
    form = DeputyForm(request.POST or None, person=person)
    if form.is_valid() and carried_out(
        form, lambda: services.name_deputy(person=person, **form.cleaned_data, by=request.user)
    ):
        done = _("%(deputy)s stands in for %(person)s then; both and the office are told.")
        messages.success(request, done % {"deputy": form.cleaned_data["deputy"], "person": person})
        return redirect("people:deputies")
    context = {"form": form, "person": person, "is_own": person == request.user}
    return render(request, "people/deputy_add.html", context, status=422 if form.is_bound else 200)
