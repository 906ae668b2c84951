"""Opening a round."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.enums import RoundKind
from core.forms import DateInput, Form


class RoundForm(Form):
    """Opening a round."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RoundKind.choices)
    title = forms.CharField(label=_("Title"), max_length=100, help_text=_("As shown in lists and notices."))
    due_on = forms.DateField(label=_("Due date"), widget=DateInput)
