"""An organisation, and what the list of organisations can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, OrganisationQuerySet, User
from accounts.rules import is_district_office
from core.changes import ChangeForm
from core.forms import ALL, Form, TidyField, offer
from core.mongolian import only_mongolian


class OrganisationFilter(Form):
    """Search and filters of the list of organisations; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *OrganisationKind.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    exists = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, ("yes", _("exists")), ("no", _("dissolved or merged"))],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_district_office(reader):
            del self.fields["district"]

    def narrow(self, organisations: OrganisationQuerySet) -> OrganisationQuerySet:
        """`organisations` by every filter that is filled and valid."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if text := wanted.get("q"):
            organisations = organisations.filter(
                Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text)
            )
        if kind := wanted.get("kind"):
            organisations = organisations.filter(kind=kind)
        if district := wanted.get("district"):
            organisations = organisations.in_district(district)
        if exists := wanted.get("exists"):
            organisations = organisations.filter(is_active=exists == "yes")
        return organisations


class OrganisationForm(ChangeForm):
    """What is known of an organisation. A district office writes down units of its own district only."""

    name = TidyField(label=_("Name"), max_length=100, help_text=_("The full name, as on its seal."))
    short_name = TidyField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("Left empty, the full name stands for it; then that has at most 40 letters."),
    )
    mongolian_name = TidyField(
        label=_("Name in Mongolian"),
        max_length=200,
        required=False,
        validators=[only_mongolian],
        widget=forms.TextInput(attrs={"lang": "mn-Mong"}),
        help_text=_("In the traditional script, as on its seal."),
    )
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: what workbooks call it as well."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)

    def __init__(
        self, *args: Any, manager: User, organisation: Organisation | None = None, **kwargs: Any
    ) -> None:
        self.record = organisation
        if organisation:
            known = {
                name: getattr(organisation, name)
                for name in ("name", "short_name", "mongolian_name", "kind", "is_active")
            }
            kwargs["initial"] = {**known, "aliases": "\n".join(organisation.aliases)}
        super().__init__(*args, **kwargs)
        if is_district_office(manager):
            known_here = OrganisationKind.DISTRICT_CHOICE
            offer(self, "kind", (choice for choice in OrganisationKind.choices if choice[0] in known_here))

    def clean_aliases(self) -> list[str]:
        return [line for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


class NewOrganisationForm(OrganisationForm):
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("none: a body of the city"),
        queryset=Organisation.objects.districts(),
    )
    code = TidyField(
        label=_("Code"), max_length=20, required=False, help_text=_("Left empty, the next free one is given.")
    )

    def __init__(self, *args: Any, manager: User, **kwargs: Any) -> None:
        super().__init__(*args, manager=manager, **kwargs)
        if is_district_office(manager):
            del self.fields["district"], self.fields["code"]


class KnownOrganisationForm(OrganisationForm):
    is_active = forms.BooleanField(
        label=_("It exists"),
        required=False,
        help_text=_(
            "Off once it is dissolved or merged: it is offered no more, and its past stays. "
            "Its people must have been moved or switched off before."
        ),
    )
