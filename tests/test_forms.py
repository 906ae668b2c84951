"""What holds of every form of the project, whoever adds one."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django import forms

from core.forms import Form, ModelForm, ReasonForm
from tests.core.test_upload_fields import ROOMS
from tests.kinds import kinds_of


def _ours() -> list[type[Any]]:
    for room in ROOMS:
        for module in walk_packages(import_module(room).__path__, f"{room}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    found = kinds_of(forms.BaseForm)
    return sorted(
        (form for form in found if form.__module__.split(".")[0] in ROOMS), key=lambda form: form.__name__
    )


@pytest.mark.parametrize("form", _ours(), ids=lambda form: form.__name__)
def test_every_form_stands_on_the_one_base(form):
    """It shows what was typed before a session ended, without carrying it out (core.acting.TypedAgain)."""
    assert issubclass(form, (Form, ModelForm)) or not issubclass(form, (forms.Form, forms.ModelForm))


# What citizens type stands on no paper.
OF_CITIZENS = {
    "AppraisalCodeForm",
    "AppraisalForm",
    "CompleteForm",
    "EnquiryForm",
    "InformationRequestForm",
    "ObjectionForm",
    "RateForm",
    "ReceiptForm",
    "VerificationForm",
}


def test_every_other_form_asks_whether_its_words_can_be_printed():
    asked = {form.__name__: form.printed for form in _ours() if issubclass(form, (Form, ModelForm))}
    assert {name for name, is_printed in asked.items() if not is_printed} == OF_CITIZENS


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        ("\U0001f642", "\U0001f642 U+1F642"),
        ("\ud800", "U+D800"),  # half a character
        ("\ue123", "U+E123"),  # of private use
        ("\x07", "U+0007"),
    ],
)
def test_what_no_paper_can_print_is_told_at_its_field(sign, told):
    form = ReasonForm({"reason": f"公开内容不全{sign}，须补充"})
    assert not form.is_valid()
    (error,) = form.errors["reason"]
    assert told in error
    error.encode()  # it can be shown


def test_what_papers_can_print_is_taken():
    words = "𠮷㐂龑㎡①Ⅲ℃≥→《〈“‘’”〉》——…… ñé\u00a0\u200b\r\n\t买买提·吐尔逊"
    assert ReasonForm({"reason": f"见{words}"}).is_valid()
