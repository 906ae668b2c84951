"""Fields that several forms are made of."""

from typing import Any, cast

from django import forms
from django.db.models import CharField

from core.forms import TidyField as TidyField
from core.mongolian import only_mongolian
from sites.site_fields import BY_NAME
from tables.rows import MAX_CELL_LETTERS
from tables.tidy import tidy_prose


class ProseField(forms.CharField):
    """Words with their own punctuation, and with nothing in them that nobody sees."""

    def to_python(self, value: Any) -> str:
        return tidy_prose(super().to_python(value) or "")


def site_form_field(held: Any, **words: Any) -> forms.Field:
    """A form's field for one of a site's: a text that a workbook reads as a name is one here too."""
    field = BY_NAME[held.name]
    if field.is_prose:
        area = forms.Textarea(attrs={"rows": 4})
        made = held.formfield(**{**words, "max_length": MAX_CELL_LETTERS, "widget": area})
    elif isinstance(held, CharField) and not field.choices:
        script = [only_mongolian] if only_mongolian in held.validators else []
        made = held.formfield(**words, form_class=TidyField, validators=script)
    else:
        made = held.formfield(**words)
    return cast("forms.Field", made)
