"""A research visit, and what comes of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, choose_from
from sites.models import Programme, Research, Site
from sites.services import research as services
from standards.models import Rulebook, Standard

WORDS = ("theme", "on", "elsewhere", "took_part", "found")


class ResearchForm(ChangeForm):
    """A visit as it was made."""

    personal = {"took_part": "sites.Research.took_part"}

    theme = forms.CharField(label=_("Theme"), max_length=100, help_text=_("What was to be found out."))
    on = forms.DateField(label=_("Date"), widget=DateInput)
    sites = RecordsField(
        label=_("Sites visited"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    elsewhere = forms.CharField(
        label=_("Elsewhere"), max_length=200, required=False, help_text=_("Bodies that are no sites.")
    )
    took_part = forms.CharField(label=_("Who took part"), max_length=300)
    found = forms.CharField(
        label=_("What was found"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(
        self, *args: Any, programme: Programme, research: Research | None, by: User, **kwargs: Any
    ) -> None:
        """`research` is the one to be corrected; None for a new one."""
        self.programme, self.research, self.record = programme, research, research
        if research:
            kwargs["initial"] = {name: getattr(research, name) for name in WORDS} | {
                "sites": list(research.sites.values_list("pk", flat=True))
            }
        super().__init__(*args, **kwargs)
        choose_from(self, "sites", services.open_sites(programme.pk, by))

    def save(self, *, by: User) -> None:
        """Record it, or correct what is on record; `saved` is the visit."""
        words = {name: self.cleaned_data[name] for name in WORDS}
        values: dict[str, Any] = {"words": words, "sites": list(self.cleaned_data["sites"]), "by": by}
        if self.research:
            services.revise(research=self.research, **values)
        self.saved = self.research or services.record(programme=self.programme, **values)


class GuideFromForm(Form):
    """Guidance to one of the sites out of what was found."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none())
    text = forms.CharField(
        label=_("What is advised"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The unit is told, and replies here."),
    )

    def __init__(self, *args: Any, research: Research, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "site", services.open_sites(research.programme_id, by))


class IntoDraftForm(Form):
    """What was changed in a draft because of it."""

    draft = forms.ChoiceField(label=_("Draft"))
    text = forms.CharField(
        label=_("What was changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafts: list[Standard | Rulebook] = [*Standard.objects.drafts(), *Rulebook.objects.drafts()]
        self.drafts = {f"{draft._meta.model_name}-{draft.pk}": draft for draft in drafts}
        choices = [(key, str(draft)) for key, draft in self.drafts.items()]
        self.fields["draft"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "draft" in cleaned:
            cleaned["draft"] = self.drafts[cleaned["draft"]]
        return cleaned
