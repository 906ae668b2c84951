"""What is append-only the database itself does not let change."""

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from assessments.models import (
    AnnotationLayer,
    Argument,
    BatchConfirmation,
    FieldPhoto,
    FindingReply,
    NotedFinding,
    Proposal,
    ProposalAnswer,
    ScoreEntry,
    VisitPaper,
    VisitReport,
)
from audit import guards
from audit.checking import check_trail
from audit.models import Check, HeadKey, Seal
from audit.sealing import seal_trail
from core import maintenance, triggers
from core.enums import Severity
from core.health import conditions
from deploy import prepare
from documents.models import PaperSources, Signature
from publicity.models import (
    AppraisalScan,
    DrawnSite,
    EnquiryStep,
    FormRun,
    Handling,
    PaperDraw,
    RecheckDecline,
    RecheckFinding,
    RecheckPicture,
    Settlement,
    WarningAnswer,
)
from sites.models import StageChange
from tests import factories
from tests.assessments import builders
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]

WRITTEN = (LogEntry, Seal, Check, HeadKey, StageChange, ScoreEntry, FindingReply)
GUARDED = {
    *WRITTEN,
    AnnotationLayer,
    Argument,
    BatchConfirmation,
    EnquiryStep,
    Handling,
    Proposal,
    ProposalAnswer,
    AppraisalScan,
    DrawnSite,
    FieldPhoto,
    FormRun,
    PaperDraw,
    Settlement,
    RecheckDecline,
    RecheckFinding,
    RecheckPicture,
    PaperSources,
    Signature,
    WarningAnswer,
    NotedFinding,
    VisitPaper,
    VisitReport,
}


@pytest.fixture
def rows():
    """A row in each of the tables that every campaign writes."""
    builders.rectified(builders.building())
    seal_trail()
    check_trail()


def refused(statement, model, key):
    with (
        pytest.raises(IntegrityError, match=guards.APPEND_ONLY),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table), [key])
    return True


def test_tables_of_what_is_written_once_are_guarded():
    tables = {guard.table for guard in guards.append_only_guards()}
    assert tables == {model._meta.db_table for model in GUARDED}


def test_no_row_is_changed_or_deleted(rows):
    for model in WRITTEN:
        before = list(model._default_manager.order_by("pk").values())
        assert before, model
        assert refused("UPDATE {} SET id = id WHERE id = %s", model, before[-1]["id"])
        assert refused("DELETE FROM {} WHERE id = %s", model, before[-1]["id"])
        assert list(model._default_manager.order_by("pk").values()) == before


# What each database has for a row that is there already.
REPLACE = {
    "sqlite": "REPLACE INTO {0} SELECT * FROM {0} WHERE id = %s",
    "postgresql": "INSERT INTO {0} SELECT * FROM {0} WHERE id = %s"
    " ON CONFLICT (id) DO UPDATE SET id = excluded.id",
}


def test_no_row_is_replaced_by_another_of_its_key(rows):
    for model in WRITTEN:
        last = model._default_manager.latest("pk")
        assert refused(REPLACE[connection.vendor], model, last.pk)


def test_guards_come_back_with_the_next_migration(rows):
    connection.check_constraints()
    triggers.lift(using="default")

    triggers.keep(using="default")

    assert refused("DELETE FROM {} WHERE id = %s", LogEntry, LogEntry.objects.latest("pk").pk)


def refuses_to_be_emptied(table):
    with (
        pytest.raises(IntegrityError, match=guards.NEVER_EMPTIED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
    return True


@pytest.fixture
def watch():
    """What a process of the portal knows of the triggers; forgotten with the test."""
    yield triggers
    triggers._found_lacking.clear()


TABLE, GUARD = "auditlog_logentry", "auditlog_logentry_update_guard"
DROP = {"sqlite": f"DROP TRIGGER {GUARD}", "postgresql": f"DROP TRIGGER {GUARD} ON {TABLE}"}
ALWAYS = f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {GUARD}"
EACH = f"FOR EACH ROW EXECUTE FUNCTION {GUARD}()"
HOLLOW = (
    f"CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
)
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{guards.APPEND_ONLY}'); END"
# Of each trick the statements, by the databases that know it.
TRICKS = {
    "dropped": {vendor: [statement] for vendor, statement in DROP.items()},
    "made empty": {
        "sqlite": [DROP["sqlite"], f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END"],
        "postgresql": [HOLLOW],
    },
    "made for another event": {
        "sqlite": [DROP["sqlite"], f"CREATE TRIGGER {GUARD} BEFORE INSERT ON {TABLE} WHEN FALSE {REFUSE}"],
        "postgresql": [DROP["postgresql"], f"CREATE TRIGGER {GUARD} BEFORE INSERT ON {TABLE} {EACH}", ALWAYS],
    },
    "made for no row": {
        "sqlite": [DROP["sqlite"], f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON {TABLE} WHEN FALSE {REFUSE}"],
        "postgresql": [
            DROP["postgresql"],
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON {TABLE} {EACH.replace('ROW', 'ROW WHEN (FALSE)')}",
            ALWAYS,
        ],
    },
    "switched off": {"postgresql": [f"ALTER TABLE {TABLE} DISABLE TRIGGER {GUARD}"]},
    "all switched off": {"postgresql": [f"ALTER TABLE {TABLE} DISABLE TRIGGER USER"]},
    "not for replicas": {"postgresql": [f"ALTER TABLE {TABLE} ENABLE TRIGGER {GUARD}"]},
}


def play(trick):
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in TRICKS[trick].get(connection.vendor, ()):
            cursor.execute(statement)
    return connection.vendor in TRICKS[trick]


def test_untouched_triggers_are_as_the_code_has_them():
    assert triggers.lacking(connection) == []


@pytest.mark.parametrize("trick", TRICKS)
def test_trigger_that_was_tampered_with_is_named(trick):
    if play(trick):
        assert GUARD in triggers.lacking(connection)
        triggers.keep(using="default")
    assert triggers.lacking(connection) == []


def test_portal_that_begins_without_a_guard_writes_nothing_and_says_why(client, watch):
    play("dropped")
    watch.look()

    client.force_login(factories.user("office"))
    page = client.get(reverse("desk:home"), headers={"accept-language": "zh-hans"})
    assert "数据库缺少防篡改的保护" in page.content.decode()
    before = LogEntry.objects.count()
    answer = client.post(reverse("desk:notifications_read"))
    assert answer.status_code == 503
    assert LogEntry.objects.count() == before
    assert maintenance.is_on()


def test_portal_writes_again_once_the_owner_has_made_them_anew(client, watch, monkeypatch):
    play("dropped")
    watch.look()
    assert maintenance.is_on()

    triggers.keep(using="default")
    monkeypatch.setattr(triggers, "_AGAIN", 0)

    assert not maintenance.is_on()


def test_condition_names_what_is_lacking():
    [guards_condition] = [each for each in conditions if each.id == "guards"]
    assert guards_condition.look().severity == Severity.OK
    play("dropped")
    found = guards_condition.look()
    assert (found.severity, found.figures) == (Severity.ERROR, {"guards_missing": 1})
    assert GUARD in found.words


def test_database_that_is_prepared_as_its_owner_gets_them_back_and_it_is_told(capsys):
    """As `./portal install` and `./portal run` do it."""
    play("dropped")

    prepare.migrate()

    assert triggers.lacking(connection) == []
    assert f"The database lacks {GUARD} or has another; made anew" in capsys.readouterr().err
    prepare.migrate()
    assert capsys.readouterr().err == ""
