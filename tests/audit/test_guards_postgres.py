"""What PostgreSQL has beside single rows: whole tables, and sessions that call themselves replicas."""

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction

from audit import guards
from core import triggers
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)]),
]


def refused(statement, message):
    with (
        pytest.raises(IntegrityError, match=message),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return True


def test_no_guarded_table_is_emptied_at_once(database):
    """Whichever room guards it: a statement on the whole table passes by what looks at rows."""
    connection.check_constraints()
    tables = {trigger.table for trigger in triggers.all_triggers() if trigger.name.endswith("_guard")}
    assert LogEntry._meta.db_table in tables
    for table in sorted(tables):
        assert refused(f"TRUNCATE {table} CASCADE", guards.NEVER_EMPTIED)


def test_table_is_not_emptied_by_one_it_hangs_on(database):
    connection.check_constraints()
    assert refused("TRUNCATE accounts_user CASCADE", guards.NEVER_EMPTIED)


def test_session_that_calls_itself_a_replica_is_refused_too(database):
    factories.unit()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    assert refused("DELETE FROM auditlog_logentry", guards.APPEND_ONLY)
