"""The process with Django that looks into the portal while it runs: database, files, what is known of them.

    python -P -m deploy.backup.snapshot FOLDER SHELF

Leaves the dump and `facts.json` in FOLDER. The database first, then every file it names: what is filed
meanwhile is not in the database's moment, and a file is written before the row that names it. What is let go
meanwhile (erased, expired) is missed, and told; of what is lost, that which an earlier backup has stays.
"""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import django
from django.conf import settings
from django.db import connection, connections, transaction

from deploy.backup import databases
from deploy.backup.shelf import Shelf, read_manifest, write_whole
from deploy.console import fail
from wuhai_portal.keys import refuse_other_keys

FACTS = "facts.json"
# A file that is being made anew under its name is away for a moment (seconds).
PATIENCE = (0.0, 0.5, 2.0)

# A stored file's name → its SHA-256, size and time.
Files: TypeAlias = dict[str, dict[str, Any]]


def main(folder: Path, shelf: Shelf) -> int:
    django.setup()
    refuse_other_keys()
    from deploy.backup import stored  # noqa: PLC0415  # once Django is set up

    with _dumped(folder, list(stored.LEFT_OUT)):
        facts: dict[str, Any] = {
            "migrations": stored.migrations(),
            "tables": stored.row_counts(),
            "trail": stored.trail_head(),
            "keys": stored.key_fingerprints(),
            "left_out": {**stored.LEFT_OUT, **stored.ELSEWHERE},
        }
        named = {file.name: file for file in stored.stored_files()}
    known = _of_the_last(shelf)
    facts |= _copy(named, known, shelf)
    still_named = {file.name for file in stored.stored_files()} if facts["gone"] else set()
    facts["let_go"] = sorted(facts["gone"] - still_named)
    facts["lost"] = sorted(facts.pop("gone") & still_named)
    # Somebody looks for them now: what an earlier backup has of them stays.
    facts["files"] |= _of_earlier({name: named[name] for name in facts["lost"]}, shelf)
    (folder / FACTS).write_text(json.dumps(facts))
    _share_erasures(shelf)
    return 0


def _share_erasures(shelf: Shelf) -> None:
    """Who restores an older backup finds what was erased since, whatever has become of the storage."""
    from core import erasures  # noqa: PLC0415  # once Django is set up

    shared = shelf.erasures.read_text().splitlines() if shelf.erasures.exists() else []
    if lines := dict.fromkeys([*shared, *erasures.noted()]):
        write_whole(shelf.erasures, "".join(f"{line}\n" for line in lines).encode())


@contextmanager
def _dumped(folder: Path, left_out: list[str]) -> Iterator[None]:
    """Write the dump; within the block the connection sees just what is in it."""
    if connection.vendor == "sqlite":
        with _sqlite(folder / databases.Sqlite.dump, left_out):
            yield
    else:
        with _postgres(folder / databases.Postgres.dump, left_out):
            yield


@contextmanager
def _sqlite(dump: Path, left_out: list[str]) -> Iterator[None]:
    live = settings.DATABASES["default"]["NAME"]
    with closing(sqlite3.connect(live, timeout=60)) as source, closing(sqlite3.connect(dump)) as copy:
        source.backup(copy)  # in one step, so that a writer does not make it begin anew
        copy.execute("PRAGMA journal_mode=DELETE")
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there & set(left_out):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608  # a name of ours
        copy.commit()
        copy.execute("VACUUM")  # what was deleted is gone from the file too
    dump.chmod(0o600)
    _point_at(str(dump))
    try:
        yield
    finally:
        _point_at(str(live))
    with closing(sqlite3.connect(dump)) as copy:  # to look made it WAL
        copy.execute("PRAGMA journal_mode=DELETE")


def _point_at(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


@contextmanager
def _postgres(dump: Path, left_out: list[str]) -> Iterator[None]:
    config = settings.DATABASES["default"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
        options = ["--format=custom", f"--snapshot={moment}", f"--file={dump}"]
        without = [f"--exclude-table-data={table}" for table in left_out]
        subprocess.run(
            [databases.program("pg_dump"), *options, *without, "--dbname", databases.conninfo(config)],
            env=databases.with_password(config),
            check=True,
        )
        dump.chmod(0o600)
        yield


def _of_the_last(shelf: Shelf) -> Files:
    """The files of the last backup that are still on the shelf."""
    backups = shelf.backups()
    files: Files = read_manifest(backups[-1])["files"] if backups else {}
    return {name: file for name, file in files.items() if _is_whole(shelf.file(file["sha256"]), file["size"])}


def _of_earlier(lost: dict[str, Any], shelf: Shelf) -> Files:
    """What the newest backup that has it knows of each; another file may have had the name of one."""
    found: Files = {}
    for backup in shelf.backups() if lost else ():
        for name, file in read_manifest(backup)["files"].items():
            if name in lost and lost[name].sha256 in ("", file["sha256"]):
                found[name] = file
    return {name: file for name, file in found.items() if _is_whole(shelf.file(file["sha256"]), file["size"])}


def _is_whole(place: Path, size: int) -> bool:
    return place.exists() and place.stat().st_size == size


def _copy(named: dict[str, Any], known: Files, shelf: Shelf) -> dict[str, Any]:
    """Bring each file onto the shelf; one of the same name, size and time as in the last backup is there."""
    files: Files = {}
    gone, changed, new = set(), [], 0
    for name, file in named.items():
        entry = _kept(file, known.get(name), shelf)
        if entry is None:
            gone.add(name)
            continue
        new += entry.pop("is_new")
        files[name] = entry
        if file.sha256 not in ("", entry["sha256"]):
            changed.append(name)
    return {"files": files, "gone": gone, "changed": changed, "new_files": new}


def _kept(file: Any, known: dict[str, Any] | None, shelf: Shelf) -> dict[str, Any] | None:
    for pause in PATIENCE:
        time.sleep(pause)
        if not file.storage.exists(file.name):
            continue
        try:
            modified = file.storage.get_modified_time(file.name).isoformat()
            size = file.storage.size(file.name)
            if known and (known["modified"], known["size"]) == (modified, size):
                return {**known, "is_new": False}
            with file.storage.open(file.name) as content:
                sha256, size = shelf.add(content)
        except FileNotFoundError:
            continue
        return {"sha256": sha256, "size": size, "modified": modified, "is_new": True}
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), Shelf(Path(sys.argv[2]))))
    except (OSError, sqlite3.Error) as error:
        sys.exit(fail(f"the backup cannot be written: {error}"))
    except subprocess.CalledProcessError as error:
        sys.exit(fail(f"pg_dump failed (exit {error.returncode}); the reason is above"))
