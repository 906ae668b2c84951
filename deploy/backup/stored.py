"""What a backup must know of a portal's database, found by looking at its models: stored files, secrets.

For the processes that have Django set up.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from auditlog.models import LogEntry
from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from audit.models import KeyFingerprint, Seal
from core.ciphers import Unreadable
from core.encrypted import Column, columns
from core.erased_files import ErasedFileField

# Their rows are not part of a backup.
LEFT_OUT = {
    "accounts_session": "sessions: everybody signs in anew",
    "django_session": "Django's own table of sessions, which is not used",
    "portal_cache": "what is kept for a while: counters of failed sign-ins and the like",
    "portal_figures": "kept figures: counted anew",
}
# And this lies elsewhere.
ELSEWHERE = {
    "queue": "the broker's: jobs are rows, and are handed to it again",
    "figures": "counted anew",
    "static": "made anew from the portal's code",
    "keys": "a file of their own, encrypted, in a folder of their own",
    "other files": "files of the storage that no row names",
}


class Stored(NamedTuple):
    """A file that a row names, and the digest the row has of what lies there ("" where it has none)."""

    name: str
    sha256: str
    storage: Storage


def stored_files() -> Iterator[Stored]:
    for model, field in _columns(models.FileField):
        names = [other.name for other in model._meta.local_fields]
        is_closed = isinstance(field, ErasedFileField)  # a backup has it as it lies, and its key apart
        digest = "sha256" if field.name == "file" and "sha256" in names and not is_closed else None
        rows = model._base_manager.exclude(**{field.name: ""}).exclude(**{field.name: None})
        for row in rows.order_by().values_list(field.name, *([digest] if digest else [])).iterator():
            yield Stored(row[0], row[1] if digest else "", default_storage if is_closed else field.storage)


def unreadable() -> list[str]:
    """Encrypted columns with a value that our keys do not open, and how many each has."""
    found = []
    for column in columns():
        lying = column.lying().iterator()
        if closed := sum(not _opens(column, value) for _, value in lying):
            found.append(f"{column.model._meta.db_table}.{column.field.column}: {closed}")
    return found


def encrypted_columns() -> int:
    return sum(1 for _ in columns())


def row_counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - LEFT_OUT.keys())
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def migrations() -> list[str]:
    return sorted(".".join(name) for name in MigrationRecorder(connection).applied_migrations())


def trail_head() -> dict[str, Any]:
    """The trail's last entry, and its last seal."""
    entry = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    seal = Seal.objects.order_by("-pk").values_list("pk", "digest").first()
    return {"entry": entry, "seal": seal[0] if seal else None, "digest": seal[1] if seal else ""}


def key_fingerprints() -> dict[str, str]:
    return dict(KeyFingerprint.objects.values_list("name", "digest"))


def _columns(kind: type) -> Iterator[tuple[type[models.Model], Any]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from ((model, field) for field in model._meta.local_fields if isinstance(field, kind))


def _opens(column: Column, value: str) -> bool:
    try:
        column.opened(value)
    except Unreadable:
        return False
    return True
