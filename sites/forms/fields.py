"""Fields that several forms are made of."""

from typing import Any

from django import forms

from core.forms import TidyField as TidyField
from tables.tidy import tidy_prose


class ProseField(forms.CharField):
    """Words with their own punctuation, and with nothing in them that nobody sees."""

    def to_python(self, value: Any) -> str:
        return tidy_prose(super().to_python(value) or "")
