"""The worst day: a portal is backed up while people write, its machine is lost, another takes its place."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from deploy.backup import databases, stored
from deploy.console import ROOT
from tests import operating
from tests.at_once import on_both
from tests.deploy.backup import homes

pytestmark = [pytest.mark.drill, pytest.mark.django_db]


@contextmanager
def somebody_writes(home, notice):
    """Gives what has been acknowledged so far, as (time, key, SHA-256), whenever it is asked."""
    said = home.folder.parent / "acknowledged"
    command = f"{sys.executable} -P -m tests.deploy.backup.writing {notice} > {said}"
    env = home.env | {"DJANGO_SETTINGS_MODULE": "wuhai_portal.settings", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=ROOT, env=env) as writer:

        def acknowledged():
            return [tuple(line.split()) for line in said.read_text().splitlines()]

        try:
            deadline = time.monotonic() + 30
            while not said.exists() or len(acknowledged()) < 5:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield acknowledged
        finally:
            writer.kill()


@on_both
def test_destroyed_machine_is_restored_to_the_last_row_and_file(portal, city, tmp_path, capsys, database):
    where = {name: str(tmp_path / name.lower()) for name in ("BACKUPS", "IDENTITY")}
    with somebody_writes(portal, city) as acknowledged:
        before = acknowledged()
        made = portal.done(*operating.commands("Keys"), *operating.commands("Backup"), **where)
        after = acknowledged()
        time.sleep(0.5)
    lost = len(acknowledged()) - len(before)
    assert len(after) > len(before), "nobody wrote while the backup was made"
    backup = max((tmp_path / "backups").glob("*Z"))
    destroy(portal)

    second = homes.Home(tmp_path / "second", portal.url and homes.url_of(f"portal_{database}"))
    started = time.monotonic()
    *restoring, verifying = operating.commands("Restore")
    second.done(*restoring, **where)
    took = time.monotonic() - started
    manifest = json.loads((backup / "manifest.json").read_text())
    assert rows_of(second) == rows_of_dump(backup / manifest["database"]["name"])
    assert files_of(second) == {name: file["sha256"] for name, file in manifest["files"].items()}
    assert set(before) <= letters_of(second)
    assert "The trail is as it was written." in second.done(verifying)
    note = json.loads((tmp_path / "first.backup.json").read_text())
    tell(
        f"{connection.vendor}: {sum(manifest['tables'].values())} rows, {len(manifest['files'])} files, "
        f"backed up in {note['seconds']} s under load. RTO: restored in {took:.1f} s. RPO: the moment of the "
        f"backup; of {len(before)} letters acknowledged before it none is lost, of {lost} since then those "
        f"that came after it.",
        capsys,
    )
    assert made.count("!!") == 0


def tell(figures, capsys):
    """To whoever runs the drill, past pytest and its workers."""
    with capsys.disabled():
        sys.stderr.write(f"\n{figures}\n")


def destroy(home):
    """All that the machine had is gone, but for what the test asks afterwards."""
    shutil.copy(home.folder / "backup.json", home.folder.parent / "first.backup.json")
    shutil.rmtree(home.folder)
    if home.url:
        homes.execute(f'DROP DATABASE "{home.url.rpartition("/")[2]}" WITH (FORCE)')


def rows_of(home):
    if not home.url:
        return rows_of_dump(home.folder / "portal.sqlite3")
    without = [f"--exclude-table-data={table}" for table in stored.LEFT_OUT]
    return _copied(["pg_dump", "--data-only", *without, "--dbname", _conninfo(home)])


def rows_of_dump(path):
    """Every row of every table, in an order of its own."""
    if path.suffix == ".dump":
        return _copied(["pg_restore", "--data-only", "--file=-", str(path)])
    with closing(sqlite3.connect(path)) as copy:
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {table: copy.execute(f'SELECT * FROM "{table}"') for table in tables}  # noqa: S608
        return {table: sorted(map(repr, found)) for table, found in rows.items()}


def _copied(command):
    command[0] = databases.program(command[0])
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(line for line in said.splitlines() if not line.startswith(("--", "\\")))


def _conninfo(home):
    return databases.conninfo(databases.Postgres(home.url).config)


def files_of(home):
    media = home.folder / "media"
    paths = [path for path in media.rglob("*") if path.is_file()]
    return {str(path.relative_to(media)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def letters_of(home):
    """Key and file of each letter, as the writer says them."""
    question = "SELECT objection_id, sha256 FROM publicity_objectionfile"
    if home.url:
        with databases._connect(databases.Postgres(home.url).config) as database:
            return {(str(key), sha256) for key, sha256 in database.execute(question)}
    with closing(sqlite3.connect(home.folder / "portal.sqlite3")) as database:
        return {(str(key), sha256) for key, sha256 in database.execute(question)}
