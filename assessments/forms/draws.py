"""What a draw is made from."""

import secrets
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import DateInput
from accounts.models import User
from assessments.models import Round, Team
from assessments.services import draws

from .teams import with_unit


class _DrawFields(forms.Form):
    """What both kinds of draw ask for. The seed is another one each time the page is opened."""

    limit = forms.IntegerField(
        label=_("Sites a person at most"),
        min_value=1,
        max_value=999,
        help_text=_("What somebody has in this round already counts."),
    )
    seed = forms.CharField(
        label=_("Seed"),
        max_length=64,
        help_text=_("Drawn by the portal; a witness may type another one in its place."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002  # the domain's word
        super().__init__(*args, **kwargs)
        self.fields["seed"].initial = secrets.token_hex(8)

    def show(self, preview: draws.Preview) -> None:
        """What is sent with the confirmation: that these conditions were seen."""
        shown = cast("QueryDict", self.data).copy()
        shown["seen"] = preview.digest
        self.data = shown


class BalancedForm(_DrawFields):
    """Sites spread evenly over teams that stand."""

    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("teams", "limit", "seed", "seen")

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(*args, round=round, **kwargs)
        teams = draws.crewed(round)
        self.fields["teams"].queryset = teams  # type: ignore[attr-defined]
        self.fields["teams"].label_from_instance = _with_people  # type: ignore[attr-defined]
        self.fields["teams"].initial = [team.pk for team in teams]

    def wanted(self) -> draws.Balanced:
        """The choices of a valid form, as the service takes them."""
        entered = self.cleaned_data
        return draws.Balanced(teams=list(entered["teams"]), limit=entered["limit"])


class RandomForm(_DrawFields):
    """双随机: inspectors and sites alike are drawn."""

    people = forms.ModelMultipleChoiceField(
        label=_("Inspectors to draw from"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those who are in no team of the round yet."),
    )
    team_count = forms.IntegerField(label=_("Number of teams"), min_value=1, max_value=50, initial=2)
    team_size = forms.IntegerField(
        label=_("Members of a team"), min_value=Team.SMALLEST, max_value=10, initial=Team.SMALLEST
    )
    site_count = forms.IntegerField(
        label=_("Number of sites"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Empty: all that are due and have no team."),
    )
    starts_on = forms.DateField(label=_("On the road from"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput)
    field_order = (
        "people", "team_count", "team_size", "site_count", "limit", "starts_on", "ends_on", "seed", "seen",
    )  # fmt: skip

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(*args, round=round, **kwargs)
        people = draws.pool(round)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        self.fields["people"].label_from_instance = with_unit  # type: ignore[attr-defined]
        self.fields["people"].initial = [person.pk for person in people]
        if not people:
            self.fields["people"].help_text = _("Every inspector is in a team of this round already.")
        self.fields["starts_on"].initial, self.fields["ends_on"].initial = round.opened_on, round.due_on

    def wanted(self) -> draws.Random:
        """The choices of a valid form, as the service takes them."""
        names = (
            "people", "team_count", "team_size", "site_count", "limit", "starts_on", "ends_on",
        )  # fmt: skip
        return draws.Random(**{name: self.cleaned_data[name] for name in names})


DrawForm = BalancedForm | RandomForm


def _with_people(team: Team) -> str:
    return f"{team.name}（{'、'.join(member.user.name for member in team.members.all())}）"
