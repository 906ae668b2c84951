"""Declaring items not due in a round."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.scoring import plain
from core.forms import Form
from standards.forms import Fold
from standards.models import Item


class NotDueForm(Form):
    """The items of the round's standards, section by section, and one reason for those that are ticked."""

    reason = forms.CharField(
        label=_("Why they are not due yet"),
        max_length=200,
        help_text=_("It stands on every sheet of the round, beside the item."),
    )

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper, folds = FormHelper(), []
        for section, part in groupby(items, key=lambda item: item.section):
            known = {str(item.pk): item for item in part}
            name = f"section_{section.pk}"
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=_("Items"),
                required=False,
                choices=[(key, f"{item}（{plain(item.points)}）") for key, item in known.items()],
                coerce=known.__getitem__,
                widget=forms.CheckboxSelectMultiple,
            )
            folds.append(Fold(f"{section.standard.title}　{section.ordinal}. {section.name}", name))
        self.helper.layout = Layout(*folds, "reason")

    def chosen(self) -> list[Item]:
        """The items that are ticked, in the standard's order."""
        return [
            item for name, items in self.cleaned_data.items() if name.startswith("section_") for item in items
        ]
