"""What the office sets for dossiers."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.changes import ChangeModelForm
from desk.models import ArchiveCodes

_CODE = RegexValidator(r"^[A-Z0-9]*$", _("Capital letters and digits only, as the archives have given it."))


class ArchiveCodesForm(ChangeModelForm[ArchiveCodes]):
    class Meta:
        model = ArchiveCodes
        fields = ("fonds", "category", "department")
        help_texts = {
            "fonds": _("全宗号, as the municipal archives have given it. Empty: left out of the numbers."),
            "category": _("门类代码: WS for records of the administration."),
            "department": _("机构（问题）代码, three letters or digits. Empty: left out of the numbers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(_CODE)
