"""Text and files closed under the ring's keys: who has not the key can neither read nor change it.

`PORTAL_CIPHERS` says by what: AES-256-GCM with SHA-256 (`international`), or SM4-GCM with SM3 (国密,
`guomi`). What is closed names its key's version and its cipher, `v2:aes:…`, so whatever was closed once can
be opened. What is erased in time is closed under a year's key, `y2008:aes:…`, until that is destroyed.
"""

import base64
import binascii
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.conf import settings

from core import key_file, ring
from core.clock import today
from core.ring import Key, MissingKey

# Recommended for GCM (NIST SP 800-38D); the tag comes after the text.
NONCE, TAG = 12, 16
SEALED = re.compile(r"([vy])([1-9]\d*):([a-z0-9]+):([\w-]+={0,2})", re.ASCII)
SEALED_FILE = re.compile(rb"(y)([1-9]\d*):([a-z0-9]+):")
# The keys of the ring that close, by the letter that stands for them.
LETTERS = {"v": "data", "y": "year"}
_LETTER_OF = {name: letter for letter, name in LETTERS.items()}
# As values were closed before there was a ring (Fernet): version 0.
BEFORE = re.compile(r"gAAAA[\w-]+={0,2}", re.ASCII)


class Unreadable(Exception):
    """A closed value cannot be opened: its key is missing or another, it was changed, or is another field's.

    The message names the field, never the value. `ErrorPagesMiddleware` makes a page of it.
    """


class Erased(Unreadable):
    """Nobody can open it any more, and nobody is to: the key of its year was destroyed."""


@dataclass(frozen=True)
class Suite:
    """A cipher with the digest that goes with it; `name` and `digest_name` stand in what it made."""

    name: str
    algorithm: Callable[[bytes], CipherAlgorithm]
    key_length: int
    digest: type[HashAlgorithm]
    digest_name: str


SUITES = {
    "international": Suite("aes", algorithms.AES, 32, SHA256, "sha256"),
    "guomi": Suite("sm4", algorithms.SM4, 16, SM3, "sm3"),
}
_BY_NAME = {suite.name: suite for suite in SUITES.values()}


def seal(text: str, *, purpose: str, by_year: bool = False) -> str:
    """`text` under the newest data key, or this year's; it opens for the same `purpose` alone."""
    key = ring.of_year(today().year) if by_year else ring.newest("data")
    head, closed = _closed(text.encode(), key, purpose)
    return f"{head}:{base64.urlsafe_b64encode(closed).decode()}"


def unseal(sealed: str, *, purpose: str) -> str:
    """What was closed; raises Unreadable, and Erased where its key was destroyed."""
    if BEFORE.fullmatch(sealed):
        return _opened_as_before(sealed, purpose)
    if not (told := SEALED.fullmatch(sealed)):
        raise Unreadable(f"{purpose}: this is not an encrypted value")
    try:
        closed = base64.urlsafe_b64decode(told[4])
    except binascii.Error as error:
        raise Unreadable(f"{purpose}: it was cut short") from error
    return _opened(told[1], told[2], told[3], closed, purpose).decode()


def seal_file(content: bytes, *, year: int, purpose: str) -> bytes:
    """A file's content under the key of that year, which there must be."""
    head, closed = _closed(content, ring.get("year", year), purpose)
    return f"{head}:".encode() + closed


def unseal_file(sealed: bytes, *, purpose: str) -> bytes:
    """Raises as `unseal` does."""
    if not (told := SEALED_FILE.match(sealed)):
        raise Unreadable(f"{purpose}: this is not an encrypted file")
    letter, version, suite = (part.decode() for part in told.groups())
    return _opened(letter, version, suite, sealed[told.end() :], purpose)


def _closed(content: bytes, key: Key, purpose: str) -> tuple[str, bytes]:
    """What says by which key and cipher, and what they made."""
    suite, nonce = SUITES[settings.PORTAL_CIPHERS], os.urandom(NONCE)
    head = f"{_LETTER_OF[key.name]}{key.version}:{suite.name}"
    cipher = Cipher(suite.algorithm(_derived(key, suite)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(f"{head}:{purpose}".encode())
    closed = cipher.update(content) + cipher.finalize()
    return head, nonce + closed + cipher.tag


def _opened(letter: str, version: str, suite_name: str, content: bytes, purpose: str) -> bytes:
    if not (suite := _BY_NAME.get(suite_name)):
        raise Unreadable(f"{purpose}: this is not an encrypted value")
    try:
        key = ring.get(LETTERS[letter], int(version))
    except ring.DestroyedKey as error:
        raise Erased(f"{purpose}: {error}") from error
    except MissingKey as error:
        raise Unreadable(f"{purpose}: {error}") from error
    if len(content) < NONCE + TAG:
        raise Unreadable(f"{purpose}: it was cut short")
    nonce, closed, tag = content[:NONCE], content[NONCE:-TAG], content[-TAG:]
    cipher = Cipher(suite.algorithm(_derived(key, suite)), modes.GCM(nonce, tag)).decryptor()
    cipher.authenticate_additional_data(f"{letter}{version}:{suite.name}:{purpose}".encode())
    try:
        return cipher.update(closed) + cipher.finalize()
    except InvalidTag as error:
        raise Unreadable(f"{purpose}: another key, another field's value, or it was changed") from error


def version_of(sealed: str) -> int:
    """Of the key a value is closed under; 0 where that was before there was a ring."""
    told = SEALED.fullmatch(sealed)
    return int(told[2]) if told else 0


def fingerprint(text: str, *, purpose: str) -> str:
    """Tells `text` from any other to who has the trail's key, and nothing about it to anybody else."""
    return _fingerprint(ring.newest("trail"), SUITES[settings.PORTAL_CIPHERS], f"{purpose}\0{text}")


def fingerprints(text: str, *, purpose: str) -> list[str]:
    """Each that it can have had: before a rotation of the key, or another choice of ciphers."""
    said = f"{purpose}\0{text}"
    return [_fingerprint(key, suite, said) for key in ring.versions("trail") for suite in SUITES.values()]


def _fingerprint(key: Key, suite: Suite, said: str) -> str:
    digest = HMAC(key.secret, suite.digest())
    digest.update(said.encode())
    return f"v{key.version}:{suite.digest_name}:{digest.finalize().hex()}"


@lru_cache(32)
def _derived(key: Key, suite: Suite) -> bytes:
    """Each cipher has a key of its own, whichever was chosen before."""
    return HKDF(suite.digest(), suite.key_length, None, f"{key.name}:{suite.name}".encode()).derive(
        key.secret
    )


def _opened_as_before(sealed: str, purpose: str) -> str:
    lines = ring.lines()
    for name, value in lines.items():
        if key_file.family(name) == "SECRET_KEY":
            try:
                return _fernet(value, lines["SALT_KEY"]).decrypt(sealed).decode()
            except (InvalidToken, KeyError):
                continue
    raise Unreadable(f"{purpose}: another SECRET_KEY or SALT_KEY, or it was changed")


@lru_cache(8)
def _fernet(secret_key: str, salt: str) -> Fernet:
    key = PBKDF2HMAC(SHA256(), 32, salt.encode(), 100_000).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
