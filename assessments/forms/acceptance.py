"""Both sides of an acceptance."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from assessments.enums import FurtherKind, Verdict
from assessments.scoring import plain
from core.forms import DateInput, Form, offer
from sites.models import Site
from standards.models import Rulebook


class RecommendationForm(Form):
    """The office's part: what is added or forbidden, and the recommendation."""

    bonus = forms.DecimalField(label=_("Bonus"), max_digits=5, decimal_places=2, required=False)
    bonus_grounds = forms.CharField(
        label=_("Grounds for the bonus"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    veto_reason = forms.ChoiceField(label=_("Veto"), required=False)
    veto_grounds = forms.CharField(
        label=_("Grounds for the veto"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    opinion = forms.CharField(label=_("Opinion"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    verdict = forms.ChoiceField(label=_("Recommendation"), choices=Verdict.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "veto_reason", [("", _("none")), *((reason, reason) for reason in rulebook.veto_reasons)])
        self.fields["veto_reason"].help_text = _("With a veto the site cannot pass.")
        self.fields["bonus"].help_text = _bonus_help(rulebook)


def _bonus_help(rulebook: Rulebook) -> str:
    if not rulebook.bonus_from:
        return _("At most %(cap)s.") % {"cap": plain(rulebook.bonus_cap)}
    return _("At most %(cap)s; it counts only from a standard score of %(start)s.") % {
        "cap": plain(rulebook.bonus_cap),
        "start": plain(rulebook.bonus_from),
    }


class DecisionForm(Form):
    """The leading group's decision."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the site does not pass: it is kept in the site's history."),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        back = reverse("assessments:acceptance", args=[site.pk])
        ask_for_resolution(self, ResolutionKind.ACCEPTANCE, site.programme_id, back=back)

    def clean(self) -> None:
        entered = self.cleaned_data
        if entered.get("verdict") == Verdict.FAIL and not entered.get("note"):
            self.add_error("note", _("Give a reason: it is kept in the site's history."))


class FurtherFormForm(Form):
    """A symposium, an unannounced visit, an assessment by a third party."""

    personal = {"took_part": "assessments.FurtherForm.took_part"}

    kind = forms.ChoiceField(label=_("Kind"), choices=FurtherKind.choices)
    on = forms.DateField(label=_("Date"), widget=DateInput)
    took_part = forms.CharField(
        label=_("Who took part"),
        max_length=300,
        help_text=_("In general terms; whoever spoke freely is not named to the unit."),
    )
    found = forms.CharField(
        label=_("What was found"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    score = forms.DecimalField(
        label=_("Score"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weight = rulebook.further_weight
        counts = _("From 0 to 100; several are averaged and count %(n)d %%.") % {"n": weight}
        idle = _("From 0 to 100, if there is one; the rulebook gives it no weight.")
        self.fields["score"].help_text = counts if weight else idle

    def clean_kind(self) -> FurtherKind:
        return FurtherKind(self.cleaned_data["kind"])
