"""The register of organisations: the list, adding and changing one."""

from typing import Any, TypeAlias, TypedDict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_stubs_ext import WithAnnotations

from accounts import services
from accounts.forms.organisations import KnownOrganisationForm, NewOrganisationForm, OrganisationFilter
from accounts.http import StaffRequest
from accounts.models import Organisation, OrganisationQuerySet
from accounts.rules import adds_to_registers, is_district_office, may_manage_organisation
from core.acting import carried_out
from tables.writing import Head, Row

from .fetching import managers_only
from .registers import Register


class _People(TypedDict):
    """What `with_people` tells of each organisation."""

    people_count: int


_Counted: TypeAlias = "WithAnnotations[Organisation, _People]"


class OrganisationList(Register):
    """The organisations this manager sees, narrowed."""

    template_name = "people/organisation_list.html"
    context_object_name = "organisations"
    title = gettext_lazy("Organisations")

    def get_queryset(self) -> OrganisationQuerySet:
        self.filter = OrganisationFilter(self.request.GET, reader=self.request.user)
        organisations = Organisation.objects.visible_to(self.request.user).with_people()
        return self.filter.narrow(organisations.select_related("district")).order_by("code")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        context["rows"] = [(each, may_manage_organisation(user, each)) for each in context["organisations"]]
        return context

    def heads(self) -> list[Head]:
        return [
            _("Name"),
            _("Short name"),
            _("Code"),
            _("Kind"),
            _("District"),
            _("Other names"),
            _("Number of people"),
            _("State"),
        ]

    def row(self, record: _Counted) -> Row:
        return [
            record.name,
            record.short_name,
            record.code,
            record.get_kind_display(),
            record.district,
            "、".join(record.aliases),
            record.people_count,
            _("exists") if record.is_active else _("dissolved or merged"),
        ]


@managers_only
@require_http_methods(["GET", "POST"])
def organisation_add(request: StaffRequest) -> HttpResponseBase:
    if not adds_to_registers(request.user):
        raise PermissionDenied
    form = NewOrganisationForm(request.POST or None, manager=request.user)
    if form.is_valid() and carried_out(form, lambda: services.add_organisation(**_facts(request, form))):
        messages.success(
            request, _("“%(organisation)s” is on record.") % {"organisation": form.cleaned_data["name"]}
        )
        return redirect("people:organisations")
    return render(
        request, "people/organisation_add.html", {"form": form}, status=422 if form.is_bound else 200
    )


@managers_only
@require_http_methods(["GET", "POST"])
def organisation_edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = Organisation.objects.visible_to(request.user).select_related("district")
    organisation = get_object_or_404(visible, pk=pk)
    if not may_manage_organisation(request.user, organisation):
        raise PermissionDenied
    form = KnownOrganisationForm(request.POST or None, manager=request.user, organisation=organisation)
    if form.is_valid() and carried_out(
        form,
        lambda: services.change_organisation(organisation=organisation, **form.cleaned_data, by=request.user),
    ):
        messages.success(request, _("The changes are saved."))
        return redirect("people:organisations")
    context = {"form": form, "organisation": organisation}
    return render(request, "people/organisation_edit.html", context, status=422 if form.is_bound else 200)


def _facts(request: StaffRequest, form: NewOrganisationForm) -> dict[str, Any]:
    """What was typed; a district office's units lie in its own district."""
    facts = {**form.cleaned_data, "by": request.user}
    if is_district_office(request.user) and request.user.organisation:
        facts["district"] = request.user.organisation.district
    return facts
