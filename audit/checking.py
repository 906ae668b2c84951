"""Walking the trail against its seals: the first place where they part."""

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, NamedTuple

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from core import ring, triggers

from . import heads, key_changes, macs
from .enums import Fault
from .models import Check, HeadKey, Seal
from .sealing import FACTS, GENESIS, LARGEST, digest_of, digest_of_facts

# Of a digest, in hexadecimal: 80 bits.
SHORTEST = 20
# So many seals are read at once: a quiet hour's hold few entries each.
TOGETHER = 100
_SIGNED = [FACTS.index(f"{name}_id" if name in ("content_type", "actor") else name) for name in macs.FACTS]
_MAC = FACTS.index("serialized_data")


class Anchor(NamedTuple):
    """A head as it was noted outside of the database; of the digest at least what a sheet of paper has."""

    seal: int
    digest: str


class _Found(NamedTuple):
    fault: Fault
    entry: int | None = None
    seal: int | None = None
    about: str = ""


def check_trail(*, anchors: Iterable[Anchor] = (), pinned: str = "") -> Check:
    """Walk the trail and keep on record what was found."""
    check = look_through(anchors=anchors, pinned=pinned)
    check.save()
    return check


def look_through(*, anchors: Iterable[Anchor] = (), pinned: str = "") -> Check:
    """Walk all seals and what they cover; the check is not saved.

    It ends at the first fault: what comes after rests on what is broken. Entries that no seal lists yet are
    counted, and judged by their MACs. `pinned` is a public key (base64) that heads must be signed with, or
    with one that it endorses; without it those do that the portal itself put into the database.
    """
    walk = _Walk(pinned)
    found = next(walk.faults(), None) or next(_beside_seals(anchors, walk.listed), None)
    check = Check(seals=walk.seals, entries=len(walk.listed), last_seal=walk.last_seal)
    if found:
        check.fault, check.fault_entry, check.fault_seal, check.fault_about = found
    check.unsealed = LogEntry.objects.count() - walk.there
    check.last_digest = walk.last_digest if walk.last_seal else ""
    return check


class _Walk:
    """`listed` are the entries that the seals walked so far list, `there` how many of them are there."""

    def __init__(self, pinned: str) -> None:
        self.seals = 0
        self.listed: set[int] = set()
        self.there = 0
        self.last_seal: int | None = None
        self.last_digest = GENESIS
        self._keys = list(HeadKey.objects.order_by("pk"))
        self._by_name = {key.name: key for key in self._keys}
        self._macs = ring.versions("trail")
        self._changes = list(key_changes.told())
        # What a former key made from here on was made with a stolen one: (its version, until when it may).
        self._reached = [each for each in self._changes if each.head == GENESIS]
        self._least = max((each.version for each in self._reached), default=1)
        self._oldest = self._macs[0].version if self._macs else 1
        self._signers: list[str] = []
        self._pinned = pinned
        self._trusted = heads.trusted(self._keys, pinned) if pinned else set(self._by_name)
        self._must_be_signed = bool(pinned or self._keys or heads.signer())

    def faults(self) -> Iterator[_Found]:
        yield from (
            _Found(Fault.HEAD_KEY, about=key.name) for key in self._keys if not heads.is_noted_by_us(key)
        )
        for seals in _together(Seal.objects.order_by("pk").iterator(chunk_size=TOGETHER)):
            # What another one lists may be anything, and is not looked at.
            ours = list(takewhile(_is_ours, seals))
            facts = dict(_facts(key for seal in ours for key, _digest in seal.entries))
            for seal in ours:
                yield from self._faults_of(seal, facts)
                self.listed.update(key for key, _digest in seal.entries)
                self.there += sum(key in facts for key, _digest in seal.entries)
                self.seals += 1
                self.last_seal, self.last_digest = seal.pk, seal.digest
                self._go_on_after(seal)
            if len(ours) < len(seals):
                yield _Found(Fault.SEAL, seal=seals[len(ours)].pk)
                return
        last = Seal.objects.filter(pk=self.last_seal or 0).first()
        if last and not self._may_sign_last(last.signed_with):
            yield _Found(Fault.UNSIGNED, seal=last.pk)
        yield from self._unlisted()
        yield from self._changes_that_are_gone()

    def _go_on_after(self, seal: Seal) -> None:
        """From here on nothing by a key that another one followed."""
        reached = [each for each in self._changes if each.head == seal.digest]
        self._reached += reached
        self._least = max([self._least, seal.key, *(each.version for each in reached)])
        self._oldest = min(self._oldest, seal.key)
        if seal.signed_with not in self._signers[-1:]:
            self._signers.append(seal.signed_with)

    def _may_sign_last(self, name: str) -> bool:
        """As far as we know: the machine that signs knows its own key."""
        ours = heads.signer()
        return (not self._pinned or name in self._trusted) and (
            ours is None or name == heads.name_of(ours.public_key().public_bytes_raw())
        )

    def _changes_that_are_gone(self) -> Iterator[_Found]:
        """Each change, and what was sealed before it; that there was one tells the file of keys."""
        gone = {each.version for each in self._changes} - {each.version for each in self._reached}
        newest = self._macs[0].version if self._macs else 1
        if newest > self._oldest and newest not in {each.version for each in self._changes}:
            gone.add(newest)
        yield from (_Found(Fault.KEY_CHANGE, about=str(version)) for version in sorted(gone))

    def _faults_of(self, seal: Seal, facts: dict[int, tuple[object, ...]]) -> Iterator[_Found]:
        if seal.previous_digest != self.last_digest:
            yield _Found(Fault.CHAIN, seal=seal.pk)
        key = self._by_name.get(seal.signed_with)
        if (self._must_be_signed or seal.signed_with) and not heads.holds(seal.digest, seal.signature, key):
            yield _Found(Fault.UNSIGNED, seal=seal.pk)
        if seal.key < self._least or seal.signed_with in self._signers[:-1]:
            yield _Found(Fault.FORMER_SEAL, seal=seal.pk)
        least = max((each.version for each in self._reached if seal.sealed_at > each.until), default=1)
        for key, digest in seal.entries:
            if key not in facts:
                yield _Found(Fault.REMOVED, key, seal.pk)
            elif digest_of_facts(facts[key]) != digest:
                yield _Found(Fault.CHANGED, key, seal.pk)
            elif fault := self._fault_of_mac(facts[key], least):
                yield _Found(fault, key, seal.pk)

    def _unlisted(self) -> Iterator[_Found]:
        """Of what no seal lists, what is not ours."""
        keys = LogEntry.objects.order_by("pk").values_list("pk", flat=True).iterator(LARGEST)
        unlisted = (key for key in keys if key not in self.listed)
        now = timezone.now()
        least = max((each.version for each in self._changes if now > each.until), default=1)
        while some := list(islice(unlisted, LARGEST)):
            for key, row in _facts(some):
                if fault := self._fault_of_mac(row, least):
                    yield _Found(fault, key)

    def _fault_of_mac(self, row: tuple[object, ...], least: int) -> Fault | None:
        """Of an entry that no key may have made before the version `least`."""
        found: Any = row[_MAC]
        if not macs.is_ours([row[place] for place in _SIGNED], found, keys=self._macs):
            return Fault.INSERTED
        self._oldest = min(self._oldest, found["key"])
        return Fault.FORMER_KEY if found["key"] < least else None


def _together(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    """The seals in turn, as many at once as list some thousand entries."""
    some: list[Seal] = []
    for seal in seals:
        some.append(seal)
        if sum(each.size for each in some) >= LARGEST:
            yield some
            some = []
    if some:
        yield some


def _facts(keys: Iterable[int]) -> Iterator[tuple[int, tuple[object, ...]]]:
    for row in LogEntry.objects.filter(pk__in=keys).order_by("pk").values_list(*FACTS):
        yield row[0], row


def _is_ours(seal: Seal) -> bool:
    try:
        return digest_of(seal) == seal.digest and seal.size == len(seal.entries)
    except ring.MissingKey:
        return False


def _beside_seals(anchors: Iterable[Anchor], listed: set[int]) -> Iterator[_Found]:
    """What seals alone do not tell."""
    yield from _copies(listed)
    yield from _seal_that_is_gone()
    anchors = list(anchors)
    digests = dict(Seal.objects.values_list("pk", "digest")) if anchors else {}
    yield from (
        _Found(Fault.ANCHOR, seal=anchor.seal)
        for anchor in anchors
        if len(anchor.digest) < SHORTEST or not digests.get(anchor.seal, "").startswith(anchor.digest)
    )
    yield from _checks_that_are_gone()
    if lacking := triggers.lacking(connection):
        yield _Found(Fault.GUARD, about=triggers.named(lacking))


def _copies(listed: set[int]) -> Iterator[_Found]:
    """An entry put in anew carries a MAC that stands already; named is what no seal lists, or the later."""
    by_mac = LogEntry.objects.exclude(serialized_data=None).order_by().values("serialized_data__mac")
    twice = by_mac.annotate(n=Count("pk")).filter(n__gt=1)
    for mac in twice.values_list("serialized_data__mac", flat=True):
        found = LogEntry.objects.filter(serialized_data__mac=mac).order_by("pk").values_list("pk", flat=True)
        yield _Found(Fault.COPIED, next((key for key in found if key not in listed), found.last()))


def _seal_that_is_gone() -> Iterator[_Found]:
    """The last seal of a check before, where no seal says the same any more; at every check from then on."""
    noted = Check.objects.exclude(last_seal=None)
    before = noted.exclude(last_digest__in=Seal.objects.values("digest")).first()
    if before:
        yield _Found(Fault.LAST_SEAL, seal=before.last_seal)


def _checks_that_are_gone() -> Iterator[_Found]:
    """Each check left an entry in the trail when it was kept."""
    kind = ContentType.objects.get_for_model(Check)
    made = LogEntry.objects.filter(content_type=kind, action=LogEntry.Action.CREATE)
    gone = made.exclude(object_id__in=Check.objects.values("pk")).order_by("pk")
    yield from (_Found(Fault.CHECK_GONE, entry.pk, about=entry.object_repr) for entry in gone[:1])
