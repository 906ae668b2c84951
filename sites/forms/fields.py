"""Fields that several forms are made of."""

from typing import Any

from django import forms

from tables.tidy import tidy


class TidyField(forms.CharField):
    """A name or a telephone in its one spelling."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")
