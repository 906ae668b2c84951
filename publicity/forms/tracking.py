"""Rechecks and complaints, and what comes of them."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from accounts.models import User
from accounts.rules import is_leading_group
from assessments.forms.base import TextForm
from core import uploads
from core.forms import ALL, DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadsField, UploadsForm
from publicity.enums import RecheckOrigin
from publicity.models import Naming, Recheck, RecheckFinding, Warned
from publicity.models.naming import RecheckQuerySet
from publicity.services.tracking import Visit, may_visit, page_of
from publicity.services.warned import WORKING_DAYS, is_early
from sites.calendar import Deadline, today, working_days_after
from sites.models import Programme
from standards.forms import LinesField

from .reason import ReasonForm


class ComplaintForm(TextForm):
    """A complaint about a named site, as it was found to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        told = _("Stays inside; leave out who complained.")
        super().__init__(
            *args, label=_("What the complaint says, and what was found"), help_text=told, **kwargs
        )


class ThingsField(LinesField):
    """Things that were looked at, one a line, each in a few words."""

    def __init__(self, **kwargs: Any) -> None:
        longest = RecheckFinding._meta.get_field("text").max_length
        validators = [MaxLengthValidator(longest)]
        super().__init__(
            required=False, validators=validators, widget=forms.Textarea(attrs={"rows": 4}), **kwargs
        )


class VisitForm(UploadsForm):
    """A recheck: who was there and when, what was looked at, with pictures."""

    visitors = RecordsField(
        label=_("Who was there"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    visited_on = forms.DateField(label=_("Visited on"), widget=DateInput())
    met = ThingsField(label=_("As it should be"), help_text=_("What was looked at, one thing a line."))
    not_met = ThingsField(label=_("Not as it should be"), help_text=_("One thing a line."))
    text = forms.CharField(
        label=_("All in all"),
        max_length=2000,
        help_text=_(
            "The unit and its district read it, with who was there, what was looked at and the pictures."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = UploadsField(label=_("Pictures"), required=False, purpose=uploads.VISIT)

    def __init__(self, *args: Any, naming: Naming, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(
            self, "visitors", may_visit(naming), label=lambda person: f"{person} · {person.organisation}"
        )
        self.fields["files"].help_text = limits

    def visit(self) -> Visit:
        """What was typed, as the service takes it."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "files"}
        return Visit(**typed)


class WarnForm(ReasonForm):
    """A warning with the time to mend."""

    working_days = forms.IntegerField(
        label=_("Working days to mend"),
        min_value=WORKING_DAYS[0],
        max_value=WORKING_DAYS[1],
        help_text=_("The rulebook's unless you give another number; the warning says how it was counted."),
    )

    def __init__(self, *args: Any, naming: Naming, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["working_days"].initial = naming.site.programme.rulebook_used.rectification_days
        _ask(self, ResolutionKind.WARNING, naming)

    @property
    def by_the_rulebook(self) -> Deadline:
        """The day to mend by if nothing else is given, as it is counted from today."""
        return working_days_after(today(), self.fields["working_days"].initial)


class RestoreForm(ReasonForm):
    """Lifting a warning; where the leading group does it, upon a resolution."""

    def __init__(self, *args: Any, naming: Naming, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_leading_group(by):
            _ask(self, ResolutionKind.RESTORATION, naming)


def _ask(form: Form, kind: ResolutionKind, naming: Naming) -> None:
    ask_for_resolution(form, kind, naming.site.programme_id, back=page_of(naming))


class HearForm(Form):
    """On what grounds a revocation is considered; the unit reads it, and states its view."""

    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=2000,
        help_text=_("The unit reads them, and states its view on them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._days = programme.rulebook_used.hearing_days

    @property
    def by_the_rulebook(self) -> Deadline:
        """The day until which the unit may state its view if it is asked today."""
        return working_days_after(today(), self._days)


class StatementForm(TextForm):
    """The unit's view on the revocation that is considered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        told = _("It is stated once, and stays as it is; the leading group reads it before it decides.")
        super().__init__(*args, label=_("The unit's view"), help_text=told, **kwargs)


class RevokeForm(ReasonForm):
    """A revocation; while the site still has time to mend, with the reason why that is not waited for."""

    why_early = forms.CharField(
        label=_("Why before the day"),
        help_text=_("The public page and the decision show it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, naming: Naming, warned: Warned | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, ResolutionKind.REVOCATION, naming)
        if warned is None or not is_early(warned):
            del self.fields["why_early"]


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


class AcceptRecheckForm(Form):
    """By when a site is rechecked of which that was proposed, upon this ground."""

    due_on = forms.DateField(label=_("Due on"), widget=DateInput())

    def __init__(self, *args: Any, ground: str, **kwargs: Any) -> None:
        kwargs |= {"auto_id": f"accept-{ground}-%s"}
        super().__init__(*args, **kwargs)
        self.ground = ground


class DeclineRecheckForm(TextForm):
    """Why a site is not rechecked of which that was proposed, upon this ground."""

    def __init__(self, *args: Any, ground: str, **kwargs: Any) -> None:
        kwargs |= {"label": _("Why it is not rechecked"), "auto_id": f"decline-{ground}-%s"}
        super().__init__(*args, help_text=_("It is said once, and stays on record."), **kwargs)
        self.ground = ground


class ProposalFilter(Form):
    """Filters of the list of proposed rechecks; a wrong one is named at its field and narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ALL,
            ("waits", pgettext_lazy("a proposed recheck", "to be answered")),
            ("late", _("overdue")),
            ("declined", pgettext_lazy("a proposed recheck", "declined")),
        ],
    )
    origin = forms.ChoiceField(
        label=_("Origin"),
        required=False,
        choices=[ALL, *((one, RecheckOrigin(one).label) for one in RecheckOrigin.PROPOSED)],
    )

    def narrowing(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
