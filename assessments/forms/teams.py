"""Forming teams, changing them, sending them to sites."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Assignment, Round, Team
from assessments.services import draws, visits
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, TidyField, choose_from
from sites.models import Site


def with_unit(user: User) -> str:
    """An inspector's name with the unit: nobody judges their own."""
    return f"{user.name}（{user.organisation}）"


class TeamForm(ChangeForm):
    """A team of a round: formed, or changed. Who is in another team of the round cannot be chosen."""

    name = forms.CharField(label=_("Name"), max_length=40)
    leader = forms.ModelChoiceField(
        label=_("Leader"), queryset=User.objects.none(), help_text=_("Settles and signs the final sheet.")
    )
    members = RecordsField(
        label=_("Other members"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one of another unit. Each fills a sheet of their own before the leader signs."),
    )
    starts_on = forms.DateField(label=_("On the road from"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput)

    def __init__(
        self,
        *args: Any,
        round: Round,  # noqa: A002  # the domain's word
        team: Team | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.record = team
        for name in ("leader", "members"):
            choose_from(self, name, _choosable(round, team), label=with_unit)
        self.initial.setdefault("starts_on", round.opened_on)
        self.initial.setdefault("ends_on", round.due_on)

    @staticmethod
    def initial_of(team: Team) -> dict[str, Any]:
        members = list(team.members.all())
        return {
            "name": team.name,
            "leader": next(member.user_id for member in members if member.is_leader),
            "members": [member.user_id for member in members if not member.is_leader],
            "starts_on": team.starts_on,
            "ends_on": team.ends_on,
        }


def _choosable(round: Round, team: Team | None) -> QuerySet[User]:  # noqa: A002
    """Who is in no team of the round, and who is in this one, even if their account is off by now."""
    if team is None:
        return draws.pool(round)
    mine = Q(pk__in=team.members.values("user"))
    found = User.objects.filter(mine | Q(pk__in=draws.pool(round).values("pk")))
    return found.select_related("organisation").order_by("name", "pk")


class BarredSelect(forms.Select):
    """A choice of teams of which some are barred: shown with the reason, not to be chosen."""

    def __init__(self, *, barred: Mapping[str, str]) -> None:
        super().__init__(attrs={"class": "form-select"})
        self.barred = barred

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        if why := self.barred.get(str(value)):
            option["label"] = _("%(team)s – barred: %(why)s") % {"team": label, "why": why}
            option["attrs"]["disabled"] = True
        return option


@dataclass(frozen=True)
class Sending:
    """One line of the form that was filled in."""

    site: Site
    team: Team
    visit_on: datetime.date | None


class AssignForm(Form):
    """Which team goes to which site, and when; a line a site, filled in where it is known already."""

    on_day_off = forms.BooleanField(
        label=_("Yes, some visits are on days that are not working days"), required=False
    )

    def __init__(
        self,
        *args: Any,
        teams: Sequence[Team],
        sites: Sequence[Site],
        barred: Mapping[tuple[int, int], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.teams, self.sites, self.barred = {str(team.pk): team for team in teams}, sites, barred
        self.fields["on_day_off"].widget.attrs["class"] = "form-check-input"
        choices = [("", "—"), *((key, team.name) for key, team in self.teams.items())]
        for site in sites:
            self.fields[_of("team", site)] = forms.ChoiceField(
                label=gettext("Team for %(site)s") % {"site": site},
                choices=choices,
                required=False,
                widget=BarredSelect(barred=self._barred_from(site)),
            )
            self.fields[_of("visit", site)] = forms.DateField(
                label=gettext("Day of the visit to %(site)s") % {"site": site},
                required=False,
                widget=DateInput,
            )
            self.fields[_of("visit", site)].widget.attrs["class"] = "form-control"

    def _barred_from(self, site: Site) -> dict[str, str]:
        why = {key: self.barred.get((team.pk, site.pk), "") for key, team in self.teams.items()}
        return {key: reason for key, reason in why.items() if reason}

    def rows(self) -> Iterator[tuple[Site, forms.BoundField, forms.BoundField]]:
        """Each site with its two fields."""
        return ((site, self[_of("team", site)], self[_of("visit", site)]) for site in self.sites)

    def clean(self) -> None:
        super().clean()
        sendings = list(self.sendings())
        if not sendings and not self.errors:
            raise ValidationError(_("Choose a team for one site at least."))
        for sending in sendings:
            self._check(sending)

    def sendings(self) -> Iterable[Sending]:
        for site in self.sites:
            if team := self.teams.get(self.cleaned_data.get(_of("team", site), "")):
                yield Sending(site, team, self.cleaned_data.get(_of("visit", site)))

    def _check(self, sending: Sending) -> None:
        if why := self.barred.get((sending.team.pk, sending.site.pk)):
            self.add_error(_of("team", sending.site), _("Barred: %(why)s.") % {"why": why})
        try:
            on_day_off = self.cleaned_data["on_day_off"]
            visits.check_day(sending.team, sending.visit_on, on_day_off=on_day_off)
        except ValidationError as error:
            self.add_error(_of("visit", sending.site), ValidationError(error.messages))


def _of(field: str, site: Site) -> str:
    return f"{field}-{site.pk}"


class VisitForm(ChangeForm):
    """The day of one visit."""

    visit_on = forms.DateField(
        label=_("Day of the visit"),
        required=False,
        widget=DateInput,
        help_text=_("Leave it empty until it is set. The team and the unit are told of it."),
    )
    on_day_off = forms.BooleanField(
        label=_("Yes, the visit is on a day that is not a working day"), required=False
    )


class ReceiverForm(ChangeForm):
    """Who receives the team at the site; left empty, the site's liaison does."""

    personal = {
        "received_by": "assessments.Assignment.received_by",
        "received_phone": "assessments.Assignment.received_phone",
    }

    received_by = TidyField(label=_("Who receives the team"), max_length=40, required=False)
    received_phone = TidyField(label=_("Telephone"), max_length=40, required=False)

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        known = {name: getattr(assignment, name) for name in self.personal}
        super().__init__(*args, initial=known, **kwargs)
        self.record = assignment
