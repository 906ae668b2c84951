"""Meetings: planning one, answering an invitation, who came, calling it off, the list's filter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core import uploads
from core.changes import ChangeForm
from core.forms import ALL, DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadsField, UploadsForm
from publicity.enums import EventKind, EventState, InvitationAnswer
from publicity.models import Commendation, Event, Invitation
from publicity.models.events import EventQuerySet
from publicity.services import events
from sites.models import Programme, Site

WORDS = ("kind", "title", "held_on", "begins_at", "place", "agenda")
COMMENDATION = "commendation"


class TimeInput(forms.TimeInput):
    """The browser's own time field; hours and minutes."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class EventForm(ChangeForm):
    """A meeting as it is planned, and who is invited."""

    kind = forms.ChoiceField(label=_("Kind"), choices=EventKind.choices)
    title = forms.CharField(label=_("Title"), max_length=100)
    held_on = forms.DateField(label=_("Date"), widget=DateInput)
    begins_at = forms.TimeField(label=_("Begins at"), widget=TimeInput)
    place = forms.CharField(label=_("Place"), max_length=100)
    agenda = forms.CharField(
        label=_("Agenda"),
        max_length=5000,
        help_text=_("Who speaks on what; each line becomes a paragraph."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    commendation = forms.ModelChoiceField(
        label=_("Commendation"),
        queryset=Commendation.objects.none(),
        required=False,
        help_text=_("Of a commendation meeting: whose list is read out there. The article of it names it."),
    )
    sites = RecordsField(
        label=_("Sites"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whose practice is shown."),
    )
    invited = RecordsField(
        label=_("Invited"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their people are told, and answer at the desk."),
    )

    def __init__(
        self, *args: Any, programme: Programme, event: Event | None, by: User, **kwargs: Any
    ) -> None:
        """`event` is the one to be changed; None for a new one."""
        self.programme, self.event, self.record = programme, event, event
        if event:
            kwargs["initial"] = {name: getattr(event, name) for name in WORDS} | {
                "sites": list(event.sites.values_list("pk", flat=True)),
                "invited": list(event.invitations.values_list("organisation", flat=True)),
                COMMENDATION: event.commendation_id,
            }
        super().__init__(*args, **kwargs)
        self._offer_commendations(by)
        choose_from(self, "sites", events.sites_to_choose(programme, by))
        choose_from(self, "invited", events.can_be_invited())

    def _offer_commendations(self, by: User) -> None:
        """One that is shut to whoever changes the meeting stays, and is not told."""
        offered = events.commendations_to_choose(self.programme, by)
        kept = self.event.commendation_id if self.event else None
        if kept and not offered.filter(pk=kept).exists():
            del self.fields[COMMENDATION]
        else:
            choose_from(self, COMMENDATION, offered)

    def save(self, *, by: User) -> None:
        """Plan it, or change what is planned; `saved` is the meeting."""
        values: dict[str, Any] = {
            "words": {
                name: self.cleaned_data[name] for name in (*WORDS, COMMENDATION) if name in self.fields
            },
            "sites": list(self.cleaned_data["sites"]),
            "invited": list(self.cleaned_data["invited"]),
        }
        if self.event:
            events.revise(event=self.event, by=by, **values)
        self.saved = self.event or events.plan(programme=self.programme, by=by, **values)


class InvitationForm(ChangeForm):
    """Whether one's own body comes to a meeting."""

    personal = {"people": "publicity.Invitation.people"}

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[choice for choice in InvitationAnswer.choices if choice[0] != InvitationAnswer.OPEN],
        widget=forms.RadioSelect,
    )
    people = forms.CharField(
        label=_("Who comes"), max_length=200, required=False, help_text=_("Names and posts.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("If nobody comes, say why."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self.record = invitation
        kwargs["initial"] = {name: getattr(invitation, name) for name in ("answer", "people", "note")}
        super().__init__(*args, **kwargs)


class CameForm(ChangeForm):
    """签到: how many of each invited body came."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.record = event
        super().__init__(*args, **kwargs)
        self.keys = {}
        for invitation in event.invitations.select_related("organisation"):
            name = f"came-{invitation.pk}"
            self.keys[name] = invitation.pk
            self.fields[name] = forms.IntegerField(
                label=str(invitation.organisation),
                min_value=0,
                max_value=500,
                required=False,
                initial=invitation.came,
                help_text=invitation.people,
            )

    def came(self) -> Mapping[int, int]:
        """People who signed in, by the keys of the invitations."""
        return {key: self.cleaned_data[name] or 0 for name, key in self.keys.items()}


class EventFilesForm(UploadsForm):
    files = UploadsField(purpose=uploads.EVENT, label=_("Material and pictures"))


class EventFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *EventKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *EventState.choices])

    def narrow(self, found: EventQuerySet) -> EventQuerySet:
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return found.filter(**wanted)
