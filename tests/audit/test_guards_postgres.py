"""What PostgreSQL has beside single rows: whole tables, and sessions that call themselves replicas."""

import pytest
from auditlog.models import LogEntry
from django.db import Error, IntegrityError, connection, transaction

from audit import guards
from audit.checking import check_trail
from audit.sealing import seal_trail
from core import triggers
from deploy.install.database import rights
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


# -- the application's own role, with the rights that ./portal install gives it ------------------

GUARD = "auditlog_logentry_delete_guard"
NOT_ITS_OWN = "must be owner|permission denied"
FORBIDDEN = {
    "UPDATE auditlog_logentry SET object_repr = ''": guards.APPEND_ONLY,
    "DELETE FROM audit_seal": guards.APPEND_ONLY,
    "DELETE FROM audit_check": guards.APPEND_ONLY,
    "TRUNCATE auditlog_logentry": NOT_ITS_OWN,
    "TRUNCATE audit_check": NOT_ITS_OWN,
    "ALTER TABLE auditlog_logentry DISABLE TRIGGER ALL": NOT_ITS_OWN,
    f"ALTER TABLE auditlog_logentry DISABLE TRIGGER {GUARD}": NOT_ITS_OWN,
    f"DROP TRIGGER {GUARD} ON auditlog_logentry": NOT_ITS_OWN,
    f"DROP FUNCTION {GUARD}() CASCADE": NOT_ITS_OWN,
    f"CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN OLD; END $$": NOT_ITS_OWN,
    f"CREATE TRIGGER another BEFORE DELETE ON auditlog_logentry FOR EACH ROW EXECUTE FUNCTION {GUARD}()": (
        NOT_ITS_OWN
    ),
    "DROP TABLE audit_seal": NOT_ITS_OWN,
    "SET session_replication_role = replica": NOT_ITS_OWN,
    "SET ROLE owns_it": NOT_ITS_OWN,
}


@pytest.fixture
def as_application(database):
    """The session goes on in a role that owns nothing; the end of the test's transaction takes it back."""
    factories.unit()
    seal_trail()
    check_trail()
    connection.check_constraints()
    roles = {"owner": "owns_it", "application": "serves_it", "database": connection.settings_dict["NAME"]}
    with connection.cursor() as cursor:
        for name in ("owns_it", "serves_it"):
            cursor.execute(f"CREATE ROLE {name}")
        cursor.execute(rights(**roles))
        cursor.execute("SET LOCAL SESSION AUTHORIZATION serves_it")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_role_of_the_application_takes_nothing_away(as_application, statement):
    with (
        pytest.raises(Error, match=FORBIDDEN[statement]),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_role_of_the_application_writes_seals_and_checks(as_application):
    factories.unit()
    assert seal_trail()
    assert check_trail().fault == ""
    assert triggers.lacking(connection) == []
