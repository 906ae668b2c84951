"""A word to who keeps one's account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class CorrectionForm(Form):
    text = forms.CharField(
        label=_("What is wrong, or is to be taken out"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
