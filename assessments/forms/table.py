"""What is typed at one table: whose mark is taken, why, and who confirms."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.own_password import OwnPasswordForm, PasswordBesideForm
from assessments.mark_comparison import MarkCell, Voice
from assessments.models import Score
from core.forms import Form

LOWEST, HIGHEST = "lowest", "highest"


def _reason() -> forms.CharField:
    """Short, and offered: words that fit are chosen with one tap."""
    return forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off"}),
    )


class TakeForm(Form):
    """Whose mark of an item is taken, by one of the buttons."""

    reason = _reason()

    def __init__(self, *args: Any, cells: Sequence[MarkCell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scores = {str(cell.voice.sheet.pk): cell.score for cell in cells if cell.voice and cell.score}
        choices = [(key, key) for key in self.scores]
        self.fields["take"] = forms.ChoiceField(choices=choices, widget=forms.HiddenInput)

    def mark(self) -> dict[str, Any]:
        """What `table.put` takes."""
        return _mark(self.scores[self.cleaned_data["take"]], self.cleaned_data["reason"])


class RestForm(Form):
    """Which mark is taken for each of the items that lie within a step."""

    reason = _reason()

    def __init__(self, *args: Any, voices: Sequence[Voice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = [(str(voice.sheet.pk), voice.label) for voice in voices if voice.counts]
        self.fields["take"] = forms.ChoiceField(
            label=_("Which mark of each"),
            choices=[(LOWEST, _("the lower one")), (HIGHEST, _("the higher one")), *members],
            initial=LOWEST,
            widget=forms.RadioSelect,
        )
        self.order_fields(["take", "reason"])

    def mark(self, cells: Sequence[MarkCell]) -> dict[str, Any]:
        """What `table.put` takes for an item that these members marked."""
        scores = {str(cell.voice.sheet.pk): cell.score for cell in cells if cell.voice and cell.score}
        take = self.cleaned_data["take"]
        if take in scores:
            return _mark(scores[take], self.cleaned_data["reason"])
        chosen = min if take == LOWEST else max
        return _mark(chosen(scores.values(), key=lambda score: score.points), self.cleaned_data["reason"])


class ConfirmForm(OwnPasswordForm):
    """A member confirms all marks at the own device; `digest` says which marks were shown."""

    digest = forms.CharField(widget=forms.HiddenInput)


class ConfirmBesideForm(PasswordBesideForm):
    """A member confirms all marks at the leader's device."""

    digest = forms.CharField(widget=forms.HiddenInput)


def _mark(score: Score, reason: str) -> dict[str, Any]:
    points = score.points if score.faults is None else None
    return {"level": score.level, "points": points, "faults": score.faults, "reason": reason}
