"""The form fields of the one door (`core.uploads`): a form says what its files are sent for."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.forms import Form
from tables.uploads import refused


class UploadField(forms.FileField):
    """One file for a `purpose`; what is cleaned is `Taken`: of a kind that is known, safe to keep.

    `tests/core/test_upload_fields.py` finds every form of the portal: none takes a file otherwise.
    """

    default_error_messages = {"empty": _("The file is empty; choose another one.")}

    def __init__(self, *, purpose: uploads.Purpose, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> "uploads.Taken | None":
        upload = cast("UploadedFile[Any] | None", super().to_python(data))
        return uploads.receive(upload, self.purpose) if upload else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {"accept": self.purpose.accept, **attrs} if self.purpose.accept else attrs


class UploadsInput(forms.ClearableFileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # What was chosen stays chosen when htmx puts the form back with its errors.
        super().__init__({"hx-preserve": "true", **(attrs or {})})


class UploadsField(UploadField):
    """Several files at once. If none can be taken, each is named here with the reason.

    Else all are handed on, those turned away with their reason: whether one that is refused holds up the
    others is for the service to say.
    """

    widget = UploadsInput

    def __init__(self, *, most: Callable[[], int] | None = None, **kwargs: Any) -> None:
        """Of more than `most` none is read."""
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[uploads.Taken | uploads.TurnedAway]":
        files = data if isinstance(data, list) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if self.most and len(files) > (limit := self.most()):
            raise ValidationError(_("Choose at most %(n)d files.") % {"n": limit})
        received = [self._received(file) for file in files]
        away = [file for file in received if isinstance(file, uploads.TurnedAway)]
        if away and len(away) == len(files):
            raise ValidationError([line for file in away for line in refused(file.name, file.error)])
        return received

    def _received(self, file: Any) -> "uploads.Taken | uploads.TurnedAway":
        try:
            return cast("uploads.Taken", self.to_python(file))
        except ValidationError as error:
            return uploads.TurnedAway(file.name or "", error)


class UploadsForm(Form):
    """A form whose field for several files is called `files`, as it is where they are taken in."""

    # Django's own `files`, what was sent, is the form object's; a field of the class does not touch it.
    files: UploadsField  # type: ignore[assignment]  # a form has no other name for the two
