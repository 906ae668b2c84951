"""The one door by which files come in: a form says which kinds a field takes, the field judges every file."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tables.uploads import clean_name, judge, judge_picture, refused

from .forms import Form

# Gives the type of a file that is taken; ValidationError says why another one is not.
Judge = Callable[[File[bytes]], str]


class UploadField(forms.FileField):
    """One file of the kinds its `judge` knows; what is cleaned bears a name that is safe to keep.

    `tests/core/test_upload_fields.py` finds every form of the portal: none takes a file otherwise.
    """

    default_error_messages = {"empty": _("The file is empty; choose another one.")}

    def __init__(self, *, judge: Judge = judge, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.judge = judge

    def to_python(self, data: Any) -> "UploadedFile[Any] | None":
        upload = cast("UploadedFile[Any] | None", super().to_python(data))
        if upload:
            upload.content_type = self.judge(upload)
            upload.name = clean_name(upload.name, upload.content_type)
        return upload


class PictureField(UploadField, forms.ImageField):
    """A picture that can be read as one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(judge=judge_picture, **kwargs)


class UploadsInput(forms.ClearableFileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # What was chosen stays chosen when htmx puts the form back with its errors.
        super().__init__({"hx-preserve": "true", **(attrs or {})})


class UploadsField(UploadField):
    """Several files at once. If none can be taken, each is named here with the reason.

    Else all are handed on: whether one that is refused holds up the others is for the service to say, and
    services judge what they are given.
    """

    widget = UploadsInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        told: list[list[str]] = []
        for file in files:
            try:
                self.to_python(file)
            except ValidationError as error:
                told.append(refused(file.name, error))
        if files and len(told) == len(files):
            raise ValidationError([line for lines in told for line in lines])
        return files


class UploadsForm(Form):
    """A form whose field for several files is called `files`, as it is where they are taken in."""

    # Django's own `files`, what was sent, is the form object's; a field of the class does not touch it.
    files: UploadsField  # type: ignore[assignment]  # a form has no other name for the two
