"""No database is exchanged under a portal that uses it, wherever that runs."""

import json
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection

from deploy import listening
from deploy.backup import databases, rollback, standstill
from deploy.backup.standstill import standing_still
from deploy.console import Stop
from tests.at_once import on_both
from tests.deploy.backup.test_switching import called

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(standstill, "PATIENCE", 0.5)


@pytest.mark.postgres
def test_a_portal_on_another_machine_is_noticed_until_it_is_stopped(make, tmp_path):
    meant = make("still")
    with (
        used(meant, tmp_path),
        pytest.raises(Stop, match=r"uses the database .+still from .+ \(connections: 1\)"),
    ):
        standing_still(tmp_path, meant).__enter__()
    with standing_still(tmp_path, meant):
        pass


@pytest.mark.postgres
def test_one_machine_at_a_time_exchanges_a_database(make, tmp_path):
    meant = make("exchanged")
    homes = [tmp_path / name for name in ("first", "second")]
    for home in homes:
        home.mkdir()
    with standing_still(homes[0], meant), pytest.raises(Stop, match="is being restored or upgraded"):
        standing_still(homes[1], meant).__enter__()
    with standing_still(homes[1], meant):
        pass


@contextmanager
def used(database, home):
    """As by a portal: of SQLite it is on this machine, on the same home; of PostgreSQL anywhere."""
    if database.vendor == "sqlite":
        with listening.only_portal(home):
            yield
    else:
        with closing(psycopg.connect(databases.conninfo(database.config))):
            yield


@on_both
def test_rollback_under_a_portal_that_did_not_stop_changes_nothing(make, tmp_path, monkeypatch, database):
    meant, asked = make("rolled"), tmp_path / "asked"
    make("rolled_before" if connection.vendor == "postgresql" else "rolled.before")
    with closing(connected(meant)) as inside:
        inside.execute("CREATE TABLE auditlog_logentry (id integer)")
        inside.commit()
    service = tmp_path / "service"
    service.write_text(f'#!/bin/sh\necho "$1" >>{asked}\n')
    service.chmod(0o755)
    for name, value in {
        "PORTAL_HOME": tmp_path,
        "PORTAL_SERVICE": service,
        "DATABASE_URL": meant.url,
    }.items():
        monkeypatch.setenv(name, str(value))
    note = {"former": str(tmp_path), "link": str(tmp_path / "current"), "aside": "before", "entry": 0}
    (tmp_path / "upgrade.json").write_text(json.dumps(note | {"at": "2026-12-05"}))
    with used(meant, tmp_path), pytest.raises(Stop, match=r"already running|uses the database"):
        rollback.main(["--yes"])
    assert asked.read_text().split() == ["stop", "start"]
    assert called(meant) == len("rolled")
    assert not (tmp_path / "current").exists()


def connected(database):
    if database.vendor == "sqlite":
        return sqlite3.connect(database.path)
    return psycopg.connect(databases.conninfo(database.config))
