"""Naming, and the register of plaques."""

from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from accounts.models import User
from core.changes import ChangeForm
from core.forms import ALL, DateInput, Form, RecordsField, choose_from
from publicity.models import Naming, Notice, Revocation
from publicity.models.naming import NamingQuerySet
from publicity.models.warned import plaques_due_back
from sites.enums import Stage
from sites.models import Site


class NameForm(Form):
    """Which sites of a notice are named by one decision."""

    sites = RecordsField(
        label=_("Sites to be named"),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one site."),
            "invalid_choice": _(
                "A chosen site can no longer be named on this notice; look at its row above."
            ),
        },
    )

    def __init__(self, *args: Any, notice: Notice, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_it = notice.entries.visible_to(by).filter(removed_on=None)
        sites = Site.objects.filter(pk__in=on_it.values("site"), stage=Stage.ON_NOTICE)
        choose_from(self, "sites", sites.select_related("organisation"))
        back = reverse("publicity_desk:notice", args=[notice.pk])
        ask_for_resolution(self, ResolutionKind.NAMING, notice.programme_id, back=back, is_first=False)


class PlaqueForm(ChangeForm):
    personal = {"received_by": "publicity.Naming.plaque_received_by"}

    received_by = forms.CharField(label=_("Plaque received by"), max_length=40)
    handed_on = forms.DateField(label=_("Handed over on"), widget=DateInput())

    def __init__(self, *args: Any, naming: Naming, **kwargs: Any) -> None:
        self.record = naming
        kwargs["initial"] = {"received_by": naming.plaque_received_by, "handed_on": naming.plaque_handed_on}
        super().__init__(*args, **kwargs)


class PlaqueReturnForm(ChangeForm):
    returned_on = forms.DateField(label=_("Taken back on"), widget=DateInput())

    def __init__(self, *args: Any, revocation: Revocation | None, **kwargs: Any) -> None:
        self.record = revocation
        kwargs["initial"] = {"returned_on": revocation and revocation.plaque_returned_on}
        super().__init__(*args, **kwargs)


class NamingFilter(Form):
    """Filters of the plaque register; a wrong one is named at its field and narrows nothing."""

    stage = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *((stage.value, stage.label) for stage in (Stage.NAMED, Stage.WARNED, Stage.REVOKED))],
    )
    plaque = forms.ChoiceField(
        label=_("Plaque"),
        required=False,
        choices=[
            ALL,
            ("kept", _("not handed over")),
            ("out", _("handed over")),
            ("due_back", _("to be taken back")),
            ("back", _("taken back")),
        ],
    )

    def narrow(self, namings: NamingQuerySet) -> NamingQuerySet:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if stage := wanted.get("stage"):
            namings = namings.filter(site__stage=stage)
        return namings.filter(_PLAQUES[wanted["plaque"]]) if wanted.get("plaque") else namings


_PLAQUES = {
    "kept": Q(plaque_handed_on=None),
    "out": Q(plaque_handed_on__isnull=False, revocation=None),
    "due_back": Q(revocation__in=plaques_due_back()),
    "back": Q(revocation__plaque_returned_on__isnull=False),
}
