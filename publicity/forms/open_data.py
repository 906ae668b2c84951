"""Which part of a data set is asked for."""

from django import forms

from core.forms import Form
from publicity.api import MOST_ROWS


class ApiForm(Form):
    page = forms.IntegerField(required=False, min_value=1, max_value=10**9)
    rows = forms.IntegerField(required=False, min_value=1, max_value=MOST_ROWS)


class DataFileForm(Form):
    page = forms.IntegerField(required=False, min_value=1)

    def number(self) -> int:
        """The page asked for; 0, which no set has, for nonsense."""
        return (self.cleaned_data["page"] or 1) if self.is_valid() else 0
