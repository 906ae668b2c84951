"""New versions of the ring's keys, and what former ones closed is closed anew (`./portal rotate-keys`).

While a rotation is under way every version opens, so nobody waits for it. It keeps no place of its own: what
is closed by a former key is looked for, so a worker that was killed half-way is followed by one that goes on.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import key_file, ring
from core.acting import Refusal
from core.ciphers import Unreadable
from core.encrypted import Column, columns
from core.jobs import ANEW, Claim, send_after_commit
from core.locks import change_once

from . import heads, key_changes, keys, sealing
from .enums import RingKey, RotationState
from .models import KeyFingerprint, KeyRotation

# Rows are locked for as long as so many take: some hundredths of a second.
BATCH = 100


@transaction.atomic
def begin(*, key: RingKey) -> KeyRotation:
    """Make the next version of a key and have closed anew what the former ones closed; raises Refusal.

    A rotation that is not done goes on instead, whether it waits, was given up or never got so far.
    """
    version = _next_version(key)
    first: dict[str, object] = {"state": RotationState.WAITING if key == RingKey.DATA else RotationState.DONE}
    if key == RingKey.TRAIL:
        # Whoever seals after us finds the new key: it was there before we asked for the last seal.
        last = sealing.hold_last()
        first |= {
            "head": last.digest if last else sealing.GENESIS,
            "former_until": timezone.now() + key_changes.OVERLAP,
        }
    rotation = begun(key=key, version=version, **first)
    # Of several machines it is the one with beat that has it, and its operator who exchanges it.
    is_ours = key_file.SIGNING in key_file.read(settings.PORTAL_KEYS) and not settings.PORTAL_ADDRESS
    if key == RingKey.TRAIL and is_ours:
        heads.renew()
        # What the former key made is sealed while it counts, and the new one has signed.
        transaction.on_commit(sealing.seal_trail)
    return rotation


def begun(*, key: RingKey, version: int, **first: object) -> KeyRotation:
    """The row of this version, which begins like that or goes on."""
    keys.note()
    rotation, is_new = KeyRotation.objects.get_or_create(key=key, version=version, defaults=first)
    if not is_new and rotation.state == RotationState.FAILED:
        KeyRotation.objects.filter(pk=rotation.pk).update(state=RotationState.WAITING, **ANEW)
    if rotation.state != RotationState.DONE:
        send_after_commit(rotation)
    return rotation


def close_anew(claim: Claim[KeyRotation]) -> None:
    """The worker's part: what a former data key closed is closed by the newest, newest rows first.

    For a year's key: what is erased in time and lies under a data key, for there was none of a year.
    """
    key = RingKey(claim.job.key)
    done, unreadable = claim.job.closed_anew, dict[str, int]()
    for column in columns():
        for batch in _batches(column, key):
            closed = _close_anew(column, batch)
            done += closed
            unreadable[column.purpose] = unreadable.get(column.purpose, 0) + len(batch) - closed
            claim.renew(closed_anew=done)
    if told := ", ".join(f"{name}: {count}" for name, count in unreadable.items() if count):
        raise ValidationError(_("Not everything could be decrypted. %(columns)s") % {"columns": told})
    claim.end()


@transaction.atomic
def forget(*, key: RingKey) -> list[str]:
    """Take away the former versions of a key that nothing needs any more; their lines. Raises Refusal."""
    newest = ring.newest(key).version
    lines = [
        line
        for line in ring.lines()
        if key_file.family(line) == ring.LINES[key] and key_file.version(line) < newest
    ]
    if why := _still_needed(key):
        raise Refusal(why)
    KeyFingerprint.objects.filter(name__in=lines).delete()
    change_once(KeyRotation.objects.filter(key=key, version=newest), forgotten_at=timezone.now())
    # After the database, which asks for what it has noted.
    transaction.on_commit(lambda: key_file.remove(settings.PORTAL_KEYS, lines))
    return lines


def refuse_given(key: RingKey, told: str) -> None:
    """Raise Refusal, in these words, unless the keys stand in a file that is this machine's to change.

    The first of several machines has its keys in its file, the others in their settings.
    """
    lines = {ring.LINES[key], ring.LINES["data"]}
    if settings.PORTAL_ADDRESS or any(key_file.family(each) in lines for each in settings.PORTAL_GIVEN_KEYS):
        raise Refusal(told)


def lying_before(key: RingKey) -> dict[str, int]:
    """How many values of each encrypted column are closed by a former version of the key."""
    counts = {column.purpose: _closed_before(column, key).count() for column in columns()}
    return {purpose: count for purpose, count in counts.items() if count}


def _next_version(key: RingKey) -> int:
    """Of a version that is made now, or was made and is not in use yet."""
    newest = ring.newest(key).version
    is_done = KeyRotation.objects.filter(key=key, version=newest, state=RotationState.DONE).exists()
    if newest > 1 and not is_done:
        return newest
    line = f"{ring.LINES[key]}_{newest + 1}"
    told = _(
        "The keys stand in the settings: add %(line)s there on every machine, start it anew, "
        "and say this again."
    )
    refuse_given(key, told % {"line": f"{line}={key_file.made(line)}"})
    key_file.add(settings.PORTAL_KEYS, [line])
    return newest + 1


def _batches(column: Column, key: RingKey) -> Iterator[list[tuple[int, str]]]:
    rows = _closed_before(column, key).order_by("-pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__lt=batch[-1][0])[:BATCH])


@transaction.atomic
def _close_anew(column: Column, batch: list[tuple[int, str]]) -> int:
    """How many could be opened. One that somebody writes meanwhile is closed by the newest key already."""
    opened = 0
    for pk, lying in batch:
        try:
            value = column.opened(lying)
        except Unreadable:
            continue
        column.rows().filter(pk=pk, lying=lying).update(**{column.field.name: value})
        opened += 1
    return opened


def _closed_before(column: Column, key: RingKey) -> QuerySet[Any, Any]:
    """By a data key before the newest, or any, of what is closed by the year; else by none of the ring."""
    if key == RingKey.DATA:
        return column.lying_before(ring.newest("data").version)
    if key == RingKey.YEAR:
        lying = column.lying()
        return lying.exclude(lying__startswith="y") if column.by_year else lying.none()
    return column.lying().filter(lying__startswith="gAAAA")


def _still_needed(key: RingKey) -> str:
    if key == RingKey.TRAIL:
        return _("The older part of the trail is proved by the former key: it stays as long as the trail.")
    if KeyRotation.objects.filter(key=key, state__in=RotationState.PENDING).exists():
        return _("The worker is not done with it yet.")
    if found := lying_before(key):
        told = ", ".join(f"{name}: {count}" for name, count in found.items())
        return _("The former key is still needed. %(columns)s") % {"columns": told}
    return ""
