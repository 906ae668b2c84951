"""The filter over the list of papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import RenderState
from .models import DocumentQuerySet
from .papers import DocumentKind


class DocumentFilter(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *DocumentKind.choices], required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *RenderState.choices], required=False
    )

    def narrow(self, documents: DocumentQuerySet) -> DocumentQuerySet:
        """`documents` by the valid fields; a wrong one is named at its field and narrows nothing."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return documents.filter(**chosen)
