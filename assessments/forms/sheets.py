"""Filling a score sheet."""

from typing import Any

from django import forms

from assessments.enums import ScoreLevel
from core.forms import Form


class SheetForm(Form):
    """Which part of the sheet is asked for: a section, whole or only what is not looked at yet.

    Invalid values count as not given.
    """

    section = forms.IntegerField(required=False, min_value=1)
    only = forms.ChoiceField(required=False, choices=[("unmarked", "")])

    def asked(self) -> dict[str, Any]:
        """The keyword arguments of `sheet_page.open_sheet`."""
        self.is_valid()
        return {
            "section": self.cleaned_data.get("section"),
            "only_unmarked": bool(self.cleaned_data.get("only")),
        }


class SeenForm(Form):
    """Which row version of a mark the page showed; 0, which no mark has, where that is not told."""

    version = forms.IntegerField(required=False, min_value=1)

    def seen(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("version") or 0


class ScoreForm(Form):
    """One item's mark as it stands on the page; the service checks it against item and rulebook."""

    level = forms.ChoiceField(choices=ScoreLevel.choices, required=False)
    points = forms.DecimalField(required=False, max_digits=5, decimal_places=2)
    faults = forms.IntegerField(required=False, min_value=0)
    reason = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=0)
