"""What people choose and write about whole lists."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from sites.enums import FilingState
from sites.models import Programme, Site
from sites.overview import LATE, MISSING, NOT_BEGUN, Standing


class FilingFilter(Form):
    """Filter of the overview; what is wrong is ignored, never an error page."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all")),
            (MISSING, _("not filed yet")),
            (LATE, _("late")),
            (NOT_BEGUN, _("no list yet")),
            *FilingState.choices,
        ],
    )
    programme = forms.ModelChoiceField(Programme.objects, required=False, widget=forms.HiddenInput)

    def narrow(self, standings: Sequence[Standing]) -> Sequence[Standing]:
        self.is_valid()
        wanted = self.cleaned_data.get("state")
        if wanted == MISSING:
            return [one for one in standings if not one.is_filed]
        if wanted == LATE:
            return [one for one in standings if one.is_late]
        return [one for one in standings if one.state == wanted] if wanted else standings


class SendBackForm(Form):
    """What is to be changed in a list that goes back (退回): in general, and row by row."""

    remarks = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Of the list as a whole. Those who filed it read this and mend it."),
    )

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites
        for site in sites:
            self.fields[_name(site)] = forms.CharField(
                label=_("What is to be changed in “%(site)s”") % {"site": site},
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            self.add_error("remarks", _("Say what is to be changed: of the list, or at a row."))
        return data

    @property
    def rows(self) -> list[tuple[Site, forms.BoundField]]:
        """Each row with the field of its remark."""
        return [(site, self[_name(site)]) for site in self.sites]

    @property
    def row_remarks(self) -> dict[int, str]:
        """What was written at the rows, by the site's key."""
        return {site.pk: self.cleaned_data[_name(site)] for site in self.sites}


def _name(site: Site) -> str:
    return f"row_{site.pk}"


class ReasonForm(Form):
    """Why a row that came back is taken off its list."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the list's history, with the row."),
    )
