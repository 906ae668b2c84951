"""A sheet's workbook, and choosing between it and what is stored."""

from typing import Any

from django import forms
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.marks import standard_items
from assessments.models import Sheet
from assessments.services.uploads import check_own
from assessments.sheet_workbook import Filled, read_filled, read_token
from core import uploads
from core.forms import Form
from core.upload_fields import UploadField


class WorkbookForm(Form):
    """A filled-in workbook of this sheet; `cleaned_data["file"]` is what was read from it."""

    file = UploadField(
        purpose=uploads.SHEET,
        label=_("Workbook (.xlsx)"),
        help_text=_(
            "The one that was downloaded for this sheet, filled in; Excel, WPS and LibreOffice may save it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("Choose the filled-in workbook first."),
            "missing": _("Choose the filled-in workbook first."),
        },
    )

    def __init__(self, *args: Any, sheet: Sheet, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.by = sheet, by

    def clean_file(self) -> Filled:
        upload: File[bytes] = self.cleaned_data["file"]
        token = read_token(upload)
        check_own(token, self.sheet, self.by)
        return read_filled(upload, token, standard_items(self.sheet))


class ShownField(forms.Field):
    """The rows that were shown, each as `row:version` of the mark beside it; cleaned to a mapping."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> dict[int, int]:
        try:
            return {int(row): int(version) for row, version in (each.split(":") for each in value or [])}
        except ValueError as error:
            raise forms.ValidationError(_("Reload the page and choose again.")) from error


class ChoiceForm(Form):
    """Whose value stands, for the rows that were shown."""

    choice = forms.ChoiceField(choices=[("mine", _("the workbook's")), ("stored", _("the stored one"))])
    shown = ShownField()
