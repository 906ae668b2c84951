"""Every model's choices: what each is called, as Django would call it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, Model
from django.utils import translation

from core.models import Worded

ROOMS = ("desk", "publicity", "assessments", "documents", "sites", "standards", "accounts", "audit", "core")


def choices() -> Iterator[tuple[type[Model], "Field[Any, Any]"]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            yield from ((model, field) for field in model._meta.concrete_fields if field.choices)


CHOICES = [pytest.param(model, field, id=str(field)) for model, field in choices()]


@pytest.mark.parametrize(("model", "field"), CHOICES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_choice_is_called_as_django_calls_it(
    model: type[Model], field: "Field[Any, Any]", language: str
) -> None:
    assert issubclass(model, Worded), f"{model._meta.label} has choices: it is a core.models.Worded"
    values = [value for value, _word in field.flatchoices]
    with translation.override(language):
        for value in [*values, "not a choice", "", None]:
            thing = model(**{field.attname: value})
            shown = getattr(thing, f"get_{field.name}_display")()
            assert shown == Model._get_FIELD_display(thing, field)
