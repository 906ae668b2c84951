"""What holds of every form of the project, whoever adds one."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django import forms

from core.forms import Form, ModelForm
from tests.core.test_upload_fields import ROOMS


def _all_of(base: type[Any]) -> set[type[Any]]:
    return {base}.union(*(_all_of(each) for each in base.__subclasses__()))


def _ours() -> list[type[Any]]:
    for room in ROOMS:
        for module in walk_packages(import_module(room).__path__, f"{room}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    found = _all_of(forms.BaseForm)
    return sorted(
        (form for form in found if form.__module__.split(".")[0] in ROOMS), key=lambda form: form.__name__
    )


@pytest.mark.parametrize("form", _ours(), ids=lambda form: form.__name__)
def test_every_form_stands_on_the_one_base(form):
    """It shows what was typed before a session ended, without carrying it out (core.acting.TypedAgain)."""
    assert issubclass(form, (Form, ModelForm)) or not issubclass(form, (forms.Form, forms.ModelForm))
