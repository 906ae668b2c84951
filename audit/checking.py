"""Walking the trail against its seals: the first place where they part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditlog.models import LogEntry
from django.db.models import QuerySet

from .enums import Fault
from .models import Check, Seal
from .sealing import GENESIS, digest_of, digests

# (what is wrong, the entry's key, the seal's key)
_Found = tuple[Fault, int | None, int | None]


def check_trail() -> Check:
    """Walk the trail and keep on record what was found."""
    check = look_through()
    check.save()
    return check


def look_through() -> Check:
    """Walk all seals and what they cover, a seal at a time; the check is not saved.

    It ends at the first fault: what comes after rests on what is broken. Entries after the last seal that
    holds are counted and not judged: they are covered within the hour.
    """
    check, last = Check(seals=0), _Last()
    for seal in Seal.objects.order_by("last_entry").iterator(chunk_size=1):
        if fault := _fault_of(seal, last):
            check.fault, check.fault_entry, check.fault_seal = fault
            break
        last = _Last(seal.pk, seal.digest, seal.last_entry)
        check.seals += 1
    else:
        if gone := _seal_that_is_gone():
            check.fault, check.fault_entry, check.fault_seal = gone
    check.entries = LogEntry.objects.filter(pk__lte=last.entry).count()
    check.unsealed = LogEntry.objects.filter(pk__gt=last.entry).count()
    check.last_seal, check.last_digest = last.seal, last.digest if last.seal else ""
    return check


@dataclass(frozen=True)
class _Last:
    """The seal before, and the last entry it covers."""

    seal: int | None = None
    digest: str = GENESIS
    entry: int = 0


def _fault_of(seal: Seal, last: _Last) -> _Found | None:
    if digest_of(seal) != seal.digest:
        return Fault.SEAL, None, seal.pk
    if seal.previous_digest != last.digest:
        return Fault.CHAIN, None, seal.pk
    covered = LogEntry.objects.filter(pk__lte=seal.last_entry).order_by("pk")
    if last.seal:  # the first one answers for all below it: a key can be negative
        covered = covered.filter(pk__gt=last.entry)
    return next(_differences(seal.pk, seal.entries, covered), None)


def _differences(
    seal: int, entries: Iterable[tuple[int, str]], covered: QuerySet[LogEntry]
) -> Iterator[_Found]:
    """Where the entries that are there part from those the seal lists, both in the order of their keys."""
    listed = iter(entries)
    expected = next(listed, None)
    for key, digest in digests(covered):
        while expected and expected[0] < key:
            yield Fault.REMOVED, expected[0], seal
            expected = next(listed, None)
        if expected is None or key < expected[0]:
            yield Fault.INSERTED, key, seal
            continue
        if digest != expected[1]:
            yield Fault.CHANGED, key, seal
        expected = next(listed, None)
    if expected:
        yield Fault.REMOVED, expected[0], seal


def _seal_that_is_gone() -> _Found | None:
    """The last seal of a check before, where no seal says the same any more; at every check from then on."""
    noted = Check.objects.exclude(last_seal=None)
    before = noted.exclude(last_digest__in=Seal.objects.values("digest")).first()
    return (Fault.LAST_SEAL, None, before.last_seal) if before else None
