"""Seals cover each entry, and a check names the first place where somebody had a hand in."""

import datetime
import hashlib
import hmac
import json

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection

from audit import guards, sealing
from audit.checking import check_trail, look_through
from audit.enums import Fault
from audit.models import Check, Seal
from audit.sealing import GENESIS, digest_of, digests, seal_trail
from core import ring, triggers
from tests import factories
from tests.at_once import on_both

# Triggers differ from one database to the other, and so do JSON, times and addresses as they are read back.
pytestmark = [pytest.mark.django_db, on_both]


@pytest.fixture
def as_owner():
    """What only the database's owner can do: triggers are off. The test's transaction brings them back."""
    connection.check_constraints()
    triggers.drop(connection, guards.append_only_guards())


def leave_a_trace():
    factories.unit()
    return LogEntry.objects.latest("pk")


@pytest.fixture
def chain(as_owner):
    """Two seals, over two entries and over three."""
    LogEntry.objects.all().delete()
    entries = [leave_a_trace(), leave_a_trace()]
    (first,) = seal_trail()
    entries += [leave_a_trace(), leave_a_trace(), leave_a_trace()]
    (second,) = seal_trail()
    connection.check_constraints()
    return entries, first, second


def put_back_triggers():
    connection.check_constraints()
    triggers.keep(using="default")


def found(**known):
    """What a check finds, with the triggers back in their place."""
    put_back_triggers()
    check = look_through(**known)
    return check.fault, check.fault_entry, check.fault_seal


HOLDS = ("", None, None)


def test_seals_follow_each_other_without_a_gap(chain):
    entries, first, second = chain

    assert (first.first_entry, first.last_entry) == (entries[0].pk, entries[1].pk)
    assert (second.first_entry, second.last_entry) == (entries[2].pk, entries[4].pk)
    assert (first.previous_digest, second.previous_digest) == (GENESIS, first.digest)
    assert [key for key, _digest in second.entries] == [entry.pk for entry in entries[2:]]
    assert found() == HOLDS


def test_nothing_new_is_not_sealed(chain):
    assert seal_trail() == []
    assert Seal.objects.count() == 2


def test_empty_trail_holds_and_is_not_sealed(as_owner):
    LogEntry.objects.all().delete()

    assert seal_trail() == []
    put_back_triggers()
    check = look_through()
    assert (check.seals, check.entries, check.unsealed, check.fault) == (0, 0, 0, "")


def test_long_outage_leaves_several_seals_that_hold(chain, monkeypatch):
    monkeypatch.setattr(sealing, "LARGEST", 2)
    for _ in range(5):
        leave_a_trace()

    seals = seal_trail()

    assert [len(seal.entries) for seal in seals] == [2, 2, 1]
    assert found() == HOLDS


def test_entries_after_the_last_seal_are_counted(chain):
    leave_a_trace()
    put_back_triggers()

    check = look_through()

    assert (check.seals, check.entries, check.unsealed, check.fault) == (2, 5, 1, "")


@pytest.mark.parametrize(
    "change",
    [
        {"content_type_id": 1},
        {"object_pk": "999999"},
        {"object_id": 999999},
        {"object_repr": "示例"},
        {"serialized_data": {"a": 1}},
        {"action": LogEntry.Action.DELETE},
        {"changes_text": "x"},
        {"changes": {"name": ["a", "b"]}},
        {"cid": "x"},
        {"remote_addr": "192.0.2.1"},
        {"remote_port": 1},
        {"timestamp": datetime.datetime(2008, 1, 1, tzinfo=datetime.UTC)},
        {"additional_data": {"export": "x"}},
        {"actor_email": "x@example.com"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_entry_is_named(chain, change):
    entries, _first, second = chain

    LogEntry.objects.filter(pk__in=[entries[3].pk, entries[4].pk]).update(**change)

    assert found() == (Fault.CHANGED, entries[3].pk, second.pk)


def test_other_actor_is_named(chain):
    entries, first, _second = chain

    LogEntry.objects.filter(pk=entries[1].pk).update(actor=factories.user("auditor"))

    assert found() == (Fault.CHANGED, entries[1].pk, first.pk)


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_removed_entry_is_named(chain, place):
    entries, first, second = chain
    gone = entries[place].pk

    LogEntry.objects.filter(pk=gone).delete()

    assert found() == (Fault.REMOVED, gone, first.pk if place < 2 else second.pk)


def copy(entry, key):
    """As who has the database does it, not Django."""
    columns = [field.column for field in LogEntry._meta.concrete_fields if not field.primary_key]
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO auditlog_logentry (id, {listed}) SELECT %s, {listed}"  # noqa: S608
            " FROM auditlog_logentry WHERE id = %s",
            [key, entry.pk],
        )


@pytest.mark.parametrize("key", [-7, 1, 999_999_999])
def test_copy_of_an_entry_is_named(chain, key):
    """Below all others, which no sealing looks at, and above."""
    entries, _first, _second = chain

    copy(entries[2], key)

    assert found() == (Fault.COPIED, key, None)


def test_copy_that_was_sealed_is_named(chain):
    entries, _first, _second = chain
    copy(entries[2], 999_999_999)
    seal_trail()

    assert found() == (Fault.COPIED, 999_999_999, None)


def test_entry_that_is_a_copy_with_another_actor_is_named(chain):
    entries, _first, _second = chain
    copy(entries[2], 999_999_999)
    LogEntry.objects.filter(pk=999_999_999).update(actor=factories.user("auditor"))

    assert found() == (Fault.INSERTED, 999_999_999, None)


def test_entry_that_carries_no_mac_is_named_sealed_or_not(chain):
    late = leave_a_trace()
    LogEntry.objects.filter(pk=late.pk).update(serialized_data=None)
    check = look_through()
    assert (check.fault, check.fault_entry, check.fault_seal) == (Fault.INSERTED, late.pk, None)

    (seal,) = seal_trail()

    assert found() == (Fault.INSERTED, late.pk, seal.pk)


def test_entries_that_change_places_are_named(chain):
    entries, _first, second = chain
    earlier, later = entries[2].pk, entries[3].pk

    for before, after in ((earlier, -1), (later, earlier), (-1, later)):
        LogEntry.objects.filter(pk=before).update(id=after)

    assert found() == (Fault.CHANGED, earlier, second.pk)


def test_removed_seal_breaks_the_chain(chain):
    _entries, first, second = chain

    first.delete()

    assert found() == (Fault.CHAIN, None, second.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "f" * 64},
        {"entries": []},
        {"sealed_at": datetime.datetime(2008, 1, 1, tzinfo=datetime.UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_seal_is_named(chain, change):
    _entries, first, _second = chain

    Seal.objects.filter(pk=first.pk).update(**change)

    assert found() == (Fault.SEAL, None, first.pk)


def test_entry_changed_together_with_its_seal_shows(chain):
    """Without the portal's key nobody makes a seal that holds."""
    entries, _first, second = chain
    LogEntry.objects.filter(pk=entries[4].pk).update(object_repr="示例")
    forged = Seal.objects.get(pk=second.pk)
    forged.entries = list(sealing.digests(LogEntry.objects.filter(pk__gte=entries[2].pk).order_by("pk")))
    forged.digest = hmac.new(b"guessed", json.dumps(forged.entries).encode(), "sha256").hexdigest()
    forged.save()

    assert found() == (Fault.SEAL, None, second.pk)


def test_last_seal_made_anew_with_the_key_shows_against_the_check_before(chain):
    entries, _first, second = chain
    check_trail()
    second.delete()
    LogEntry.objects.filter(pk=entries[4].pk).delete()
    seal_trail()

    assert found() == (Fault.LAST_SEAL, None, Check.objects.get().last_seal)


def test_appended_seal_is_named(chain):
    _entries, _first, second = chain
    late = leave_a_trace()
    forged = Seal(
        first_entry=late.pk,
        last_entry=late.pk,
        entries=[[late.pk, "0" * 64]],
        size=1,
        key=1,
        previous_digest=second.digest,
        digest="a" * 64,
    )
    forged.save()

    assert found() == (Fault.SEAL, None, forged.pk)


def test_last_seal_that_is_gone_shows_against_the_check_before(chain):
    _entries, _first, second = chain
    check_trail()
    gone = second.pk
    second.delete()

    assert found() == (Fault.LAST_SEAL, None, gone)


def test_last_seal_that_is_gone_is_named_at_every_later_check(chain):
    """Else the second check would call the shortened chain whole."""
    _entries, _first, second = chain
    check_trail()
    gone = second.pk
    second.delete()

    assert [check_trail().fault_seal, check_trail().fault_seal] == [gone, gone]


def test_command_says_what_holds(chain, capsys):
    leave_a_trace()
    put_back_triggers()

    call_command("verify_trail")

    told = capsys.readouterr().out
    assert "2 seals hold, over 5 entries; 1 entries after the last seal." in told
    assert chain[2].digest in told


def test_command_names_the_first_entry_and_fails(chain):
    entries, _first, second = chain
    LogEntry.objects.filter(pk=entries[2].pk).delete()

    with pytest.raises(CommandError) as error:
        call_command("verify_trail")

    assert str(error.value) == f"Entry {entries[2].pk}, which seal {second.pk} covers, was removed."
    assert error.value.returncode == 1
    assert Check.objects.get().fault == Fault.REMOVED


def test_command_without_a_seal_says_that_nothing_was_compared(capsys):
    leave_a_trace()

    call_command("verify_trail")

    told = capsys.readouterr().out
    assert "Nothing is sealed yet" in told
    assert "as it was written" not in told


# What is sealed is compared for years: a later portal must come to the digests of an earlier one.


def test_digest_of_a_seal_is_what_it_always_was():
    seal = Seal(
        key=1,
        first_entry=7,
        last_entry=8,
        entries=[[7, "a"], [8, "b"]],
        previous_digest="0" * 64,
        sealed_at=datetime.datetime(2008, 5, 20, 9, 30, tzinfo=datetime.UTC),
        signed_with="ours",
    )
    said = '["' + "0" * 64 + '", 7, 8, "2008-05-20T09:30:00+00:00", "ours", [[7, "a"], [8, "b"]]]'
    key = ring.get("trail", 1).secret
    assert digest_of(seal) == hmac.new(key, b"audit.seal\0" + said.encode(), "sha256").hexdigest()


def test_digest_of_an_entry_is_what_it_always_was(as_owner):
    entry = leave_a_trace()
    LogEntry.objects.filter(pk=entry.pk).update(changes={"name": ["示例", "x"], "code": ["b", "a"]})
    entry.refresh_from_db()
    facts = [
        entry.pk,
        entry.content_type_id,
        entry.object_pk,
        entry.object_id,
        entry.object_repr,
        entry.serialized_data,
        entry.action,
        entry.changes_text,
        {"code": ["b", "a"], "name": ["示例", "x"]},
        entry.actor_id,
        entry.actor_email,
        entry.cid,
        entry.remote_addr,
        entry.remote_port,
        str(entry.timestamp),
        entry.additional_data,
    ]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    ((key, digest),) = digests(LogEntry.objects.filter(pk=entry.pk))
    assert (key, digest) == (entry.pk, hashlib.sha256(text.encode()).hexdigest())


def test_first_seal_follows_none(chain):
    _entries, first, _second = chain
    assert first.previous_digest == "0" * 64


def test_check_is_kept_with_the_last_seal_that_holds(chain):
    _entries, first, second = chain
    kept = Check.objects.get(pk=check_trail().pk)
    assert (kept.seals, kept.last_seal, kept.last_digest) == (2, second.pk, second.digest)
    Seal.objects.filter(pk=second.pk).update(digest="x")
    broken = check_trail()
    # Three entries and that of the first check.
    assert (broken.seals, broken.entries, broken.unsealed) == (1, 2, 4)
    assert (broken.last_seal, broken.last_digest) == (first.pk, first.digest)
    assert (broken.fault, broken.fault_seal) == (Fault.SEAL, second.pk)


def test_check_of_nothing_has_no_last_seal(as_owner):
    LogEntry.objects.all().delete()
    check = check_trail()
    assert (check.seals, check.last_seal, check.last_digest) == (0, None, "")


def test_very_first_entry_of_a_trail_is_sealed(as_owner):
    LogEntry.objects.all().delete()
    LogEntry.objects.filter(pk=leave_a_trace().pk).update(id=1)
    assert [(seal.first_entry, seal.last_entry) for seal in seal_trail()] == [(1, 1)]
    assert found() == HOLDS


def test_check_from_before_the_first_seal_misses_none(as_owner):
    LogEntry.objects.all().delete()
    check_trail()
    leave_a_trace()
    seal_trail()
    assert found() == HOLDS


@pytest.mark.parametrize("listed", [0, 1, 2])
def test_seal_made_anew_with_the_trail_key_shows_by_its_signature(chain, listed):
    """As who has the portal's other keys could make one; the one that signs is on the machine with beat."""
    _entries, _first, second = chain
    second.entries, second.size = second.entries[:listed], listed
    Seal.objects.filter(pk=second.pk).update(entries=second.entries, size=listed, digest=digest_of(second))
    assert found() == (Fault.UNSIGNED, None, second.pk)


def test_seal_of_another_length_than_it_says_is_named(chain):
    _entries, first, _second = chain
    Seal.objects.filter(pk=first.pk).update(size=1)
    assert found() == (Fault.SEAL, None, first.pk)


def test_seal_covers_a_thousand_entries_at_most(as_owner):
    LogEntry.objects.all().delete()
    entry = leave_a_trace()
    LogEntry.objects.bulk_create(
        LogEntry(content_type_id=entry.content_type_id, object_pk=str(n), object_repr="示例", action=0)
        for n in range(1000)
    )
    assert [len(seal.entries) for seal in seal_trail()] == [1000, 1]


def test_first_entry_of_all_is_counted_before_it_is_sealed(as_owner):
    LogEntry.objects.all().delete()
    LogEntry.objects.filter(pk=leave_a_trace().pk).update(id=1)
    check = look_through()
    assert (check.entries, check.unsealed) == (0, 1)


def test_of_several_seals_that_are_gone_the_last_is_named(as_owner):
    LogEntry.objects.all().delete()
    for _ in range(2):
        leave_a_trace()
        (seal,) = seal_trail()
        check_trail()
    Seal.objects.all().delete()
    assert found() == (Fault.LAST_SEAL, None, seal.pk)
