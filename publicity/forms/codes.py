"""Codes typed from paper: verification, receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.codes import plain_code
from core.forms import Form


class CodeField(forms.CharField):
    """A code typed from paper; cleaned it is as it is stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=40,
            help_text=_("Letters and digits; capitals, spaces and hyphens do not matter."),
            error_messages={"required": _("Type the code.")},
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
            **options,
        )

    def to_python(self, value: Any) -> str:
        return plain_code(super().to_python(value) or "")


class VerificationForm(Form):
    code = CodeField(label=_("Verification code"))


class ReceiptForm(Form):
    code = CodeField(label=_("Receipt code"))
