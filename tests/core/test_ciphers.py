"""What is closed opens for its purpose and its key alone, by either suite, and as the standards have it."""

import base64

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from hypothesis import given
from hypothesis import strategies as st

from core.ciphers import SUITES, Unreadable, fingerprint, fingerprints, seal, unseal, version_of

TEXT, PURPOSE = "李某某 13900000000（示例）", "publicity.Objection.text"
KEYS = {"DATA_KEY_1": "first", "TRAIL_KEY_1": "trail"}


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.PORTAL_GIVEN_KEYS, settings.PORTAL_KEYS = dict(KEYS), tmp_path / "none"
    return settings


@pytest.fixture(params=SUITES)
def suite(request, keys):
    keys.PORTAL_CIPHERS = request.param
    return SUITES[request.param]


# -- the standards ----------------------------------------------------------------


def test_sm3_as_gb_t_32905_computes_it():
    for text, digest in {
        b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    }.items():
        made = hashes.Hash(SUITES["guomi"].digest())
        made.update(text)
        assert made.finalize().hex() == digest


def test_sm4_as_gb_t_32907_computes_it():
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    cipher = Cipher(SUITES["guomi"].algorithm(block), modes.ECB()).encryptor()  # noqa: S305  # one block, as printed there
    assert cipher.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_as_rfc_8998_computes_it():
    cipher = Cipher(
        SUITES["guomi"].algorithm(bytes.fromhex("0123456789abcdeffedcba9876543210")),
        modes.GCM(bytes.fromhex("00001234567800000000abcd")),
    ).encryptor()
    cipher.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    closed = cipher.update(b"".join(bytes([each]) * 8 for each in bytes.fromhex("aabbccddeeffeeaa")))
    assert closed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    cipher.finalize()
    assert cipher.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_aes_256_gcm_as_nist_computes_it():
    cipher = Cipher(SUITES["international"].algorithm(bytes(32)), modes.GCM(bytes(12))).encryptor()
    assert cipher.update(bytes(16)).hex() == "cea7403d4d606b6e074ec5d3baf39d18"
    cipher.finalize()
    assert cipher.tag.hex() == "d0d1c8a799996bf0265b98b5d48ab919"


# -- ours -------------------------------------------------------------------------


def test_what_is_closed_names_key_and_cipher_and_opens_again(suite):
    sealed = seal(TEXT, purpose=PURPOSE)
    assert sealed.startswith(f"v1:{suite.name}:")
    assert sealed != seal(TEXT, purpose=PURPOSE)
    assert unseal(sealed, purpose=PURPOSE) == TEXT


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text):
    assert unseal(seal(text, purpose=PURPOSE), purpose=PURPOSE) == text


def test_either_suite_opens_what_the_other_closed(keys):
    sealed = []
    for keys.PORTAL_CIPHERS in SUITES:
        sealed.append(seal(TEXT, purpose=PURPOSE))
    for keys.PORTAL_CIPHERS in SUITES:
        assert [unseal(each, purpose=PURPOSE) for each in sealed] == [TEXT, TEXT]


def test_newest_key_closes_and_every_one_opens(suite, keys):
    first = seal(TEXT, purpose=PURPOSE)
    keys.PORTAL_GIVEN_KEYS = KEYS | {"DATA_KEY_2": "second"}
    second = seal(TEXT, purpose=PURPOSE)
    assert [version_of(each) for each in (first, second)] == [1, 2]
    assert [unseal(each, purpose=PURPOSE) for each in (first, second)] == [TEXT, TEXT]


def test_value_of_another_field_is_not_opened(suite):
    with pytest.raises(Unreadable, match=r"publicity\.Objection\.reply"):
        unseal(seal(TEXT, purpose=PURPOSE), purpose="publicity.Objection.reply")


def test_every_byte_counts(suite):
    head, _, content = seal("示例", purpose=PURPOSE).rpartition(":")
    raw = bytearray(base64.urlsafe_b64decode(content))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            unseal(f"{head}:{base64.urlsafe_b64encode(changed).decode()}", purpose=PURPOSE)


def test_no_shorter_value_is_opened(suite):
    sealed = seal("示例", purpose=PURPOSE)
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            unseal(sealed[:length], purpose=PURPOSE)


@pytest.mark.parametrize("changed", ["v2:aes", "v1:sm4", "v1:rot", "v0:aes", "v:aes", "v1"])
def test_another_head_is_not_opened(keys, changed):
    content = seal(TEXT, purpose=PURPOSE).rpartition(":")[2]
    keys.PORTAL_GIVEN_KEYS = KEYS | {"DATA_KEY_2": "second"}
    with pytest.raises(Unreadable):
        unseal(f"{changed}:{content}", purpose=PURPOSE)


@pytest.mark.parametrize("others", [{"DATA_KEY_1": "another"}, {}, {"DATA_KEY_2": "first"}])
def test_another_key_or_none_opens_nothing_and_the_complaint_tells_nothing(suite, keys, others):
    sealed = seal(TEXT, purpose=PURPOSE)
    keys.PORTAL_GIVEN_KEYS = others
    with pytest.raises(Unreadable) as refused:
        unseal(sealed, purpose=PURPOSE)
    assert PURPOSE in str(refused.value)
    assert sealed.rpartition(":")[2] not in str(refused.value)


@pytest.mark.parametrize("text", ["", "plain", "李某某", "v1:aes:!", "v1:aes:AAA", "v1:aes:A"])
def test_what_was_never_closed_is_not_shown(text):
    with pytest.raises(Unreadable):
        unseal(text, purpose=PURPOSE)


def test_what_was_closed_and_told_long_ago_still_is(keys):
    """However keys are derived: it is the same for good."""
    closed = {
        "v1:aes:n2axQiXEookK_wtxG4Ca-HamTq8wU6LyFjZbqwpBvmgsfw==",
        "v1:sm4:IYP35ZnpsdyMh9OSed_XP_rM4cIxBOwbGZIOgXqQlAcFpw==",
    }
    assert {unseal(each, purpose=PURPOSE) for each in closed} == {"示例"}
    assert fingerprints("13900000000", purpose="telephone") == [
        "v1:sha256:5539481dab8d08f3fb86bf3b58dc21e908f7af4a85a4636595fc7e0ea67e8925",
        "v1:sm3:62c9eb08998808cb8454c0e8d79938417d860b626fcb5c6c822b11eaff38f336",
    ]


# -- from before there was a ring ---------------------------------------------------


def closed_before(text, secret, salt):
    """A value as a portal without a ring wrote it."""
    derived = PBKDF2HMAC(hashes.SHA256(), 32, salt.encode(), 100_000).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived)).encrypt(text.encode()).decode()


@pytest.fixture
def before(keys):
    keys.PORTAL_GIVEN_KEYS = KEYS | {"SECRET_KEY": "secret", "SALT_KEY": "salt"}
    return closed_before(TEXT, "secret", "salt")


def test_older_value_opens_also_once_its_key_signs_no_more(before, keys):
    assert version_of(before) == 0
    assert unseal(before, purpose=PURPOSE) == TEXT
    keys.PORTAL_GIVEN_KEYS |= {"SECRET_KEY_2": "newer"}
    assert unseal(before, purpose=PURPOSE) == TEXT


@pytest.mark.parametrize("name", ["SECRET_KEY", "SALT_KEY"])
def test_older_value_is_closed_to_another_key_or_none(before, keys, name):
    keys.PORTAL_GIVEN_KEYS |= {name: "another"}
    with pytest.raises(Unreadable):
        unseal(before, purpose=PURPOSE)
    del keys.PORTAL_GIVEN_KEYS[name]
    with pytest.raises(Unreadable):
        unseal(before, purpose=PURPOSE)


# -- fingerprints -------------------------------------------------------------------


def test_fingerprint_tells_texts_and_purposes_apart_and_tells_no_text(suite, keys):
    mine = fingerprint("13900000000", purpose="telephone")
    assert mine == fingerprint("13900000000", purpose="telephone")
    assert mine.startswith(f"v1:{suite.digest_name}:")
    others = {fingerprint("13900000001", purpose="telephone"), fingerprint("13900000000", purpose="mail")}
    keys.PORTAL_GIVEN_KEYS = KEYS | {"TRAIL_KEY_1": "another"}
    others.add(fingerprint("13900000000", purpose="telephone"))
    assert len(others | {mine}) == 4


def test_fingerprints_are_all_that_a_text_can_have_had_and_no_others(keys):
    had = set()
    for keys.PORTAL_GIVEN_KEYS in (KEYS, KEYS | {"TRAIL_KEY_2": "second"}):
        for keys.PORTAL_CIPHERS in SUITES:
            had.add(fingerprint("13900000000", purpose="telephone"))
    found = fingerprints("13900000000", purpose="telephone")
    assert (set(found), len(found)) == (had, 4)
    # Nor is a text told by where its purpose ends.
    for text, purpose in (("13900000001", "telephone"), ("3900000000", "telephone1")):
        assert not had & set(fingerprints(text, purpose=purpose))


def test_aes_and_sm4_have_keys_of_their_own_size():
    assert [SUITES[name].key_length for name in ("international", "guomi")] == [32, 16]
    assert isinstance(SUITES["guomi"].algorithm(bytes(16)), algorithms.SM4)
