"""The reason a step needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class ReasonForm(Form):
    """For steps that cannot be taken silently."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("The public page shows it."), widget=forms.Textarea(attrs={"rows": 3})
    )
