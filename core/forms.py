"""What forms of every room are made of."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tables.tidy import tidy

# The choice of a filter that narrows nothing.
ALL = ("", _("all"))


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        # A browser without a date field shows a line of text, and this in it.
        super().__init__(format="%Y-%m-%d", attrs={"placeholder": "2008-02-15"})


class TidyField(forms.CharField):
    """A name or a telephone in its one spelling."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """Some records of a queryset; a key too large for SQLite, which fails over it, is no choice either."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            params = {"pk": max(value, key=len)}
            raise ValidationError(
                self.error_messages["invalid_pk_value"], code="invalid_pk_value", params=params
            ) from None
