"""Signing a final sheet, and opening it again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.own_password import OwnPasswordForm
from assessments.models import Score
from assessments.scoring import plain
from assessments.services.rectification import WORKING_DAYS
from assessments.suggestions import suggested_opinion
from core.forms import Form


class SignForm(OwnPasswordForm):
    """Signing an inspection: for each score below full marks the gap, an opinion, and the working days.

    The gap is what the members wrote on site; what the unit is told is the leader's to word.
    """

    def __init__(self, *args: Any, below: Sequence[Score], days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for score in below:
            self.fields[f"gap_{score.item_id}"] = forms.CharField(
                label=f"{score.item}（{plain(score.points)}/{plain(score.max_points)}）",
                help_text=_("The gap, as the unit is told it: what was found on site."),
                initial=score.reason,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"opinion_{score.item_id}"] = forms.CharField(
                label=_("Opinion for improvement on %(code)s") % {"code": score.item.code},
                initial=suggested_opinion(score),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"days_{score.item_id}"] = forms.IntegerField(
                label=_("Working days to rectify %(code)s") % {"code": score.item.code},
                initial=days,
                min_value=WORKING_DAYS[0],
                max_value=WORKING_DAYS[1],
                widget=forms.NumberInput(attrs={"class": "form-control--short", "inputmode": "numeric"}),
            )
        self.fields["password"] = self.fields.pop("password")  # the last thing before the signature

    def gaps(self) -> dict[int, str]:
        """Item id → what was found."""
        return self._by_item("gap_")

    def opinions(self) -> dict[int, str]:
        """Item id → opinion."""
        return self._by_item("opinion_")

    def working_days(self) -> dict[int, int]:
        """Item id → working days."""
        return self._by_item("days_")

    def _by_item(self, prefix: str) -> dict[int, Any]:
        return {
            int(name.removeprefix(prefix)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }


class UnlockForm(Form):
    """The office opens a signed sheet again."""

    reason = forms.CharField(
        label=_("Why it must be opened again"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
