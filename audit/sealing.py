"""Sealing the trail: every entry's digest, kept in a chain that nobody forges without the portal's key."""

import hashlib
import json
from collections.abc import Iterator

from auditlog.models import LogEntry
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from .models import Seal

GENESIS = "0" * 64
# A long outage leaves several seals: none is larger than what can be held in memory at ease.
LARGEST = 1000
# All that an entry says. A column that a later django-auditlog adds is not covered by the seals of today.
FACTS = (
    "pk",
    "content_type_id",
    "object_pk",
    "object_id",
    "object_repr",
    "serialized_data",
    "action",
    "changes_text",
    "changes",
    "actor_id",
    "actor_email",
    "cid",
    "remote_addr",
    "remote_port",
    "timestamp",
    "additional_data",
)


def seal_trail() -> list[Seal]:
    """Seal every entry written since the last seal, `LARGEST` in each; returns the new seals."""
    seals = []
    while seal := _seal_next():
        seals.append(seal)
    return seals


@transaction.atomic
def _seal_next() -> Seal | None:
    if connection.vendor == "postgresql":
        # Waits for those who are writing: an entry must not turn up below one that is sealed.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE auditlog_logentry IN SHARE MODE")
    last = Seal.objects.defer("entries").select_for_update().order_by("-last_entry").first()
    found = LogEntry.objects.filter(pk__gt=last.last_entry if last else 0).order_by("pk")
    entries = list(digests(found[:LARGEST]))
    if not entries:
        return None
    seal = Seal(
        first_entry=entries[0][0],
        last_entry=entries[-1][0],
        entries=entries,
        previous_digest=last.digest if last else GENESIS,
    )
    seal.digest = digest_of(seal)
    seal.save()
    return seal


def digests(entries: QuerySet[LogEntry]) -> Iterator[tuple[int, str]]:
    """(key, SHA-256 of all it says) of each entry, in their order, a thousand in memory at most."""
    for row in entries.values_list(*FACTS).iterator(chunk_size=LARGEST):
        facts = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
        yield row[0], hashlib.sha256(facts.encode()).hexdigest()


def digest_of(seal: Seal) -> str:
    """Of what the seal says and of the seal before, with the portal's key (`SALT_KEY`).

    Who can write into the database and has not the key can make no seal that holds.
    """
    said = [
        seal.previous_digest,
        seal.first_entry,
        seal.last_entry,
        seal.sealed_at.isoformat(),
        seal.entries,
    ]
    return salted_hmac(
        "audit.seal", json.dumps(said), secret=settings.SALT_KEY, algorithm="sha256"
    ).hexdigest()
