"""A database tells its keys from others."""

import hashlib
import hmac

import pytest
from django.core import checks
from django.db import connection

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
    assert f"{settings.PORTAL_HOME / 'secrets.env'}, or set the variables as they were." in complaint.msg


def test_later_keys_are_not_noted_over_the_first(settings):
    keys.note()
    settings.SECRET_KEY = settings.SALT_KEY = "another"
    keys.note()
    [complaint] = keys.same_keys()
    assert "another SECRET_KEY and another SALT_KEY" in complaint.msg


def test_fingerprint_is_what_it_always_was(settings):
    """Else every database would look as if it were another one's after an update."""
    settings.SECRET_KEY, settings.SALT_KEY = "first", "second"
    keys.note()
    key = {
        name: hashlib.sha256(f"audit.keys{getattr(settings, name)}".encode()).digest() for name in keys.KEYS
    }
    assert dict(KeyFingerprint.objects.values_list("name", "digest")) == {
        "SECRET_KEY": hmac.new(key["SECRET_KEY"], b"SECRET_KEY", "sha256").hexdigest(),
        "SALT_KEY": hmac.new(key["SALT_KEY"], b"SALT_KEY", "sha256").hexdigest(),
    }


def test_complaint_stops_the_portal(settings):
    keys.note()
    settings.SECRET_KEY = "another"
    [complaint] = keys.same_keys()
    assert (complaint.level, complaint.id) == (checks.ERROR, "audit.E001")


def test_one_key_that_was_not_noted_is_no_complaint():
    keys.note()
    KeyFingerprint.objects.filter(name="SALT_KEY").delete()
    assert keys.same_keys() == []


def test_database_that_is_not_migrated_has_noted_none():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE audit_keyfingerprint")
    assert keys.same_keys() == []


@pytest.mark.sqlite
def test_database_that_cannot_answer_is_a_warning():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_keyfingerprint RENAME COLUMN digest TO other")
    [warning] = keys.same_keys()
    assert (warning.level, warning.id) == (checks.WARNING, "audit.W001")
    assert (
        warning.msg
        == "The database's keys could not be compared: no such column: audit_keyfingerprint.digest"
    )
