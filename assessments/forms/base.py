"""Fields and forms that several pages of this room share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class TextForm(Form):
    """One text, such as an answer or a reason; whether it may be empty is the caller's to say."""

    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, *args: Any, label: Any, help_text: Any = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.help_text, text.required = label, help_text, required
