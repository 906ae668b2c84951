"""Filling a score sheet."""

from django import forms

from assessments.enums import ScoreLevel


class SectionForm(forms.Form):
    """Which section of the sheet is asked for; nonsense is as good as none."""

    section = forms.IntegerField(required=False, min_value=1)

    def number(self) -> int | None:
        return self.cleaned_data.get("section") if self.is_valid() else None


class ScoreForm(forms.Form):
    """One item's mark as it stands on the page; the service checks it against item and rulebook."""

    level = forms.ChoiceField(choices=ScoreLevel.choices, required=False)
    points = forms.DecimalField(required=False, max_digits=5, decimal_places=2)
    faults = forms.IntegerField(required=False, min_value=0)
    reason = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=0)
