"""Forming teams and sending them to sites."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from assessments.models import Team
from sites.models import Site


def inspectors() -> Any:
    return (
        User.objects.filter(role=Role.INSPECTOR, is_active=True)
        .select_related("organisation")
        .order_by("name")
    )


def with_unit(user: User) -> str:
    """An inspector's name with the unit: nobody judges their own."""
    return f"{user.name}（{user.organisation}）"


class TeamForm(forms.Form):
    """Forming a team of a round."""

    name = forms.CharField(label=_("Name"), max_length=40)
    leader = forms.ModelChoiceField(
        label=_("Leader"), queryset=User.objects.none(), help_text=_("Settles and signs the final sheet.")
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Other members"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Each fills a sheet of their own before the leader signs."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("leader", "members"):
            self.fields[name].queryset = inspectors()  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = with_unit  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Sending a team to sites. The choices are what the page has loaded already."""

    team = forms.TypedChoiceField(label=_("Team"))
    sites = forms.TypedMultipleChoiceField(label=_("Sites"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, teams: Iterable[Team], sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._set("team", {str(team.pk): team for team in teams}, str)
        self._set(
            "sites", {str(site.pk): site for site in sites}, lambda site: f"{site}（{site.organisation}）"
        )

    def _set(self, name: str, known: dict[str, Any], label: Any) -> None:
        field = self.fields[name]
        field.choices = [(key, label(thing)) for key, thing in known.items()]  # type: ignore[attr-defined]
        field.coerce = known.__getitem__  # type: ignore[attr-defined]
