"""Sealing the trail."""

import hashlib
import json

from auditlog.models import LogEntry
from django.db import transaction

from .models import Seal

GENESIS = "0" * 64


def seal_trail() -> Seal | None:
    """Seal every entry written since the last seal; None when there is none.

    The digest is SHA-256 over the previous digest and each entry's facts in
    order, so a changed or removed entry breaks this seal and all after it.
    """
    with transaction.atomic():
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
