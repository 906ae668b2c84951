"""The keys the portal works with, each by its name and version; the newest version closes, every one opens.

- "sign": sessions, links, workbooks (Django's SECRET_KEY and its fallbacks): SECRET_KEY, SECRET_KEY_2, …
- "data": what is encrypted in the database (`core.ciphers`): DATA_KEY_1, DATA_KEY_2, …
- "year": what is encrypted there and erased in time, under the year in which it comes in: YEAR_KEY_2008, …
  Of a year of which nothing is kept any more the key is destroyed, and the line says so: no backup tells it.
- "trail": what the trail is proved with: TRAIL_KEY_1, …

A file that was added to is read anew, so that who serves knows a new key before the first value comes that
needs it.
"""

import base64
import hashlib
from dataclasses import dataclass, field

from django.conf import settings

from core import key_file

LINES = {"sign": "SECRET_KEY", "data": "DATA_KEY", "year": "YEAR_KEY", "trail": "TRAIL_KEY"}


class MissingKey(Exception):
    """There is no such key, or not this version of it."""


class DestroyedKey(MissingKey):
    """It was taken away for good, together with what it closed."""


@dataclass(frozen=True)
class Key:
    """`secret` are 32 bytes, whatever the line holds."""

    name: str
    version: int
    secret: bytes = field(repr=False)


def lines() -> dict[str, str]:
    """Every key as it stands, by the name of its line: of the environment, then of the file."""
    kept: dict[str, str] = settings.PORTAL_GIVEN_KEYS
    return key_file.read(settings.PORTAL_KEYS) | kept


def versions(name: str) -> tuple[Key, ...]:
    """The newest first; none where there is no such key."""
    found = [
        Key(name, key_file.version(line), _secret(name, value))
        for line, value in lines().items()
        if key_file.family(line) == LINES[name] and value != key_file.DESTROYED
    ]
    return tuple(sorted(found, key=lambda key: -key.version))


def newest(name: str) -> Key:
    if not (found := versions(name)):
        raise MissingKey(f"There is no {LINES[name]} in {settings.PORTAL_KEYS} or the environment.")
    return found[0]


def of_year(year: int) -> Key:
    """What closes what is erased in time: that year's key, else the newest of an earlier year, or of data."""
    return next((key for key in versions("year") if key.version <= year), None) or newest("data")


def get(name: str, version: int) -> Key:
    for key in versions(name):
        if key.version == version:
            return key
    if version in destroyed(name):
        raise DestroyedKey(f"{LINES[name]}_{version} was destroyed.")
    raise MissingKey(f"There is no version {version} of {LINES[name]} in {settings.PORTAL_KEYS}.")


def destroyed(name: str) -> set[int]:
    """The versions that were taken away for good."""
    return {
        key_file.version(line)
        for line, value in lines().items()
        if key_file.family(line) == LINES[name] and value == key_file.DESTROYED
    }


def trail_signing_key() -> bytes:
    """The Ed25519 private key (32 bytes) that signs the trail's heads, on the machine that has it."""
    if not (line := lines().get(key_file.SIGNING)):
        raise MissingKey(f"There is no {key_file.SIGNING} in {settings.PORTAL_KEYS} or the environment.")
    return decoded(line)


def decoded(line: str) -> bytes:
    return base64.urlsafe_b64decode(line + "=" * (-len(line) % 4))


def _secret(name: str, line: str) -> bytes:
    return hashlib.sha256(f"portal ring {name}\0{line}".encode()).digest()
