"""Fields and forms that several pages of this room share."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class TextForm(forms.Form):
    """One text, such as an answer or a reason; whether it may be empty is the caller's to say."""

    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, *args: Any, label: Any, help_text: Any = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.help_text, text.required = label, help_text, required


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # What was chosen stays chosen when htmx puts the form back with its errors.
        super().__init__({"hx-preserve": "true", **(attrs or {})})


class MultipleFileField(forms.FileField):
    """Several files at once; the service judges each by its content."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files
