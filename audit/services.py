"""Writing into the trail, and sealing it."""

import hashlib
import json
from typing import Any

from auditlog.models import LogEntry
from django.db import connection, transaction
from django.db.models import QuerySet

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
