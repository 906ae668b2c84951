"""Records stand in the order they were written, whatever the clock said: one set back stirs up no list."""

from django.apps import apps
from django.db.models import DateTimeField

from tests.core.test_upload_fields import ROOMS


def test_no_record_is_ordered_by_the_clock():
    found = [
        (model._meta.label, name)
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for name in model._meta.ordering
        if isinstance(name, str) and name.lstrip("-") != "pk"
        if isinstance(model._meta.get_field(name.lstrip("-").partition("__")[0]), DateTimeField)
    ]
    assert found == []
