"""The filters of the public directory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.forms import ALL, Form
from publicity.public_state import PublicState
from sites.enums import Level
from standards.enums import Kind


class SiteFilter(Form):
    """Filters of the public directory; a wrong one is named at its field and narrows nothing."""

    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *PublicState.choices])

    def narrowing(self) -> dict[str, Any]:
        """What the directory is narrowed by: by name, empty where it is not."""
        self.is_valid()
        wanted = self.cleaned_data.get
        district = wanted("district")
        return {
            "level": wanted("level") or "",
            "kind": wanted("kind") or "",
            "state": wanted("stage") or "",
            "district": district.pk if district else None,
        }
