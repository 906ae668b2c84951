"""Sealing the trail: every entry's digest, kept in a chain that nobody forges without the portal's keys.

Who writes waits for nobody: entries are sealed as they become visible. An entry of a long transaction has a
lower key than what was sealed before it, and goes into the next seal all the same (`Sequencer`).
"""

import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from auditlog.models import LogEntry
from django.db import connection, transaction
from django.db.models import Max, QuerySet, Sum

from core import ring

from . import heads
from .enums import RingKey
from .models import HeadKey, KeyRotation, Seal

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
# How far below the newest sealed key a sequencer that begins looks for what is late.
DEEP = 10_000
# A key that was given out has its transaction's number long before (seconds).
MARGIN = 60.0
# After so long (seconds) a sequencer begins anew, and looks for whatever is late.
FRESH = 3600.0


def seal_trail() -> list[Seal]:
    """Seal every entry that no seal lists, `LARGEST` in each; returns the new seals.

    None where heads are signed and this machine has no key to: who has it seals (`audit.sequencing`).
    """
    if HeadKey.objects.exists() and not heads.signer():
        return []
    try:
        return Sequencer().turn()
    except Overtaken:
        return []


class _Mark(NamedTuple):
    """Up to `top` all was sealed that was visible when transaction `ahead` had not begun yet."""

    top: int
    ahead: int
    at: float


class Sequencer:
    """Remembers what it sealed, so that a turn with nothing new costs one short query.

    Up to `floor` everything is settled: no transaction runs any more that could bring an entry with a key
    below it. Above, `sealed` are the keys that need no seal. Of PostgreSQL's transactions that is known by
    the oldest that still runs; SQLite has one writer, whose keys come in their order.
    """

    def __init__(self) -> None:
        last = Seal.objects.order_by("-pk").values_list("pk", flat=True).first()
        self._begun_at = time.monotonic()
        self._last = last
        self._late = late_entries()
        self._top = Seal.objects.aggregate(top=Max("last_entry"))["top"] or 0
        self._floor = max(self._top - DEEP, 0)
        listed = Seal.objects.filter(last_entry__gt=self._floor).values_list("entries", flat=True)
        self._sealed = {key for entries in listed for key, _digest in entries}
        self._marks: deque[_Mark] = deque()

    @property
    def is_stale(self) -> bool:
        return time.monotonic() > self._begun_at + FRESH

    def turn(self, may: Callable[[], bool] = lambda: True) -> list[Seal]:
        """Seal what is new; `may` says within the seal's own transaction whether we still are to.

        Raises `Overtaken` where another sealed meanwhile: it is to be made anew.
        """
        oldest, _ahead = _transactions()  # what ended by now is seen by what is read below
        seals = []
        while keys := self._next_keys():
            seal = _seal(keys, after=self._last, may=may)
            if seal is None:
                break
            seals.append(seal)
            self._last, self._top = seal.pk, max(self._top, seal.last_entry)
            self._sealed.update(keys)
            self._late = [key for key in self._late if key not in self._sealed]
        self._settle(oldest)
        return seals

    def _next_keys(self) -> list[int]:
        above = LogEntry.objects.filter(pk__gt=self._floor).order_by("pk").values_list("pk", flat=True)
        found = (key for key in chain(self._late, above.iterator(LARGEST)) if key not in self._sealed)
        return list(dict.fromkeys(islice(found, LARGEST)))

    def _settle(self, oldest: int) -> None:
        now = time.monotonic()
        if self._top > (self._marks[-1].top if self._marks else self._floor):
            _oldest, ahead = _transactions()
            self._marks.append(_Mark(self._top, ahead, now))
        while self._marks and self._marks[0].ahead <= oldest and now > self._marks[0].at + MARGIN:
            self._floor = self._marks.popleft().top
            self._sealed = {key for key in self._sealed if key > self._floor}


class Overtaken(Exception):
    """Somebody else made a seal meanwhile."""


@transaction.atomic
def _seal(keys: list[int], *, after: int | None, may: Callable[[], bool]) -> Seal | None:
    """The next seal, over these entries; None where we are to make none any more."""
    last = hold_last()
    if not may():
        return None
    if (last.pk if last else None) != after:
        raise Overtaken
    key = ring.newest("trail")
    if KeyRotation.objects.filter(key=RingKey.TRAIL, version__gt=key.version).exists():
        return None  # this machine was not given it
    entries = list(digests(LogEntry.objects.filter(pk__in=keys).order_by("pk")))
    if not entries:
        return None
    seal = Seal(
        first_entry=entries[0][0],
        last_entry=entries[-1][0],
        entries=entries,
        size=len(entries),
        key=key.version,
        previous_digest=last.digest if last else GENESIS,
    )
    private = heads.signer()
    seal.signed_with = heads.note_key(private).name if private else ""
    seal.digest = digest_of(seal)
    seal.signature = heads.signature(seal.digest, private) if private else ""
    seal.save()
    return seal


def hold_last() -> Seal | None:
    """The last seal, which stays the last until this transaction ends."""
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('trail'))")
    return Seal.objects.defer("entries").order_by("-pk").first()


def late_entries() -> list[int]:
    """Entries below the newest sealed one that no seal lists, by key; two counts tell when there are none."""
    sums = Seal.objects.aggregate(top=Max("last_entry"), size=Sum("size"))
    below = LogEntry.objects.filter(pk__gt=0, pk__lte=sums["top"] or 0)
    if below.count() == (sums["size"] or 0):
        return []
    listed = {key for entries in Seal.objects.values_list("entries", flat=True) for key, _digest in entries}
    keys = below.order_by("pk").values_list("pk", flat=True)
    return [key for key in keys.iterator(LARGEST) if key not in listed]


def digests(entries: QuerySet[LogEntry]) -> Iterator[tuple[int, str]]:
    """(key, SHA-256 of all it says) of each entry, in their order, a thousand in memory at most."""
    for row in entries.values_list(*FACTS).iterator(chunk_size=LARGEST):
        yield row[0], digest_of_facts(row)


def digest_of_facts(row: tuple[object, ...]) -> str:
    facts = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(facts.encode()).hexdigest()


def digest_of(seal: Seal) -> str:
    """Of what the seal says and of the seal before, with the portal's key "trail".

    Who can write into the database and has not the key can make no seal that holds. Raises
    `core.ring.MissingKey` where a seal names a key that there is not.
    """
    said = [
        seal.previous_digest,
        seal.first_entry,
        seal.last_entry,
        seal.sealed_at.isoformat(),
        seal.signed_with,
        seal.entries,
    ]
    secret = ring.get("trail", seal.key).secret
    return hmac.new(secret, f"audit.seal\0{json.dumps(said)}".encode(), "sha256").hexdigest()


def _transactions() -> tuple[int, int]:
    """The oldest transaction that runs, and the first that has not begun; SQLite has none beside ours."""
    if connection.vendor != "postgresql":
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
        oldest, ahead = cursor.fetchone()
    return oldest, ahead
