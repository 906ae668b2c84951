"""Under which versions a round is scored anew."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from standards.models import Rulebook, Standard


class RerunForm(Form):
    """The choices are what the page has loaded; of what is not chosen the round keeps its own version."""

    standard = forms.TypedMultipleChoiceField(
        label=_("Standards"), widget=forms.CheckboxSelectMultiple, required=False
    )
    rulebook = forms.TypedChoiceField(label=_("Rulebook"), required=False, empty_value=None)

    def __init__(
        self, *args: Any, standards: Iterable[Standard], rulebooks: Iterable[Rulebook], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("standard", {str(each.pk): each for each in standards}, str)
        self._offer("rulebook", {str(each.pk): each for each in rulebooks}, lambda each: f"v{each.version}")

    def _offer(self, name: str, known: Mapping[str, Any], called: Callable[[Any], str]) -> None:
        field = cast("forms.TypedChoiceField | forms.TypedMultipleChoiceField", self.fields[name])
        told = gettext("%(name)s (%(why)s)")
        labels = [
            (key, told % {"name": called(each), "why": each.get_state_display()})
            for key, each in known.items()
        ]
        field.choices = labels if name == "standard" else [("", _("as the round was scored")), *labels]
        field.coerce = known.__getitem__

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("standard", [])
        if len({standard.kind for standard in chosen}) < len(chosen):
            self.add_error("standard", _("Choose one version of a kind."))
        elif not chosen and not self.cleaned_data.get("rulebook") and not self.errors:
            self.add_error("standard", _("Choose the version to score by."))
        return self.cleaned_data

    def versions(self) -> dict[str, Any]:
        """What was chosen, as `simulation.rerun` takes it."""
        return {
            "standards": {standard.kind: standard for standard in self.cleaned_data["standard"]},
            "rulebook": self.cleaned_data["rulebook"],
        }
