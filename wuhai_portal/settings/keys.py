"""The ring of keys (core.ring), by what personal data is encrypted, and by what papers are signed."""

import os

from django.core.exceptions import ImproperlyConfigured

from core import key_file

from .base import DEBUG, PORTAL_HOME, env

# The keys that `./portal` made and keeps; what the environment says goes before (core.ring).
PORTAL_KEYS = key_file.place(PORTAL_HOME, os.environ)
PORTAL_GIVEN_KEYS = key_file.given(os.environ)
try:
    _keys = key_file.read(PORTAL_KEYS) | PORTAL_GIVEN_KEYS
except key_file.Exposed as _exposed:
    raise ImproperlyConfigured(str(_exposed)) from _exposed
if not _keys.keys() >= set(key_file.FIRST) and not DEBUG:
    raise ImproperlyConfigured(
        "SECRET_KEY and SALT_KEY must be set while DEBUG is off. "
        f"./portal run makes them and keeps them in {PORTAL_KEYS}."
    )
# The newest signs; what a former one signed stays valid.
SECRET_KEY, *SECRET_KEY_FALLBACKS = [
    _keys[name]
    for name in sorted(_keys, key=key_file.version, reverse=True)
    if key_file.family(name) == "SECRET_KEY"
] or ["debug-only"]
# With the first SECRET_KEY it opens what was encrypted before there was a ring (core.ciphers).
SALT_KEY = _keys.get("SALT_KEY", "debug-only")
# By what personal data is encrypted: AES-256 and SHA-256, or SM4 and SM3.
PORTAL_CIPHERS = env.str("PORTAL_CIPHERS", default="international")
if PORTAL_CIPHERS not in ("international", "guomi"):
    raise ImproperlyConfigured(f"PORTAL_CIPHERS is international or guomi, and not {PORTAL_CIPHERS!r}.")
# What papers are signed with (documents.signers): pkcs12:FILE or pkcs11:MODULE?token=LABEL&key=LABEL; empty:
# the trial certificate that set-up made. The password opens the file, or is the token's PIN.
PORTAL_SIGNER = env.str("PORTAL_SIGNER", default="")
PORTAL_SIGNER_PASSWORD = env.str("PORTAL_SIGNER_PASSWORD", default="")
# A list of revoked certificates of who issued it, as somebody puts it there.
PORTAL_SIGNER_CRL = env.str("PORTAL_SIGNER_CRL", default="")
