"""How a form has grounds cited."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.clock import today

from .models import Ground


class GroundsField(forms.MultipleChoiceField):
    """Which grounds something cites, by their numbers; what holds no longer is not cited anew."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Grounds it cites"),
            required=False,
            help_text=_("Laws, opinions and notices of the library that are in force, or will be."),
            **kwargs,
        )
        self.refused: dict[str, str] = {}

    def offer(self, cited: Collection[str]) -> None:
        """Those that hold or will, and whatever is `cited` already, with what is to be known of each."""
        day = today()
        known = list(Ground.objects.select_related("replaced_by").known(on=day))
        told = {ground.number: ground.told(on=day) for ground in known}
        ended = {each.number for each in known if each.in_force_until and each.in_force_until < day}
        self.refused = {number: told[number] for number in ended - set(cited)}
        offered = (ground for ground in known if ground.number not in self.refused)
        self.choices = [(ground.number, told[ground.number] or str(ground)) for ground in offered]

    def take_from(self, other: "GroundsField") -> None:
        """Offer what another field of the same page offers."""
        self.choices, self.refused = other.choices, other.refused

    def validate(self, value: list[str]) -> None:
        """One that was replaced is refused with its successor named."""
        if told := [self.refused[number] for number in value if number in self.refused]:
            raise ValidationError(told)
        super().validate(value)
