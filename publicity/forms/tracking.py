"""Rechecks and complaints, and what comes of them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import ALL, DateInput, Form, choose_from
from publicity.enums import RecheckOrigin, TrackingKind
from publicity.models import Naming, Recheck
from publicity.models.naming import RecheckQuerySet
from publicity.services import tracking
from sites.calendar import Deadline, today, working_days_after
from sites.models import Programme

from .reason import ReasonForm


class TrackingForm(Form):
    """A recheck or a complaint: what a warning, a restoration or a revocation rests on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=TrackingKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was found"),
        help_text=_("Stays inside; of a complaint, leave out who complained."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WarnForm(ReasonForm):
    """A warning with the time to mend."""

    working_days = forms.IntegerField(
        label=_("Working days to mend"),
        min_value=tracking.WORKING_DAYS[0],
        max_value=tracking.WORKING_DAYS[1],
        help_text=_("The rulebook's unless you give another number; the warning says how it was counted."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["working_days"].initial = programme.rulebook_used.rectification_days

    @property
    def by_the_rulebook(self) -> Deadline:
        """The day to mend by if nothing else is given, as it is counted from today."""
        return working_days_after(today(), self.fields["working_days"].initial)


class PlanRecheckForm(Form):
    """Which named site is to be looked at again, and by when."""

    naming = forms.ModelChoiceField(
        label=_("Named site"),
        queryset=Naming.objects.none(),
        help_text=_("Those no recheck waits for."),
    )
    due_on = forms.DateField(label=_("Due on"), widget=DateInput())

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Naming.objects.visible_to(by).tracked().filter(site__programme=programme)
        choose_from(self, "naming", free.unwatched().select_related("site__organisation"))


class DrawRechecksForm(Form):
    """How many named sites are drawn; the seed is nobody's to choose."""

    wanted = forms.IntegerField(label=_("Number of sites"), min_value=1, max_value=999)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput())


class RecheckFilter(Form):
    """Filters of the list of rechecks; a wrong one is named at its field and narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, ("waiting", _("waiting")), ("overdue", _("overdue")), ("done", _("done"))],
    )
    origin = forms.ChoiceField(label=_("Origin"), required=False, choices=[ALL, *RecheckOrigin.choices])

    def narrow(self, rechecks: RecheckQuerySet) -> QuerySet[Recheck]:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("state"):
            rechecks = {
                "waiting": rechecks.waiting,
                "overdue": lambda: rechecks.overdue(on=today()),
                "done": rechecks.done,
            }[wanted["state"]]()
        return rechecks.filter(origin=wanted["origin"]) if wanted.get("origin") else rechecks
