"""What a draw is made from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Round, Team
from assessments.services import draws
from core.forms import DateInput, Form, RecordsField, choose_from

from .teams import with_unit


class _DrawFields(Form):
    """What both kinds of draw ask for; the seed is nobody's to choose."""

    limit = forms.IntegerField(
        label=_("Sites per person, at most"),
        min_value=1,
        max_value=999,
        help_text=_("Sites a person already has in this round count towards it."),
    )


class BalancedForm(_DrawFields):
    """Sites spread evenly over the teams there are."""

    teams = RecordsField(label=_("Teams"), queryset=Team.objects.none(), widget=forms.CheckboxSelectMultiple)
    field_order = ("teams", "limit")

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(*args, **kwargs)
        teams = draws.crewed(round)
        choose_from(self, "teams", teams, label=_with_people)
        self.fields["teams"].initial = [team.pk for team in teams]

    def wanted(self) -> draws.Balanced:
        """The choices of a valid form, as the service takes them."""
        entered = self.cleaned_data
        return draws.Balanced(teams=list(entered["teams"]), limit=entered["limit"])


class RandomForm(_DrawFields):
    """双随机: inspectors and sites alike are drawn."""

    people = RecordsField(
        label=_("Inspectors to draw from"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only those who are not in a team of this round yet."),
    )
    team_count = forms.IntegerField(label=_("Number of teams"), min_value=1, max_value=50, initial=2)
    team_size = forms.IntegerField(
        label=_("Members per team"), min_value=Team.SMALLEST, max_value=10, initial=Team.SMALLEST
    )
    site_count = forms.IntegerField(
        label=_("Number of sites"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Leave it empty for all sites that are due and have no team."),
    )
    starts_on = forms.DateField(label=_("On the road from"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput)
    field_order = ("people", "team_count", "team_size", "site_count", "limit", "starts_on", "ends_on")

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(*args, **kwargs)
        people = draws.pool(round)
        choose_from(self, "people", people, label=with_unit)
        self.fields["people"].initial = [person.pk for person in people]
        self.fields["starts_on"].initial, self.fields["ends_on"].initial = round.opened_on, round.due_on

    def wanted(self) -> draws.Random:
        """The choices of a valid form, as the service takes them."""
        names = (
            "people", "team_count", "team_size", "site_count", "limit", "starts_on", "ends_on",
        )  # fmt: skip
        return draws.Random(**{name: self.cleaned_data[name] for name in names})


DrawForm = BalancedForm | RandomForm


class AbandonForm(Form):
    """Why a draw is not held."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Everybody who can see draws reads it, so name no site and no unit."),
    )


def _with_people(team: Team) -> str:
    return f"{team.name}（{'、'.join(member.user.name for member in team.members.all())}）"
