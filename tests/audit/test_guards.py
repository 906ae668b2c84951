"""What is append-only the database itself does not let change."""

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction

from assessments.models import Argument, FindingReply, Proposal, ProposalAnswer, ScoreEntry
from audit import guards
from audit.checking import check_trail
from audit.models import Check, Seal
from audit.sealing import seal_trail
from core import triggers
from publicity.models import (
    AppraisalScan,
    DrawnSite,
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
from tests.assessments import builders
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]

WRITTEN = (LogEntry, Seal, Check, StageChange, ScoreEntry, FindingReply)
GUARDED = {
    *WRITTEN,
    Argument,
    Handling,
    Proposal,
    ProposalAnswer,
    AppraisalScan,
    DrawnSite,
    FormRun,
    PaperDraw,
    Settlement,
    RecheckDecline,
    RecheckFinding,
    RecheckPicture,
    WarningAnswer,
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
