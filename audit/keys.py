"""The keys this database was made with: with any others its names are ciphertext and its seals look forged.

Personal data is encrypted with SECRET_KEY and SALT_KEY together, seals are keyed with SALT_KEY, sessions,
links and workbooks are signed with SECRET_KEY. So neither may change under a database, which therefore keeps
a digest of each.
"""

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection
from django.utils.crypto import salted_hmac

from .models import KeyFingerprint

TAG = "keys"
KEYS = ("SECRET_KEY", "SALT_KEY")


def note() -> None:
    """Keep the fingerprints of a database that has none yet."""
    for name in KEYS:
        KeyFingerprint.objects.get_or_create(name=name, defaults={"digest": _fingerprint(name)})


def same_keys(**_kwargs: Any) -> list[checks.CheckMessage]:
    """System check: each key noted in the database is ours. One that is not migrated yet has noted none."""
    try:
        if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
            return []
        noted = dict(KeyFingerprint.objects.values_list("name", "digest"))
    except OperationalError as error:
        return [checks.Warning(f"The database's keys could not be compared: {error}", id="audit.W001")]
    others = [name for name in KEYS if noted.get(name, ours := _fingerprint(name)) != ours]
    return [checks.Error(_told(others), id="audit.E001")] if others else []


def _fingerprint(name: str) -> str:
    return salted_hmac("audit.keys", name, secret=getattr(settings, name), algorithm="sha256").hexdigest()


def _told(others: list[str]) -> str:
    return (
        f"This database was made with another {' and another '.join(others)}: names and telephones in it "
        "could not be read, and its trail would look forged. Put back the secrets.env that belongs to it, at "
        f"{settings.PORTAL_HOME / 'secrets.env'}, or set the variables as they were."
    )
