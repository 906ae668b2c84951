"""Standing aside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Recusal


class RecusalForm(forms.ModelForm[Recusal]):
    class Meta:
        model = Recusal
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"reason": _("What ties you to this site or its unit.")}
