"""The register of people: the list, one person, adding and changing them."""

from typing import TypeAlias, TypedDict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import WithAnnotations

from accounts import services
from accounts.forms.people import NewPersonForm, PersonFilter, PersonForm
from accounts.http import StaffRequest
from accounts.models import Motion, PersonQuerySet, User
from accounts.rules import (
    adds_to_registers,
    is_given_by_two,
    is_system_administrator,
    may_administer,
    may_manage,
    may_propose_role,
    may_send_deputy,
    may_take_factor_away,
)
from accounts.services import appointing
from accounts.signals import open_work_of, told_to
from core.acting import carried_out
from tables.writing import Head, Row

from .fetching import managed_person, managers_only, person_or_404
from .links import hand_out
from .registers import Register


class _Factor(TypedDict):
    """What `with_second_factor` tells of each person."""

    has_second_factor: bool


_Account: TypeAlias = "WithAnnotations[User, _Factor]"


class PeopleList(Register):
    """Everybody this manager sees, narrowed and sorted."""

    template_name = "people/person_list.html"
    context_object_name = "people"
    title = gettext_lazy("People")

    def get_queryset(self) -> PersonQuerySet:
        self.filter = PersonFilter(self.request.GET, reader=self.request.user)
        people = User.objects.visible_to(self.request.user).with_second_factor()
        return self.filter.narrow(people.select_related("organisation__district"))

    def heads(self) -> list[Head]:
        return [
            pgettext("of a person", "Name"),
            _("Account name"),
            _("Role"),
            _("Organisation"),
            _("Telephone"),
            _("E-mail"),
            _("State"),
            _("Last sign-in"),
            _("Second factor"),
        ]

    def row(self, record: _Account) -> Row:
        return [
            record.name,
            record.username,
            record.get_role_display(),
            record.organisation,
            record.phone,
            record.email,
            record.state.label,
            record.last_login,
            _("yes") if record.has_second_factor else _("no"),
        ]


@managers_only
@require_http_methods(["GET", "POST"])
def person_add(request: StaffRequest) -> HttpResponseBase:
    """A new person, who sets a password through the link that the next page shows.

    One without a role gets the link once the role is given; one that two people give is proposed at once.
    """
    if not adds_to_registers(request.user):
        raise PermissionDenied
    chosen = {name: request.GET[name] for name in ("organisation", "role") if name in request.GET}
    form = NewPersonForm(request.POST or None, manager=request.user, initial=chosen)
    opens_only = is_system_administrator(request.user)
    made: list[tuple[User, str]] = []

    def add() -> None:
        made.append(appointing.open_account(**form.facts(), by=request.user))

    if form.is_valid() and carried_out(form, add):
        person, token = made[0]
        messages.success(request, _("%(name)s has an account now.") % {"name": person})
        if opens_only:
            messages.info(request, _("Propose its role, unless a security administrator gives it alone."))
        elif is_given_by_two(form.facts()["role"]):
            messages.info(request, _("The role waits for another person; then somebody else makes the link."))
        return hand_out(request, person, token) if token else redirect(person)
    context = {"form": form, "opens_only": opens_only}
    return render(request, "people/person_add.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_safe
def person_detail(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Who it is, when they last signed in, and what can be done about the account."""
    person = person_or_404(request, pk)
    proposed = Motion.objects.visible_to(request.user).about(person).open()
    context = {
        "person": person,
        "link_ends": services.link_ends(person),
        "may_take_factor_away": may_take_factor_away(request.user, person),
        "may_manage": may_manage(request.user, person),
        "may_administer": may_administer(request.user, person),
        "may_propose_role": may_propose_role(request.user, person),
        "proposed": proposed.select_related("proposed_by"),
        "may_send_deputy": may_send_deputy(request.user, person),
        "deputies": person.absences.standing().select_related("person", "deputy"),
        "work": told_to(request.user, open_work_of(person)),
    }
    return render(request, "people/person_detail.html", context)


@managed_person
@require_http_methods(["GET", "POST"])
def person_edit(request: StaffRequest, person: User) -> HttpResponseBase:
    form = PersonForm(request.POST or None, manager=request.user, person=person)
    if form.is_valid() and carried_out(
        form, lambda: services.change_person(person=person, **form.facts(), by=request.user)
    ):
        messages.success(request, _("The changes are saved."))
        return redirect(person)
    context = {"form": form, "person": person}
    return render(request, "people/person_edit.html", context, status=422 if form.is_bound else 200)
