"""A database tells its keys from others, and from none."""

import hashlib
import hmac

import pytest
from django.core import checks
from django.db import connection

from audit import keys
from audit.models import KeyFingerprint
from core import key_file

pytestmark = pytest.mark.django_db

NAMES = sorted({*key_file.NEW} - {key_file.SIGNING})


@pytest.fixture
def ring(settings):
    settings.PORTAL_GIVEN_KEYS = {name: f"示例 {name}" for name in key_file.NEW}
    return settings.PORTAL_GIVEN_KEYS


def test_nothing_noted_is_no_complaint():
    assert keys.same_keys() == []


def test_every_key_is_noted_once_but_what_is_one_machines_own(ring):
    keys.note()
    keys.note()
    assert sorted(KeyFingerprint.objects.values_list("name", flat=True)) == NAMES
    assert keys.same_keys() == []
    del ring[key_file.SIGNING]
    assert keys.same_keys() == []


@pytest.mark.parametrize("name", NAMES)
def test_another_key_is_named_with_the_file_to_put_back(ring, settings, name):
    keys.note()
    ring[name] = "another"
    [complaint] = keys.same_keys()
    assert f"made with another {name}:" in complaint.msg
    assert [other for other in NAMES if other != name and other in complaint.msg] == []
    assert f"{settings.PORTAL_KEYS}, or set the variables as they were." in complaint.msg


@pytest.mark.parametrize("name", NAMES)
def test_key_that_is_missing_is_named_too(ring, name):
    keys.note()
    del ring[name]
    [complaint] = keys.same_keys()
    assert f"made with a {name} that is missing here:" in complaint.msg


def test_key_of_a_later_version_is_no_complaint_and_is_noted(ring):
    keys.note()
    ring["DATA_KEY_2"] = "newer"
    assert keys.same_keys() == []
    keys.note()
    del ring["DATA_KEY_2"]
    [complaint] = keys.same_keys()
    assert "a DATA_KEY_2 that is missing here" in complaint.msg


def test_later_keys_are_not_noted_over_the_first(ring):
    keys.note()
    ring["SECRET_KEY"] = ring["SALT_KEY"] = "another"
    keys.note()
    [complaint] = keys.same_keys()
    assert "another SECRET_KEY and another SALT_KEY" in complaint.msg


def test_fingerprint_is_what_it_always_was(ring):
    """Else every database would look as if it were another one's after an update."""
    keys.note()
    key = {name: hashlib.sha256(f"audit.keys{ring[name]}".encode()).digest() for name in NAMES}
    assert dict(KeyFingerprint.objects.values_list("name", "digest")) == {
        name: hmac.new(key[name], name.encode(), "sha256").hexdigest() for name in NAMES
    }


def test_complaint_stops_the_portal(ring):
    keys.note()
    ring["SECRET_KEY"] = "another"
    [complaint] = keys.same_keys()
    assert (complaint.level, complaint.id) == (checks.ERROR, "audit.E001")


def test_one_key_that_was_not_noted_is_no_complaint(ring):
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
