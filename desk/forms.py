"""What the desk's lists can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.forms import ALL
from accounts.models import Organisation
from sites.enums import Level, Stage
from sites.models.sites import SiteQuerySet
from standards.enums import Kind


class SiteFilter(forms.Form):
    """Search and filters of the list of sites; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=_("Name or unit"), required=False, max_length=100)
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *Stage.choices])

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` by every filter that is filled and valid."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("q"):
            sites = sites.filter(
                Q(window_name__icontains=wanted["q"]) | Q(organisation__name__icontains=wanted["q"])
            )
        if wanted.get("district"):
            sites = sites.in_district(wanted["district"])
        exact = {name: wanted[name] for name in ("level", "kind", "stage") if wanted.get(name)}
        return sites.filter(**exact)
