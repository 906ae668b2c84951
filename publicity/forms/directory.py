"""The filters of the public directory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.forms import ALL
from publicity.published import PublicStage
from sites.enums import Level
from sites.models.sites import SiteQuerySet
from standards.enums import Kind


class SiteFilter(forms.Form):
    """Filters of the public directory; a wrong one is named at its field and narrows nothing."""

    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *PublicStage.choices])

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if district := wanted.get("district"):
            sites = sites.in_district(district)
        if stage := wanted.get("stage"):
            sites = sites.filter(stage__in=PublicStage(stage).stages)
        return sites.filter(**{name: wanted[name] for name in ("level", "kind") if wanted.get(name)})
