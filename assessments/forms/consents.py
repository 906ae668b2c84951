"""The office's word on many marks “inapplicable” at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assessments.models import Score
from core.forms import Form


class ConsentsForm(Form):
    """Which marks are agreed to, each as it was shown: with its row version."""

    marks = forms.MultipleChoiceField(
        label=_("Does not apply"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one mark.")},
    )

    def __init__(self, *args: Any, waiting: Sequence[Score], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting = {f"{score.pk}-{score.version}": score for score in waiting}
        field = self.fields["marks"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the types
        field.choices = [(key, _told(score)) for key, score in self._waiting.items()]

    def chosen(self) -> list[Score]:
        return [self._waiting[key] for key in self.cleaned_data["marks"]]


def _told(score: Score) -> str:
    place = score.sheet.url_of_item(score.item)
    site = score.sheet.assessment.site
    return format_html('{} <a href="{}">{}</a>：{}', site, place, score.item, score.reason)
