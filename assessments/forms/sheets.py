"""Filling a score sheet."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.enums import ScoreLevel
from core.forms import Form, RecordsField, choose_from
from standards.models import Item


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


class FinishForm(Form):
    """A finish that a phone kept: its own number, and the total in hundredths that stood there."""

    key = forms.UUIDField()
    points = forms.IntegerField(min_value=0, max_value=100_000)


class ScoreForm(Form):
    """One item's mark as it stands on the page; the service checks it against item and rulebook.

    `opened` is the version of the sheet that a phone showed.
    """

    level = forms.ChoiceField(choices=ScoreLevel.choices, required=False)
    points = forms.DecimalField(required=False, max_digits=5, decimal_places=2)
    faults = forms.IntegerField(required=False, min_value=0)
    reason = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=0)
    opened = forms.IntegerField(required=False, min_value=1)


class SubmitForm(Form):
    """Submitting a sheet; of a self sheet with the full marks that nothing shows confirmed in one list."""

    confirmed = forms.BooleanField(
        label=_("I have looked at this list: these items are met although nothing is filed for them."),
        required=False,
    )
    seen = RecordsField(queryset=Item.objects.none(), required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, unshown: Sequence[Item], **kwargs: Any) -> None:
        keys = [item.pk for item in unshown]
        super().__init__(*args, initial={"seen": keys}, **kwargs)
        self.unshown = unshown
        if unshown:
            choose_from(self, "seen", Item.objects.filter(pk__in=keys))
        else:
            del self.fields["confirmed"], self.fields["seen"]

    def confirmed_items(self) -> list[Item]:
        """What stood in the list that was confirmed."""
        return list(self.cleaned_data["seen"]) if self.cleaned_data.get("confirmed") else []
