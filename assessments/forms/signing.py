"""Signing a final sheet."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import DateInput
from assessments.models import Score
from assessments.scoring import plain
from assessments.suggestions import suggested_opinion


class SignForm(forms.Form):
    """Signing an inspection: an opinion for each score below full marks, and one deadline."""

    def __init__(self, *args: Any, below: Sequence[Score], counted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for score in below:
            self.fields[f"opinion_{score.item_id}"] = forms.CharField(
                label=f"{score.item}（{plain(score.points)}/{plain(score.max_points)}）",
                help_text=score.reason,
                initial=suggested_opinion(score),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if below:
            self.fields["deadline"] = forms.DateField(
                label=_("Deadline"), required=False, widget=DateInput, help_text=counted
            )

    def opinions(self) -> dict[int, str]:
        """Item id → opinion."""
        return {
            int(name.removeprefix("opinion_")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("opinion_")
        }

    def deadline(self) -> datetime.date | None:
        return self.cleaned_data.get("deadline")
