"""The keys this database was made with: with any others its names cannot be read and its seals look forged.

It keeps a digest of each key of the ring (`core.ring`), and whoever serves or changes it has those keys. What
signs the trail's heads is not among them: it is one machine's.
"""

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection
from django.utils.crypto import salted_hmac

from core import key_file, ring

from .models import KeyFingerprint

TAG = "keys"


def note() -> None:
    """Keep the fingerprint of each key that has none yet."""
    for name, line in _ours().items():
        KeyFingerprint.objects.get_or_create(name=name, defaults={"digest": fingerprint(name, line)})


def same_keys(**_kwargs: Any) -> list[checks.CheckMessage]:
    """System check: each key noted in the database is ours. One that is not migrated yet has noted none."""
    try:
        if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
            return []
        noted = dict(KeyFingerprint.objects.order_by("pk").values_list("name", "digest"))
    except OperationalError as error:
        return [checks.Warning(f"The database's keys could not be compared: {error}", id="audit.W001")]
    ours = {name: fingerprint(name, line) for name, line in _ours().items()}
    missing = [name for name in noted if name not in ring.lines()]
    others = [name for name, digest in noted.items() if ours.get(name, digest) != digest]
    return [checks.Error(_told(missing, others), id="audit.E001")] if missing or others else []


def fingerprint(name: str, line: str) -> str:
    return salted_hmac("audit.keys", name, secret=line, algorithm="sha256").hexdigest()


def _ours() -> dict[str, str]:
    return {
        name: line
        for name, line in ring.lines().items()
        if name != key_file.SIGNING and line != key_file.DESTROYED
    }


def _told(missing: list[str], others: list[str]) -> str:
    made = [f"another {name}" for name in others] + [f"a {name} that is missing here" for name in missing]
    return (
        f"This database was made with {' and '.join(made)}: names and telephones in it could not be read, "
        "and its trail would look forged. Put back the file of keys that belongs to it, at "
        f"{settings.PORTAL_KEYS}, or set the variables as they were."
    )
