"""Seals: each covers the entries since the last, and a changed entry shows."""

import pytest
from auditlog.models import LogEntry

from audit.models import Seal
from audit.services import GENESIS, seal_trail
from tests import factories

pytestmark = pytest.mark.django_db


def leave_a_trace():
    factories.unit()
    return LogEntry.objects.order_by("-pk").first()


@pytest.fixture
def chain():
    """Two seals over three entries."""
    LogEntry.objects.all().delete()
    entries = [leave_a_trace(), leave_a_trace()]
    first = seal_trail()
    entries.append(leave_a_trace())
    return entries, first, seal_trail()


def sealed_again():
    """The digest of one fresh seal over the whole trail."""
    Seal.objects.all().delete()
    return seal_trail().digest


def test_first_seal_covers_the_whole_trail(chain):
    entries, first, _second = chain

    assert (first.first_entry, first.last_entry) == (entries[0].pk, entries[1].pk)
    assert first.previous_digest == GENESIS
    assert len(first.digest) == 64


def test_next_seal_starts_after_the_last_and_is_chained_to_it(chain):
    entries, first, second = chain

    assert (second.first_entry, second.last_entry) == (entries[2].pk, entries[2].pk)
    assert second.previous_digest == first.digest
    assert second.digest != first.digest


def test_nothing_to_seal(chain):
    assert seal_trail() is None
    assert Seal.objects.count() == 2


def test_empty_trail_is_not_sealed():
    LogEntry.objects.all().delete()

    assert seal_trail() is None
    assert not Seal.objects.exists()


def test_digest_depends_on_the_previous_seal(chain):
    _entries, _first, second = chain
    second.delete()
    assert seal_trail().digest == second.digest

    Seal.objects.order_by("-last_entry").first().delete()
    Seal.objects.update(digest="f" * 64)

    assert seal_trail().digest != second.digest


def test_digest_is_the_same_for_the_same_trail(chain):
    assert sealed_again() == sealed_again()


@pytest.mark.parametrize(
    "change",
    [
        {"changes": {"name": ["a", "b"]}},
        {"action": LogEntry.Action.DELETE},
        {"object_pk": "999999"},
        {"timestamp": "2008-01-01T00:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_tampering_changes_the_digest(chain, change):
    entries, _first, _second = chain
    honest = sealed_again()

    LogEntry.objects.filter(pk=entries[1].pk).update(**change)

    assert sealed_again() != honest


def test_changed_actor_changes_the_digest(chain):
    entries, _first, _second = chain
    someone = factories.user("auditor")
    honest = sealed_again()

    LogEntry.objects.filter(pk=entries[1].pk).update(actor=someone)

    assert sealed_again() != honest


def test_removed_entry_changes_the_digest(chain):
    entries, _first, _second = chain
    honest = sealed_again()

    entries[1].delete()

    assert sealed_again() != honest
