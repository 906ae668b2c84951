"""When the trail's key changed: what a former one makes from then on counts no more.

The change stands in the trail itself, in an entry that nobody makes without the new key (`audit.rotation`).
It names the last seal of before: a former key makes no seal after that one. And it says until when entries
of a former key count: a transaction that began before it still holds one. Such an entry's own time says
nothing, for who has stolen a key writes any; the time of the seal that lists it does, for the new key made
that.
"""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from core import ring
from core.triggers import Trigger

from . import guards, macs
from .enums import RingKey
from .models import KeyRotation

# No transaction of ours is open for so long, and beat may be away for some of it.
OVERLAP = datetime.timedelta(hours=1)
FORMER = "a former key of the trail is used"
_CHANGES = macs.FACTS.index("changes")


class KeyChange(NamedTuple):
    """From the seal with the digest `head` on, `version` seals; from `until` on it alone writes."""

    version: int
    head: str
    until: datetime.datetime


def told() -> Iterator[KeyChange]:
    """What the trail's own entries tell of changes, in their order."""
    kind = ContentType.objects.get_for_model(KeyRotation)
    made = LogEntry.objects.filter(content_type=kind, action=LogEntry.Action.CREATE).order_by("pk")
    keys = ring.versions("trail")
    for *facts, mac in made.values_list(*macs.FACTS, "serialized_data"):
        change = _read(facts[_CHANGES])
        if change and macs.is_ours(facts, mac, keys=[key for key in keys if key.version >= change.version]):
            yield change


def _read(changes: Any) -> KeyChange | None:
    """None where it is of another key, or nothing that we write: a forged one must not end the check."""
    try:
        said = {name: new for name, (_old, new) in changes.items()}
        if said["key"] != RingKey.TRAIL:
            return None
        until = datetime.datetime.fromisoformat(said["former_until"]).replace(tzinfo=datetime.UTC)
        return KeyChange(int(said["version"]), said["head"], until)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def guard() -> list[Trigger]:
    """A machine that was not given the new key is stopped, before what it writes looks forged."""
    newer = (
        "SELECT 1 FROM audit_keyrotation WHERE key = 'trail' AND former_until < CURRENT_TIMESTAMP"
        " AND version > CAST(NEW.serialized_data ->> 'key' AS integer)"
    )
    return [guards.guard(LogEntry, "INSERT", f"EXISTS ({newer})", FORMER)]
