"""Writing into the trail, and sealing it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from auditlog.diff import get_field_value
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.encoding import smart_str

from .bulk import insert_rows
from .models import Seal

GENESIS = "0" * 64


def change_once(rows: QuerySet[Any], **values: object) -> bool:
    """Change the one row of `rows` if it is (still) there; False when somebody was quicker.

    The row is locked, so of two people one wins, and saved through the model,
    so the trail gets the old values and the new.
    """
    with transaction.atomic():
        # By key: the records' own order may join what cannot be locked.
        row = rows.order_by("pk").select_for_update(of=("self",)).first()
        if row is None:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
    return True


def note_written(*, pairs: Iterable[tuple[Model | None, Model]], by: AbstractUser) -> None:
    """Put into the trail what was written in bulk, which no signal tells of: each record before and after.

    The entries are those that saving one by one leaves; before is None for a new record.
    """
    now = timezone.now()
    rows = []
    for before, after in pairs:
        if changes := _changes(before, after):
            model = ContentType.objects.get_for_model(after).pk
            action = LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE
            rows.append(
                (model, str(after.pk), after.pk, str(after), action, changes, "", by.pk, by.email, now)
            )
    insert_rows(LogEntry, _ENTRY, rows)


_ENTRY = (
    "content_type",
    "object_pk",
    "object_id",
    "object_repr",
    "action",
    "changes",
    "changes_text",
    "actor",
    "actor_email",
    "timestamp",
)


def _changes(before: Model | None, after: Model) -> dict[str, tuple[str, str]]:
    """The fields that differ, as auditlog writes them: old and new text."""
    untold = auditlog.get_model_fields(type(after))["exclude_fields"]
    told = {}
    for field in after._meta.concrete_fields:
        if field.name not in untold:
            old = smart_str(get_field_value(before, field)) if before else "None"
            if (new := smart_str(get_field_value(after, field))) != old:
                told[field.name] = (old, new)
    return told


def seal_trail() -> Seal | None:
    """Seal every entry written since the last seal; None when there is none.

    The digest is SHA-256 over the previous digest and each entry's facts in
    order, so a changed or removed entry breaks this seal and all after it.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Waits for those who are writing: an entry must not turn up below one that is sealed.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE auditlog_logentry IN SHARE MODE")
        last = Seal.objects.select_for_update().order_by("-last_entry").first()
        entries = LogEntry.objects.filter(pk__gt=last.last_entry if last else 0).order_by("pk")
        digest = hashlib.sha256((last.digest if last else GENESIS).encode())
        first_pk = last_pk = 0
        for entry in entries.iterator():
            first_pk = first_pk or entry.pk
            last_pk = entry.pk
            digest.update(_facts(entry))
        if not last_pk:
            return None
        return Seal.objects.create(
            first_entry=first_pk,
            last_entry=last_pk,
            digest=digest.hexdigest(),
            previous_digest=last.digest if last else GENESIS,
        )


def _facts(entry: LogEntry) -> bytes:
    facts = [
        entry.pk,
        entry.content_type_id,
        entry.object_pk,
        entry.action,
        entry.changes,
        entry.actor_id,
        entry.timestamp.isoformat(),
    ]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
