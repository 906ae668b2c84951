"""What somebody can do who owns the database and has stolen the trail's keys of before a change of keys.

Both of them: the one that proves entries and seals, and the one that signs heads. Played as in `test_tricks`.
"""

import datetime

import pytest
from auditlog.models import LogEntry
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit import heads, key_changes, rotation, sealing
from audit.checking import look_through
from audit.enums import Fault, RingKey
from audit.models import HeadKey, KeyRotation, Seal
from audit.sealing import Sequencer, digest_of, digests, seal_trail
from core import key_file, ring, triggers
from tests import factories
from tests.at_once import on_both
from tests.audit.test_tricks import HOLDS, named, sql

pytestmark = [pytest.mark.django_db, on_both]


@pytest.fixture(autouse=True)
def kept(settings, tmp_path, queue):
    """The run's keys in a file, as a portal has them."""
    settings.PORTAL_KEYS = tmp_path / "secrets.env"
    settings.PORTAL_KEYS.touch(0o600)
    lines = (f"{name}={line}\n" for name, line in settings.PORTAL_GIVEN_KEYS.items())
    settings.PORTAL_KEYS.write_text("".join(lines))
    settings.PORTAL_GIVEN_KEYS = {}
    return settings.PORTAL_KEYS


class Thief:
    """Who writes by the former keys, with the portal's own code."""

    def __init__(self, settings):
        self.settings = settings
        self.stolen = key_file.read(settings.PORTAL_KEYS)
        self.signs = Ed25519PrivateKey.from_private_bytes(ring.trail_signing_key())
        self.name = HeadKey.objects.get().name

    def __enter__(self):
        self.theirs = self.settings.PORTAL_KEYS
        self.settings.PORTAL_KEYS = self.theirs.with_name("none.env")
        self.settings.PORTAL_GIVEN_KEYS = self.stolen

    def __exit__(self, *_error):
        self.settings.PORTAL_KEYS, self.settings.PORTAL_GIVEN_KEYS = self.theirs, {}

    def write(self):
        with self:
            factories.unit()
        return LogEntry.objects.latest("pk")

    def seal(self, keys, *, at=None):
        """What nobody else lists, in a seal after the last."""
        last = Seal.objects.order_by("-pk").first()
        entries = list(digests(LogEntry.objects.filter(pk__in=keys).order_by("pk")))
        made = Seal(first_entry=entries[0][0], last_entry=entries[-1][0], entries=entries, size=len(entries))
        made.key, made.signed_with, made.previous_digest = 1, self.name, last.digest
        made.sealed_at = at or timezone.now()
        with self:
            made.digest = digest_of(made)
        made.signature = heads.signature(made.digest, self.signs)
        made.save()

    def sign(self, seals, *, private=None):
        """From some seal on; with today's key that proves, which web machines have as well."""
        private = private or self.signs
        name = heads.name_of(private.public_key().public_bytes_raw())
        for seal in seals:
            before = Seal.objects.filter(pk__lt=seal.pk).order_by("-pk").first()
            seal.previous_digest, seal.signed_with = before.digest if before else sealing.GENESIS, name
            digest = digest_of(seal)
            sql(
                "UPDATE audit_seal SET previous_digest = %s, digest = %s, signature = %s, signed_with = %s"
                " WHERE id = %s",
                seal.previous_digest,
                digest,
                heads.signature(digest, private),
                name,
                seal.pk,
            )


@pytest.fixture
def thief(settings, monkeypatch):
    """A trail of a few seals before the change of keys and after it; the keys of before are stolen."""
    monkeypatch.setattr(key_changes, "OVERLAP", datetime.timedelta(0))
    for _ in range(2):
        factories.unit()
        seal_trail()
    thief = Thief(settings)
    with transaction.atomic():
        rotation.begin(key=RingKey.TRAIL)
    for _ in range(2):
        factories.unit()
        seal_trail()
    connection.check_constraints()
    assert look_through().fault == HOLDS
    assert len({seal.signed_with for seal in Seal.objects.all()}) == 2
    triggers.lift(using="default")
    yield thief
    assert "TRAIL_KEY_1" in key_file.read(settings.PORTAL_KEYS)


def change():
    return KeyRotation.objects.get(key=RingKey.TRAIL)


def told():
    return LogEntry.objects.get_for_object(change()).get()


# -- entries ----------------------------------------------------------------------


def write_an_entry(thief):
    thief.write()


def write_an_entry_and_wait_for_the_portal_to_seal_it(thief):
    thief.write()
    seal_trail()


def write_an_entry_with_a_date_and_a_place_of_before(thief):
    made = thief.write()
    with thief:
        made.pk, made.timestamp = -1, timezone.now() - datetime.timedelta(days=30)
        LogEntry.objects.bulk_create([made])
    sql("DELETE FROM auditlog_logentry WHERE id > 0 AND id > %s", Seal.objects.latest("pk").last_entry)


def write_an_entry_and_put_off_until_when_it_counts(thief):
    thief.write()
    sql("UPDATE audit_keyrotation SET former_until = %s", timezone.now() + datetime.timedelta(days=30))


def tell_of_a_change_of_ones_own(thief):
    """To a later day; who has not the key of that version cannot say so."""
    thief.write()
    sql("DELETE FROM audit_keyrotation")
    with thief:
        KeyRotation.objects.create(
            key="trail", version=2, head=sealing.GENESIS, former_until=timezone.now() + datetime.timedelta(9)
        )


# -- seals ------------------------------------------------------------------------


def seal_by_the_former_key(thief):
    thief.seal([thief.write().pk])


def seal_with_a_time_of_before(thief):
    thief.seal([thief.write().pk], at=timezone.now() - datetime.timedelta(days=30))


def cut_back_to_the_change_and_go_on_before_it(thief):
    """The entry that tells of the change stays, and the portal seals it in the end."""
    head = Seal.objects.get(digest=change().head)
    sql("DELETE FROM audit_seal WHERE id > %s", head.pk)
    sql("DELETE FROM auditlog_logentry WHERE id > %s AND id <> %s", head.last_entry, told().pk)
    made = thief.write()
    thief.seal([made.pk])
    seal_trail()


def cut_back_to_long_before_the_change(thief):
    first = Seal.objects.order_by("pk").first()
    keep = told().pk
    sql("DELETE FROM audit_seal WHERE id > %s", first.pk)
    sql("DELETE FROM auditlog_logentry WHERE id > %s AND id <> %s", first.last_entry, keep)
    seal_trail()


def make_as_if_there_never_was_a_change(thief):
    head = Seal.objects.get(digest=change().head)
    sql("DELETE FROM audit_seal WHERE id > %s", head.pk)
    sql("DELETE FROM auditlog_logentry WHERE id > %s", head.last_entry)
    sql("DELETE FROM audit_keyrotation")
    sql("DELETE FROM audit_headkey WHERE name <> %s", thief.name)
    thief.seal([thief.write().pk])


def make_as_if_there_never_was_a_change_and_let_the_portal_go_on(thief):
    make_as_if_there_never_was_a_change(thief)
    factories.unit()
    seal_trail()


# -- with a web machine's keys of today and the former key that signs ------------------


def sign_the_last_seal(thief):
    thief.sign([Seal.objects.latest("pk")])


def sign_all_and_take_the_new_public_key_out(thief):
    thief.sign(Seal.objects.order_by("pk"))
    sql("DELETE FROM audit_headkey WHERE name <> %s", thief.name)


def put_in_a_public_key_that_the_former_endorses(thief):
    mine = Ed25519PrivateKey.generate()
    with thief:
        heads.note_key(mine, before=thief.signs)
    thief.sign([Seal.objects.latest("pk")], private=mine)


TRICKS = {
    write_an_entry: Fault.FORMER_KEY,
    write_an_entry_and_wait_for_the_portal_to_seal_it: Fault.FORMER_KEY,
    write_an_entry_with_a_date_and_a_place_of_before: Fault.FORMER_KEY,
    write_an_entry_and_put_off_until_when_it_counts: Fault.FORMER_KEY,
    tell_of_a_change_of_ones_own: Fault.FORMER_KEY,
    seal_by_the_former_key: Fault.FORMER_SEAL,
    seal_with_a_time_of_before: Fault.FORMER_SEAL,
    cut_back_to_the_change_and_go_on_before_it: Fault.FORMER_SEAL,
    cut_back_to_long_before_the_change: Fault.KEY_CHANGE,
    # The machine that signs knows its own key, whatever the database says.
    make_as_if_there_never_was_a_change: Fault.UNSIGNED,
    make_as_if_there_never_was_a_change_and_let_the_portal_go_on: Fault.KEY_CHANGE,
    sign_the_last_seal: Fault.FORMER_SEAL,
    sign_all_and_take_the_new_public_key_out: Fault.UNSIGNED,
    put_in_a_public_key_that_the_former_endorses: Fault.UNSIGNED,
}


@pytest.mark.parametrize("trick", TRICKS, ids=named)
def test_trick_with_the_keys_of_before_is_found(thief, trick):
    trick(thief)
    connection.check_constraints()
    triggers.keep(using="default")

    assert look_through().fault == TRICKS[trick]


# -- what is no trick ---------------------------------------------------------------


@pytest.fixture
def by_hand(settings, kept):
    """Two machines: ours was given the next key, the other was not yet."""
    factories.unit()
    seal_trail()
    other = Thief(settings)
    key_file.add(kept, ["TRAIL_KEY_2"])
    return other


def test_what_a_transaction_of_before_writes_is_sealed_later_and_holds(by_hand):
    rotation.begin(key=RingKey.TRAIL)
    by_hand.write()
    factories.unit()
    seal_trail()
    by_hand.write()
    assert look_through().fault == HOLDS
    assert {seal.key for seal in Seal.objects.all()} == {1, 2}


def test_machine_that_was_not_given_the_new_key_writes_nothing_after_an_hour(by_hand, monkeypatch):
    monkeypatch.setattr(key_changes, "OVERLAP", datetime.timedelta(seconds=-2))
    factories.unit()
    by_hand.write()  # the change is not said yet: machines are started anew in their turn
    rotation.begin(key=RingKey.TRAIL)
    with pytest.raises(IntegrityError, match=key_changes.FORMER), transaction.atomic():
        by_hand.write()
    factories.unit()


def test_machine_that_was_not_given_the_new_key_seals_nothing(by_hand):
    rotation.begin(key=RingKey.TRAIL)
    factories.unit()
    with by_hand:
        assert seal_trail() == []
        assert Sequencer().turn() == []
    assert [seal.key for seal in seal_trail()] == [2]
    assert look_through().fault == HOLDS


def test_change_that_was_broken_off_is_told_until_it_is_said_again(by_hand):
    assert look_through().fault == Fault.KEY_CHANGE
    assert "rotate-keys trail" in look_through().found
    rotation.begin(key=RingKey.TRAIL)
    seal_trail()
    assert look_through().fault == HOLDS


def test_database_that_begins_with_a_later_key_wants_no_change(kept):
    lines = kept.read_text().replace("TRAIL_KEY_1=", "TRAIL_KEY_7=")
    kept.write_text(lines)
    triggers.lift(using="default")
    sql("DELETE FROM auditlog_logentry")
    triggers.keep(using="default")
    factories.unit()
    seal_trail()
    assert look_through().fault == HOLDS
