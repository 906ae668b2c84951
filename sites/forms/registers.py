"""A register's file, and the search through its preview."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import uploads
from core.forms import Form
from core.upload_fields import UploadField
from sites.enums import TELEPHONES, Outcome, Register
from sites.models import ImportLine
from tables.telephones import could_be_part
from tables.texts import ENDINGS


class RegisterForm(Form):
    """A whole register as a file. Its kind and size are judged here, its contents by the worker."""

    register = forms.ChoiceField(label=_("Register"), choices=Register, widget=forms.RadioSelect)
    file = UploadField(
        purpose=uploads.REGISTER,
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": f".xlsx,{','.join(ENDINGS)}"}),
        help_text=_("An .xlsx workbook or a CSV file in UTF-8 or GBK, at most 20 MB and 20,000 rows."),
        error_messages={
            "required": _("Choose the file first."),
            "missing": _("Choose the file first."),
        },
    )


def _reached_by(text: str, lines: QuerySet[ImportLine]) -> list[int]:
    """The rows with a telephone that holds the text: it lies encrypted, so each is opened."""
    if not could_be_part(text):
        return []
    cells = lines.order_by().values_list("pk", "cells")
    return [pk for pk, row in cells if any(text in row.get(name, "") for name in TELEPHONES)]


class LineFilter(Form):
    """Narrows the rows of a preview; what is wrong with it is ignored, never an error page."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("all")), *Outcome.choices]
    )
    q = forms.CharField(label=_("Text in the row"), required=False, max_length=100)

    def __init__(self, *args: Any, columns: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns

    def narrow(self, lines: QuerySet[ImportLine]) -> QuerySet[ImportLine]:
        if not self.is_valid():
            return lines
        if outcome := self.cleaned_data["outcome"]:
            lines = lines.filter(outcome=outcome)
        if text := self.cleaned_data["q"].strip():
            found = Q()
            for column in self.columns:
                if column not in TELEPHONES:
                    found |= Q(**{f"cells__{column}__icontains": text})
            lines = lines.filter(found | Q(pk__in=_reached_by(text, lines)))
        return lines
