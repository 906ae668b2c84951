"""A select is drawn letter for letter as Django's own templates draw it."""

import datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.widgets import SELECT, Renderer
from tests.kinds import kinds_of

DAY = datetime.date(2008, 2, 29)
PLAIN = [("", _("all")), ("a", 'A "&" <b>'), ("b", mark_safe("<i>safe</i>")), (1000, 12345), (None, DAY)]
GROUPED = [("x", "X"), (_("Site"), [("y", "Y"), ('"<', mark_safe("&amp;"))]), ("<g>", [(1.5, 1.5)])]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "attrs", [{}, {"id": 'i"d', "required": True, "hidden": False, "data-n": 1000, "title": ""}]
)
@pytest.mark.parametrize("value", [None, "a", ["a", "1000"], "y", True])
@pytest.mark.parametrize("choices", [[], PLAIN, GROUPED])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
def test_select(widget: type[forms.Select], choices: Any, value: Any, attrs: Any, language: str) -> None:
    select = widget(choices=choices)
    with translation.override(language):
        context = select.get_context("a<name>", value, attrs)
        assert Renderer().render(SELECT, context) == DjangoTemplates().render(SELECT, context)


def test_every_form_is_drawn_by_it() -> None:
    assert isinstance(get_default_renderer(), Renderer)
    form = forms.Form()
    assert isinstance(form.renderer, Renderer)


def test_no_select_has_options_of_its_own_look() -> None:
    """They would not be seen: an option is drawn here, whatever template it names."""
    selects = {kind for kind in kinds_of(forms.Select) if kind.template_name == SELECT}
    assert forms.SelectMultiple in selects
    assert {kind.option_template_name for kind in selects} == {forms.Select.option_template_name}
