"""A database tells its keys from others."""

import pytest

from audit import keys
from audit.models import KeyFingerprint

pytestmark = pytest.mark.django_db


def test_nothing_noted_is_no_complaint():
    assert keys.same_keys() == []


def test_same_keys_are_no_complaint():
    keys.note()
    keys.note()
    assert KeyFingerprint.objects.count() == len(keys.KEYS)
    assert keys.same_keys() == []


@pytest.mark.parametrize("name", keys.KEYS)
def test_another_key_is_named_with_the_file_to_put_back(settings, name):
    keys.note()
    setattr(settings, name, "another")
    [complaint] = keys.same_keys()
    [other] = set(keys.KEYS) - {name}
    assert f"made with another {name}:" in complaint.msg
    assert other not in complaint.msg
    assert str(settings.PORTAL_HOME / "secrets.env") in complaint.msg


def test_later_keys_are_not_noted_over_the_first(settings):
    keys.note()
    settings.SECRET_KEY = settings.SALT_KEY = "another"
    keys.note()
    [complaint] = keys.same_keys()
    assert "another SECRET_KEY and another SALT_KEY" in complaint.msg
