"""The programme and its phases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import DateInput
from sites.models import Extension


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A later end of a phase, and why."""

    class Meta:
        model = Extension
        fields = ["new_end", "reason"]
        widgets = {
            "new_end": DateInput(),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"reason": _("Everybody can read it on this page.")}
