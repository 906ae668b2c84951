"""Every entry carries a MAC, by whichever way it was written, and the MAC covers all that it says."""

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.db import connection
from django.urls import reverse

from accounts.models import Organisation
from audit import macs
from audit.enums import SignIn
from audit.services import note_export, note_sign_in, note_written
from core import ring
from tests import factories
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]


def holds(entry):
    """As it comes back from the database."""
    row = LogEntry.objects.values_list(*macs.FACTS, "serialized_data").get(pk=entry.pk)
    return macs.is_ours(row[:-1], row[-1], keys=ring.versions("trail"))


def last():
    return LogEntry.objects.latest("pk")


def test_mac_covers_every_column_but_the_key_and_itself():
    columns = {field.name for field in LogEntry._meta.concrete_fields}
    assert columns - set(macs.FACTS) == {"id", "serialized_data"}


def test_no_model_is_kept_as_a_whole():
    """Then auditlog would fill the column that the MAC lies in."""
    kept = [
        model for model in auditlog.get_models() if auditlog.get_serialize_options(model)["serialize_data"]
    ]
    assert kept == []


def test_saved_record_leaves_an_entry_with_a_mac():
    factories.unit()
    assert holds(last())


def test_entry_of_a_request_covers_who_acted_from_where(client):
    """auditlog fills these in by a signal of the request's own, after everybody else's."""
    auditor = factories.user("auditor")
    client.force_login(auditor)
    client.get(reverse("desk:trail"), {"format": "csv"}, REMOTE_ADDR="192.0.2.7")
    entry = last()
    assert (entry.actor, entry.remote_addr) == (auditor, "192.0.2.7")
    assert holds(entry)


def test_entries_in_bulk_carry_macs_of_their_own():
    by = factories.user("office")
    units = [factories.unit(), factories.unit()]
    before = last().pk
    note_written(pairs=[(None, unit) for unit in units], by=by)
    LogEntry.objects.bulk_create(
        LogEntry(content_type_id=last().content_type_id, object_pk=n, object_repr="示例", action=0)
        for n in range(2)
    )
    entries = list(LogEntry.objects.filter(pk__gt=before))
    assert len(entries) == 4
    assert all(map(holds, entries))
    assert len({entry.serialized_data["mac"] for entry in entries}) == 4


def test_looks_and_sign_ins_carry_macs():
    person = factories.user("office")
    for address in ("192.0.2.1", "2001:DB8::0:1", None):
        note_sign_in(person, name="某人", what=SignIn.IN, address=address)
        assert holds(last())
    note_export(Organisation, name="名单.csv", rows=3, query={"q": ["甲", "乙"]})
    assert holds(last())


def test_relation_that_is_taken_off_carries_a_mac():
    """Relations of many to many have a door of their own in auditlog."""
    programme = factories.programme()
    programme.standards.remove(programme.standards.first())
    assert last().changes["standards"]["type"] == "m2m"
    assert holds(last())


def test_mac_of_another_key_does_not_hold():
    factories.unit()
    row = list(LogEntry.objects.values_list(*macs.FACTS).get(pk=last().pk))
    found = last().serialized_data
    keys = ring.versions("trail")
    assert macs.is_ours(row, found, keys=keys)
    assert not macs.is_ours(row, found, keys=[])
    for other in (
        found | {"key": ring.newest("trail").version + 1},
        found | {"nonce": "0" * 16},
        found | {"mac": "0" * 64},
        found | {"mac": None},
        {},
        None,
        [],
        "x",
    ):
        assert not macs.is_ours(row, other, keys=keys)


def test_entry_costs_no_statement_more(django_assert_num_queries):
    factories.unit()
    kind = last().content_type_id
    with django_assert_num_queries(1):
        LogEntry.objects.create(content_type_id=kind, object_pk="1", object_repr="示例", action=0)


def test_entry_that_sql_wrote_has_none():
    factories.unit()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO auditlog_logentry (content_type_id, object_pk, object_repr, action, changes_text,"
            " timestamp) SELECT content_type_id, object_pk, object_repr, action, changes_text, timestamp"
            " FROM auditlog_logentry WHERE id = %s",
            [last().pk],
        )
    assert not holds(last())
