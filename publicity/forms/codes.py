"""Codes typed from paper: verification, receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.codes import plain_code
from core.forms import Form
from core.upload_fields import UploadField
from core.uploads import VERIFIED


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
    printed = False

    # As it was typed: `publicity.verifying` finds out which of the three it is.
    code = forms.CharField(
        label=_("Verification code, number of the paper, or SHA-256 of its file"),
        max_length=200,
        help_text=_(
            "A code of twelve letters and digits; a number such as 乌政公办〔2008〕3号; or 64 characters."
        ),
        error_messages={"required": _("Type the code, the number or the SHA-256.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class VerifiedFileForm(Form):
    """Its file is compared and thrown away."""

    file = UploadField(
        purpose=VERIFIED,
        label=_("File of the paper"),
        error_messages={"required": _("Choose the PDF that you were sent.")},
    )


class ReceiptForm(Form):
    printed = False

    code = CodeField(label=_("Receipt code"))
