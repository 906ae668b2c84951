"""What somebody can do who owns the database and has none of the portal's keys, and what a check says to it.

Each trick is played with SQL, and its tracks are covered as well as that goes: triggers are taken away before
and, unless the trick is about them, put back after. `alone` is what a check finds by itself, `anchored` what
it finds with the heads that were noted outside.
"""

import base64
import hmac
import json
from typing import NamedTuple

import pytest
from auditlog.models import LogEntry
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from audit import heads
from audit.checking import Anchor, check_trail, look_through
from audit.enums import Fault
from audit.models import Check, HeadKey, KeyRotation, Seal
from audit.sealing import FACTS as FACTS_OF_DIGEST
from audit.sealing import GENESIS, digest_of, digest_of_facts, seal_trail
from core import triggers
from tests import factories
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]

HOLDS = ""


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def anchored():
    """A trail of a few seals, a check between them, and its heads as they were noted outside."""
    for _ in range(3):
        factories.unit()
        seal_trail()
    check_trail()
    for _ in range(2):
        factories.unit()
        seal_trail()
    connection.check_constraints()
    return [Anchor(*head) for head in Seal.objects.order_by("pk").values_list("pk", "digest")]


def entry(place):
    return LogEntry.objects.order_by("-pk").values_list("pk", flat=True)[place]


def older(seals):
    """The last of the seals before so many, and its last entry."""
    return Seal.objects.order_by("-pk")[seals]


# -- entries ----------------------------------------------------------------------


def change_an_entry():
    sql("UPDATE auditlog_logentry SET object_repr = '别的' WHERE id = %s", entry(2))


def change_the_newest_before_it_is_sealed():
    factories.unit()
    sql("UPDATE auditlog_logentry SET object_repr = '别的' WHERE id = %s", entry(0))


def change_who_it_was():
    sql("UPDATE auditlog_logentry SET actor_id = %s WHERE id = %s", factories.user("auditor").pk, entry(5))


def change_an_entry_and_its_digest():
    key, seal = entry(0), older(0)
    sql("UPDATE auditlog_logentry SET object_repr = '别的' WHERE id = %s", key)
    _digest_anew(seal, key)


def change_an_entry_and_make_all_digests_after_it_anew():
    key, seals = entry(2), list(Seal.objects.order_by("pk"))
    sql("UPDATE auditlog_logentry SET object_repr = '别的' WHERE id = %s", key)
    before = GENESIS
    for seal in seals:
        before = _digest_anew(seal, key, before=before)


def _digest_anew(seal, key, *, before=None):
    """As the code does, but for the key."""
    row = LogEntry.objects.values_list(*FACTS_OF_DIGEST).get(pk=key)
    entries = [[each, digest_of_facts(row) if each == key else digest] for each, digest in seal.entries]
    before = before or seal.previous_digest
    at = seal.sealed_at.isoformat()
    said = [before, seal.first_entry, seal.last_entry, at, seal.signed_with, entries]
    digest = hmac.new(b"guessed", json.dumps(said).encode(), "sha256").hexdigest()
    sql(
        "UPDATE audit_seal SET entries = %s, previous_digest = %s, digest = %s WHERE id = %s",
        json.dumps(entries),
        before,
        digest,
        seal.pk,
    )
    return digest


def list_in_a_seal_what_nobody_reads():
    """A check that breaks off tells of nothing else either."""
    sql("UPDATE audit_seal SET entries = %s WHERE id = %s", '[["no key"], 7]', older(0).pk)


def _tell_of_a_change_of_keys(changes):
    kind = ContentType.objects.get_for_model(KeyRotation)
    made = LogEntry(content_type=kind, object_pk="9", object_id=9, object_repr="示例", action=0)
    LogEntry.objects.bulk_create([made])
    last = LogEntry.objects.latest("pk").pk
    sql("UPDATE auditlog_logentry SET changes = %s, serialized_data = NULL WHERE id = %s", changes, last)


def tell_of_a_change_of_keys_without_words():
    _tell_of_a_change_of_keys("null")


def tell_of_a_change_of_keys_in_other_words():
    _tell_of_a_change_of_keys('{"key": ["None", "trail"], "version": ["None", "second"]}')


def take_an_entry_out():
    sql("DELETE FROM auditlog_logentry WHERE id = %s", entry(3))


def take_the_newest_out():
    sql("DELETE FROM auditlog_logentry WHERE id = %s", entry(0))


def put_one_in():
    _copied(entry(3), "NULL")


def put_one_in_again():
    _copied(entry(3), "serialized_data")


def _copied(key, mac):
    columns = [
        field.column
        for field in LogEntry._meta.concrete_fields
        if field.name not in ("id", "serialized_data")
    ]
    names = ", ".join(columns)
    sql(
        f"INSERT INTO auditlog_logentry (serialized_data, {names})"  # noqa: S608
        f" SELECT {mac}, {names} FROM auditlog_logentry WHERE id = %s",
        key,
    )


# -- seals and checks -------------------------------------------------------------


def take_a_seal_out():
    sql("DELETE FROM audit_seal WHERE id = %s", older(1).pk)


def take_the_first_seal_out():
    sql("DELETE FROM audit_seal WHERE id = %s", Seal.objects.order_by("pk").first().pk)


def take_all_seals_out():
    sql("DELETE FROM audit_seal")
    seal_trail()


def take_all_seals_and_checks_out():
    sql("DELETE FROM audit_seal")
    sql("DELETE FROM audit_check")
    seal_trail()


def take_checks_out():
    sql("DELETE FROM audit_check")


def take_the_newest_out_with_their_seals():
    """What no check had seen yet."""
    last = older(1)
    sql("DELETE FROM auditlog_logentry WHERE id > %s", last.last_entry)
    sql("DELETE FROM audit_seal WHERE id > %s", last.pk)


def and_go_on():
    take_the_newest_out_with_their_seals()
    factories.unit()
    seal_trail()


def take_out_what_a_check_had_seen():
    last = older(3)
    sql("DELETE FROM auditlog_logentry WHERE id > %s", last.last_entry)
    sql("DELETE FROM audit_seal WHERE id > %s", last.pk)


def put_an_older_copy_back():
    """With everything that came later, checks too."""
    take_out_what_a_check_had_seen()
    sql("DELETE FROM audit_check")


def empty_everything():
    for table in ("audit_check", "audit_seal", "auditlog_logentry"):
        if connection.vendor == "postgresql":
            sql(f"TRUNCATE {table}")
        else:
            sql(f"DELETE FROM {table}")  # noqa: S608


# -- keys -------------------------------------------------------------------------


def exchange_the_public_key():
    """Every seal bears the new one's signature."""
    mine = Ed25519PrivateKey.generate()
    public = mine.public_key().public_bytes_raw()
    name = heads.name_of(public)
    sql("UPDATE audit_headkey SET name = %s, public = %s", name, base64.b64encode(public).decode())
    _sign_all(mine, name)


def put_in_a_public_key():
    mine = Ed25519PrivateKey.generate()
    public = mine.public_key().public_bytes_raw()
    name = heads.name_of(public)
    sql(
        "INSERT INTO audit_headkey (name, public, endorsement, key, mac, since)"
        " SELECT %s, %s, endorsement, key, mac, since FROM audit_headkey",
        name,
        base64.b64encode(public).decode(),
    )
    _sign_all(mine, name)


def _sign_all(private, name):
    for seal in Seal.objects.all():
        signature = base64.b64encode(private.sign(heads._said(seal.digest))).decode()
        sql("UPDATE audit_seal SET signature = %s, signed_with = %s WHERE id = %s", signature, name, seal.pk)


def take_signatures_off():
    sql("UPDATE audit_seal SET signature = ''")


def take_public_keys_out():
    sql("DELETE FROM audit_headkey")


def make_as_if_nothing_was_ever_signed():
    sql("DELETE FROM audit_headkey")
    sql("UPDATE audit_seal SET signature = '', signed_with = ''")


def make_the_chain_anew_with_the_trail_key():
    """Somebody who has the keys of a web machine as well, which has not the one that signs."""
    seal = older(0)
    key = seal.last_entry
    sql("DELETE FROM auditlog_logentry WHERE id = %s", key)
    seal.entries = [pair for pair in seal.entries if pair[0] != key] or seal.entries[:0]
    seal.size = len(seal.entries)
    sql(
        "UPDATE audit_seal SET entries = %s, size = %s, digest = %s WHERE id = %s",
        json.dumps(seal.entries),
        seal.size,
        digest_of(seal),
        seal.pk,
    )


# -- triggers ---------------------------------------------------------------------


def leave_triggers_away():
    triggers.lift(using="default")


def make_one_hollow():
    name = "audit_seal_delete_guard"
    if connection.vendor == "postgresql":
        sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN OLD; END $$"
        )
    else:
        sql(f"DROP TRIGGER {name}")
        sql(f"CREATE TRIGGER {name} BEFORE DELETE ON audit_seal BEGIN SELECT 1; END")


def switch_one_off():
    if connection.vendor == "postgresql":
        sql("ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_delete_guard")
    else:
        sql("DROP TRIGGER audit_seal_delete_guard")


class Told(NamedTuple):
    alone: str
    anchored: str = "the same"


TRICKS = {
    change_an_entry: Told(Fault.CHANGED),
    change_the_newest_before_it_is_sealed: Told(Fault.INSERTED),
    change_who_it_was: Told(Fault.CHANGED),
    change_an_entry_and_its_digest: Told(Fault.SEAL),
    change_an_entry_and_make_all_digests_after_it_anew: Told(Fault.SEAL),
    list_in_a_seal_what_nobody_reads: Told(Fault.SEAL),
    tell_of_a_change_of_keys_without_words: Told(Fault.INSERTED),
    tell_of_a_change_of_keys_in_other_words: Told(Fault.INSERTED),
    take_an_entry_out: Told(Fault.REMOVED),
    take_the_newest_out: Told(Fault.REMOVED),
    put_one_in: Told(Fault.INSERTED),
    put_one_in_again: Told(Fault.COPIED),
    take_a_seal_out: Told(Fault.CHAIN),
    take_the_first_seal_out: Told(Fault.CHAIN),
    take_all_seals_out: Told(Fault.LAST_SEAL),
    take_all_seals_and_checks_out: Told(Fault.CHECK_GONE, Fault.ANCHOR),
    take_checks_out: Told(Fault.CHECK_GONE),
    # From within nobody can know of what nothing is left of.
    take_the_newest_out_with_their_seals: Told(HOLDS, Fault.ANCHOR),
    and_go_on: Told(HOLDS, Fault.ANCHOR),
    put_an_older_copy_back: Told(HOLDS, Fault.ANCHOR),
    empty_everything: Told(HOLDS, Fault.ANCHOR),
    take_out_what_a_check_had_seen: Told(Fault.LAST_SEAL),
    exchange_the_public_key: Told(Fault.HEAD_KEY),
    put_in_a_public_key: Told(Fault.HEAD_KEY),
    take_signatures_off: Told(Fault.UNSIGNED),
    take_public_keys_out: Told(Fault.UNSIGNED),
    make_as_if_nothing_was_ever_signed: Told(Fault.SEAL),
    make_the_chain_anew_with_the_trail_key: Told(Fault.UNSIGNED),
}
OF_TRIGGERS = (leave_triggers_away, make_one_hollow, switch_one_off)


def named(trick):
    return trick.__name__


@pytest.mark.parametrize("trick", TRICKS, ids=named)
def test_trick_of_the_databases_owner_is_found(anchored, trick):
    triggers.lift(using="default")
    trick()
    connection.check_constraints()
    triggers.keep(using="default")

    told = TRICKS[trick]
    assert look_through().fault == told.alone
    assert look_through(anchors=anchored).fault == (
        told.alone if told.anchored == "the same" else told.anchored
    )


@pytest.mark.parametrize("trick", OF_TRIGGERS, ids=named)
def test_triggers_that_are_tampered_with_are_found(anchored, trick):
    trick()

    found = look_through()

    assert found.fault == Fault.GUARD
    assert "audit_seal_delete_guard" in found.fault_about or "…" in found.fault_about


def test_trail_nobody_touched_holds_with_its_anchors(anchored):
    assert look_through(anchors=anchored).fault == HOLDS
    assert Check.objects.get().fault == HOLDS
    pinned = HeadKey.objects.get().public
    assert look_through(anchors=anchored, pinned=pinned).fault == HOLDS
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    assert look_through(pinned=other).fault == Fault.UNSIGNED


def test_each_trick_is_refused_while_the_triggers_are_there(anchored):
    """Without taking them away nobody gets so far: none of the tables takes an update or a deletion."""
    for trick in (change_an_entry, take_an_entry_out, take_a_seal_out, take_checks_out, take_signatures_off):
        with pytest.raises(IntegrityError, match="append-only"):
            _in_a_savepoint(trick)


def _in_a_savepoint(trick):
    with transaction.atomic():
        trick()
