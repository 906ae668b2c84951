"""Keys by name and version."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core import key_file, ring


@pytest.fixture
def kept(tmp_path, settings):
    """A file of keys of the test's own; nothing is given by the environment."""
    settings.PORTAL_KEYS, settings.PORTAL_GIVEN_KEYS = tmp_path / "secrets.env", {}
    key_file.add(settings.PORTAL_KEYS, [*key_file.NEW, "YEAR_KEY_1"])
    return settings.PORTAL_KEYS


@pytest.mark.parametrize("name", ring.LINES)
def test_newest_version_comes_first_and_all_can_be_had(kept, name):
    first = ring.newest(name)
    assert (first.name, first.version, len(first.secret)) == (name, 1, 32)
    key_file.add(kept, [f"{ring.LINES[name]}_{n}" for n in (2, 10)])
    assert [key.version for key in ring.versions(name)] == [10, 2, 1]
    assert ring.newest(name).version == 10
    assert ring.get(name, 1) == first
    assert len({key.secret for key in ring.versions(name)}) == 3


def test_key_says_nothing_of_itself_in_a_log(kept):
    key = ring.newest("data")
    assert "secret" not in repr(key)


def test_missing_key_is_told_by_its_line_and_file(kept):
    with pytest.raises(ring.MissingKey, match=f"no version 2 of DATA_KEY in {kept}"):
        ring.get("data", 2)
    kept.unlink()
    with pytest.raises(ring.MissingKey, match=f"no TRAIL_KEY in {kept}"):
        ring.newest("trail")
    with pytest.raises(ring.MissingKey, match=f"no TRAIL_SIGNING_KEY in {kept}"):
        ring.trail_signing_key()


def test_environment_goes_before_the_file(kept, settings):
    of_the_file = ring.newest("data")
    settings.PORTAL_GIVEN_KEYS = {"DATA_KEY_1": "another"}
    assert ring.newest("data") != of_the_file
    assert ring.newest("trail").version == 1


def test_same_line_is_another_secret_for_each_name(kept, settings):
    settings.PORTAL_GIVEN_KEYS = dict.fromkeys(
        ("SECRET_KEY", "DATA_KEY_1", "YEAR_KEY_1", "TRAIL_KEY_1"), "same"
    )
    assert len({ring.newest(name).secret for name in ring.LINES}) == len(ring.LINES)


def test_signing_key_is_one_of_ed25519(kept):
    private = Ed25519PrivateKey.from_private_bytes(ring.trail_signing_key())
    private.public_key().verify(private.sign(b"head"), b"head")
    assert base64.urlsafe_b64encode(ring.trail_signing_key()).decode().rstrip("=") in kept.read_text()
