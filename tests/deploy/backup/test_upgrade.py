"""A release takes the place of another, goes back, and one whose migration fails changes nothing."""

import json
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from deploy.backup import databases
from tests import operating
from tests.at_once import on_both
from tests.deploy.backup.releasing import ADDS_A_TABLE, release

pytestmark = [pytest.mark.drill, pytest.mark.django_db]

SERVICE = """#!/bin/bash
# What systemd does elsewhere.
cd "$(dirname "$0")"
case $1 in
  stop)
    [ -f pid ] || exit 0
    kill "$(cat pid)"; while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.1; done; rm pid ;;
  start)
    setsid "$2/portal" run >>log 2>&1 </dev/null &
    echo $! >pid ;;
esac
"""
FAILS_HALF_WAY = """
from django.db import migrations
def fail(apps, schema_editor):
    schema_editor.execute("DELETE FROM core_sentform")
    raise ZeroDivisionError
class Migration(migrations.Migration):
    dependencies = [("core", "0002_next")]
    operations = [migrations.RunPython(fail)]
"""
# What the portal's processes write as they run: beat and its seals, sessions, counts of the planner, the
# steps that wait.
OF_PROCESSES = (
    *("core_beat", "core_due", "audit", "portal_", "accounts_session", "django_session", "sqlite_"),
    *("desk_openstep", "desk_stepsday", "desk_touched"),
)
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.fixture
def served(portal, tmp_path):
    """The first release, served on the home by a service of its own; its environment."""
    releases = tmp_path / "releases"
    (releases / "current").parent.mkdir()
    (releases / "current").symlink_to(release(releases / "one"))
    service = tmp_path / "service"
    service.write_text(SERVICE)
    service.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        "PORT": str(port),
        "PORTAL_SERVICE": str(service),
        "PORTAL_BACKUPS": str(tmp_path / "backups"),
        "RELEASES": str(releases),
        "PORTAL_CURRENT": str(releases / "current"),
    }
    subprocess.run([service, "start", releases / "current"], check=True, env=portal.env | env)
    wait_for(env)
    has_made_its_paper(databases.of_portal(portal.folder, {"DATABASE_URL": portal.url}))
    yield env
    subprocess.run([service, "stop"], check=True, env=portal.env | env)


def wait_for(env):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError):
            return page(env)
        time.sleep(0.5)
    raise AssertionError("it did not come up")


def has_made_its_paper(database):
    """The worker writes what the scene has asked for, and to the trail, before anything is compared."""
    deadline = time.monotonic() + 120
    while database.count("SELECT count(*) FROM documents_document WHERE state <> 'ready'"):
        assert time.monotonic() < deadline, "the paper is not made"
        time.sleep(0.5)


def page(env):
    with urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/", timeout=60) as answer:
        return answer.read().decode()


def rows(database):
    """Every row of every table, but for what the portal's own processes write."""
    with closing(connected(database)) as own:
        names = [name for (name,) in own.execute(TABLES[database.vendor])]
        told = {name: own.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608
    return {
        name: sorted(map(repr, found)) for name, found in told.items() if not name.startswith(OF_PROCESSES)
    }


def connected(database):
    if database.vendor == "sqlite":
        return sqlite3.connect(database.path)
    return psycopg.connect(databases.conninfo(database.config))


def differing(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@on_both
def test_upgrade_and_rollback_and_one_that_fails(portal, served, database):
    releases = Path(served["RELEASES"])
    own = databases.of_portal(portal.folder, {"DATABASE_URL": portal.url})
    announce, on, off, upgrade, rollback = operating.commands("Upgrade and rollback")
    portal.done(announce, **served)
    assert "升级约需半小时" in page(served)
    portal.done(on, **served)
    assert "系统正在维护" in page(served)
    portal.done(off, **served)
    two = release(releases / "two", **{"0002_next": ADDS_A_TABLE})
    ahead = Path(served["PORTAL_BACKUPS"], "2099-01-01T000000Z")  # the clock was ahead once
    ahead.mkdir(parents=True)
    (ahead / "manifest.json").write_text('{"format": 1, "files": {}}')
    said = portal.done(upgrade, **served, NEW=str(two))
    assert "will migrate core.0002_next" in said
    assert "release two" in page(served)
    before = rows(own)
    assert "core_next" in before

    three = release(releases / "three", **{"0002_next": ADDS_A_TABLE, "0003_fails": FAILS_HALF_WAY})
    failed = portal.run(upgrade, **served, NEW=str(three))
    assert failed.returncode == 1
    assert "the upgrade failed, and the portal is served as before" in failed.stderr
    assert "release two" in page(served)
    assert differing(rows(own), before) == set()
    note = json.loads((portal.folder / "upgrade.json").read_text())
    assert note["former"] == str(releases / "one")

    asked = portal.run(rollback.removesuffix(" --yes"), **served)
    assert asked.returncode == 1
    assert "0 entries of the trail were written since" in asked.stdout
    assert "release two" in page(served)
    was = rows(own.beside(note["aside"]))
    portal.done(rollback, **served)
    assert "release one" in page(served)
    assert "core_next" not in was
    assert differing(rows(own), was) == set()
    assert (releases / "current").readlink() == releases / "one"
    older = portal.run(upgrade, **served, NEW=str(releases / "one"))
    assert "names this release already" in older.stderr
