"""The filter over the list of papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form

from .enums import RenderState
from .papers import DocumentKind


class DocumentFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *DocumentKind.choices], required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *RenderState.choices], required=False
    )

    def asked(self) -> dict[str, str]:
        """What is chosen; a wrong choice is named at its field and narrows nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
