"""The head of the trail (its last seal's digest) is signed, so that nobody makes the chain anew.

By Ed25519, with a key (TRAIL_SIGNING_KEY in the file of keys) that only the machine with beat needs: who has
the database, and who has the other keys too, cannot sign. The public keys stand in the database and wherever
heads are anchored (`audit.anchors`).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from core import key_file, ring

from .models import HeadKey


def signer() -> Ed25519PrivateKey | None:
    """The private key; None on a machine that has none."""
    try:
        return Ed25519PrivateKey.from_private_bytes(ring.trail_signing_key())
    except ring.MissingKey:
        return None


def signature(digest: str, private: Ed25519PrivateKey) -> str:
    return _text(private.sign(_said(digest)))


def note_key(private: Ed25519PrivateKey, *, before: Ed25519PrivateKey | None = None) -> HeadKey:
    """Have the public half in the database; `before`, whose place it takes, endorses it.

    A new key is noted by this function before it stands in the file of keys.
    """
    public = private.public_key().public_bytes_raw()
    noted = HeadKey.objects.filter(name=name_of(public)).first()
    if noted:
        return noted
    secret = ring.newest("trail")
    return HeadKey.objects.create(
        name=name_of(public),
        public=_text(public),
        endorsement=_text(before.sign(_endorsed(public))) if before else "",
        key=secret.version,
        mac=_mac(secret, public),
    )


def name_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def is_noted_by_us(key: HeadKey) -> bool:
    try:
        public = base64.b64decode(key.public, validate=True)
        mac = _mac(ring.get("trail", key.key), public)
    except (ring.MissingKey, ValueError):
        return False
    return key.name == name_of(public) and hmac.compare_digest(mac, key.mac)


def holds(digest: str, signature: str, key: HeadKey | None) -> bool:
    """Whether this key signed the head."""
    return key is not None and _verifies(key.public, signature, _said(digest))


def signed_by(digest: str, signature: str, public: str) -> bool:
    """Whether the key that was noted beside a head signed it."""
    return _verifies(public, signature, _said(digest))


def renew() -> HeadKey:
    """Sign with a new key from now on; the former endorses it, and is thrown away with its line in the file.

    Where the former is in the file: on the machine with beat. The database knows it before the file does.
    """
    before = Ed25519PrivateKey.from_private_bytes(ring.trail_signing_key())
    line = key_file.made(key_file.SIGNING)
    noted = note_key(Ed25519PrivateKey.from_private_bytes(ring.decoded(line)), before=before)
    key_file.remove(settings.PORTAL_KEYS, [key_file.SIGNING], instead={key_file.SIGNING: line})
    return noted


def trusted(keys: Iterable[HeadKey], pinned: str) -> set[str]:
    """The names of the keys that follow from `pinned`, a public key (base64) known from elsewhere.

    Itself, and each that the one before it endorsed.
    """
    names: set[str] = set()
    before = ""
    for key in keys:
        if key.public == pinned or (
            before and _verifies(before, key.endorsement, _endorsed_text(key.public))
        ):
            names.add(key.name)
            before = key.public
    return names


def _verifies(public: str, signature: str, said: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _said(digest: str) -> bytes:
    return f"portal trail head {digest}".encode()


def _endorsed(public: bytes) -> bytes:
    return _endorsed_text(_text(public))


def _endorsed_text(public: str) -> bytes:
    return f"portal trail key {public}".encode()


def _mac(key: ring.Key, public: bytes) -> str:
    return hmac.new(key.secret, b"audit.head_key\0" + public, "sha256").hexdigest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
