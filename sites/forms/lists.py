"""What people choose and write about whole lists."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.enums import FilingState
from sites.overview import LATE, NOT_BEGUN, Standing


class FilingFilter(forms.Form):
    """Filter of the overview; what is wrong is ignored, never an error page."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), (LATE, _("late")), (NOT_BEGUN, _("no list yet")), *FilingState.choices],
    )

    def narrow(self, standings: Sequence[Standing]) -> Sequence[Standing]:
        wanted = self.cleaned_data.get("state") if self.is_valid() else ""
        if not wanted:
            return standings
        return [one for one in standings if (one.is_late if wanted == LATE else one.state == wanted)]


class DecisionForm(forms.Form):
    """The office's answer to a filed list: 初审 with an opinion, or 退回 with remarks.

    One form, so that neither text is lost when the other answer is refused; `needs` is the one demanded.
    """

    opinion = forms.CharField(
        label=_("Opinion of the preliminary review"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To pass the list on. The leading group reads it before its final approval."),
    )
    remarks = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To send the list back. Those who filed it read this and mend it."),
    )

    def __init__(self, *args: Any, needs: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs:
            self.fields[needs].required = True
