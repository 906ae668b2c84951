"""What a backup says of a portal in a bad state, and what a restore refuses before anything is switched."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from publicity.models import ObjectionFile
from tests.deploy.backup import homes

pytestmark = [pytest.mark.drill, pytest.mark.django_db, pytest.mark.sqlite]

BACK_UP = './portal backup "$BACKUPS" --without-keys'
RESTORE = './portal restore "$BACKUPS"'


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def empty(portal, tmp_path):
    """A machine that holds the keys and nothing else."""
    folder = tmp_path / "second"
    folder.mkdir(0o700)
    shutil.copy(portal.folder / "secrets.env", folder)
    return homes.Home(folder)


def asked(home, question):
    with closing(sqlite3.connect(home.folder / "portal.sqlite3")) as database:
        return database.execute(question).fetchall()


# -- a restore ------------------------------------------------------------------------------------------


def without_keys(home, backups):
    (home.folder / "secrets.env").unlink()


def with_other_keys(home, backups):
    (home.folder / "secrets.env").write_text("SECRET_KEY=another\nSALT_KEY=one\n")


def into_a_home_in_use(home, backups):
    stands(home, accounts=1)


def stands(home, *, accounts):
    """A portal with so many accounts."""
    with closing(sqlite3.connect(home.folder / "portal.sqlite3")) as database:
        database.execute("CREATE TABLE accounts_user (id integer)")
        database.executemany("INSERT INTO accounts_user VALUES (?)", [(each,) for each in range(accounts)])
        database.commit()


def with_a_changed_byte_in_the_dump(home, backups):
    dump = next(backups.glob("*Z/database.sqlite3"))
    content = bytearray(dump.read_bytes())
    content[-1] ^= 1
    dump.write_bytes(content)


def with_a_changed_byte_in_a_file(home, backups):
    file = next(backups.glob("files/*/*"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")


def with_a_file_missing(home, backups):
    next(backups.glob("files/*/*")).unlink()


def of_a_newer_portal_with_rows_missing(home, backups):
    forge(
        backups,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', 0)",
        "DELETE FROM publicity_articlefile",
    )


def that_hangs_together_no_more(home, backups):
    forge(
        backups,
        "UPDATE auditlog_logentry SET object_repr = 'x' WHERE id = (SELECT min(id) FROM auditlog_logentry)",
        "UPDATE publicity_objection SET objector_name = 'gAAAAA'",
        "UPDATE publicity_objectionfile SET file = 'objections/other.pdf'",
    )


REFUSED = {
    without_keys: ["the keys are missing"],
    with_other_keys: ["these are not the keys of this backup"],
    into_a_home_in_use: ["portal.sqlite3 is in use"],
    with_a_changed_byte_in_the_dump: ["was changed: its SHA-256 is not the manifest's"],
    with_a_changed_byte_in_a_file: ["was changed in the backup"],
    with_a_file_missing: ["is missing from the backup"],
    of_a_newer_portal_with_rows_missing: [
        "here core.9999_later is unknown",
        "publicity_articlefile has 0 rows and had 2",
    ],
    that_hangs_together_no_more: [
        "the trail does not hold",
        "the keys do not open publicity_objection.objector_name: 1",
        "a record names objections/other.pdf, which is not in the backup",
    ],
}


def forge(backups, *statements):
    """A backup that agrees with its own checksum, made by somebody who can write to it."""
    (backup,) = backups.glob("*Z")
    manifest = json.loads((backup / "manifest.json").read_text())
    with closing(sqlite3.connect(backup / "database.sqlite3")) as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            database.execute(statement)
        database.commit()
        found = database.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
        count = len(found)
    content = (backup / "database.sqlite3").read_bytes()
    manifest["database"] |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    manifest["migrations"] = sorted(name for (name,) in found)
    manifest["tables"]["django_migrations"] = count
    (backup / "manifest.json").write_text(json.dumps(manifest))


def test_restore_refuses_what_is_not_whole(portal, empty, backups, tmp_path):
    portal.done(BACK_UP, BACKUPS=str(backups))
    for spoil, why in REFUSED.items():
        spoiled, home = tmp_path / spoil.__name__, homes.Home(tmp_path / f"home {spoil.__name__}")
        shutil.copytree(backups, spoiled)
        shutil.copytree(empty.folder, home.folder)
        spoil(home, spoiled)
        before = sorted(path.name for path in home.folder.iterdir())
        refused = home.run(RESTORE, BACKUPS=str(spoiled))
        assert refused.returncode == 1, spoil
        assert [line for line in why if line not in refused.stderr] == [], (spoil, refused.stderr)
        assert "Traceback" not in refused.stderr
        left = {path.name for path in home.folder.iterdir()} - {"run.lock", "media", "figures"}
        assert sorted(left) == before, spoil
    assert "Restored from" in empty.done(RESTORE, BACKUPS=str(backups))


def test_a_damaged_portal_is_restored_on_its_own_machine(portal, backups, tmp_path):
    portal.done(BACK_UP, BACKUPS=str(backups))
    for part in portal.folder.glob("portal.sqlite3*"):
        shutil.move(part, tmp_path)
    assert "Restored from" in portal.done(RESTORE, BACKUPS=str(backups))
    assert asked(portal, "SELECT count(*) FROM accounts_user") != [(0,)]


# -- erasures -------------------------------------------------------------------------------------------


def test_what_was_erased_since_is_erased_again(portal, empty, backups, tmp_path):
    """The restored one stands on a day on which it was not due; nothing but files and backups is left."""
    portal.done(BACK_UP, BACKUPS=str(backups))
    (older,) = backups.glob("*Z")
    due = "UPDATE publicity_objection SET erase_on = '2008-05-06'"
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3")) as database:
        database.execute(due)
        database.commit()
    portal.done("./portal manage shell -c 'from publicity import tasks; tasks.erase_expired()'")
    before_it_is_shared = shutil.copytree(backups, tmp_path / "before")
    portal.done("sleep 1", BACK_UP, BACKUPS=str(backups))
    attached = ObjectionFile.objects.get().file.name

    sharing = homes.Home(tmp_path / "third")
    shutil.copytree(empty.folder, sharing.folder)
    shutil.copytree(portal.folder / "media", tmp_path / "shared")
    at = before_it_is_shared / older.name
    said = sharing.done(f'./portal restore "{at}"', PORTAL_STORAGE=str(tmp_path / "shared"))
    assert "1 records whose personal data was due or erased since were erased again" in said
    said = empty.done(f'./portal restore "{older}"')
    assert "1 records whose personal data was due or erased since were erased again" in said
    assert asked(empty, "SELECT objector_name, objector_phone, text, erase_on FROM publicity_objection") == [
        (None, None, None, None)
    ]
    assert not (empty.folder / "media" / attached).exists()
    assert "The trail is as it was written." in empty.done("./portal manage verify_trail")


# -- a backup -------------------------------------------------------------------------------------------


def test_unchanged_files_are_not_copied_again(portal, backups):
    portal.done(BACK_UP, BACKUPS=str(backups))
    stored = {path: path.stat().st_mtime_ns for path in backups.glob("files/*/*")}
    assert "0 new files" in portal.done("sleep 1", BACK_UP, BACKUPS=str(backups))
    assert {path: path.stat().st_mtime_ns for path in backups.glob("files/*/*")} == stored


def test_file_that_was_lost_is_told_and_brought_back_from_an_earlier_backup(portal, empty, backups):
    media = portal.folder / "media"
    lost, never_kept = [path for path in media.rglob("*") if path.is_file()][:2]
    never_kept.unlink()
    portal.done(BACK_UP, BACKUPS=str(backups))
    content = lost.read_bytes()
    lost.unlink()
    said = portal.done("sleep 1", BACK_UP, BACKUPS=str(backups))
    told = "is named by a record and is not in the storage:"
    assert f"!! {lost.relative_to(media)} {told} an earlier backup has it." in said
    assert f"!! {never_kept.relative_to(media)} {told} no backup has it." in said
    stands(empty, accounts=0)  # as the installation made it
    assert "1 of them known to be gone" in empty.done(RESTORE, BACKUPS=str(backups))
    assert len(list(empty.folder.glob("portal.sqlite3.fresh_*"))) == 1
    assert (empty.folder / "media" / lost.relative_to(media)).read_bytes() == content


def test_full_disk_leaves_no_backup_and_the_old_ones(portal, backups):
    portal.done(BACK_UP, BACKUPS=str(backups))
    before = sorted(backups.rglob("*"))
    refused = portal.run(f"ulimit -f 1000; sleep 1; {BACK_UP}", BACKUPS=str(backups))
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert sorted(backups.rglob("*")) == before


def test_what_is_in_it_and_what_is_not_is_said(portal, backups):
    make = "from accounts.session_store import SessionStore; SessionStore().save()"
    portal.done(f"./portal manage shell -c '{make}'", BACK_UP, BACKUPS=str(backups))
    (made,) = backups.glob("*Z")
    note = json.loads((portal.folder / "backup.json").read_text())
    assert note.keys() == {"finished_at", "folder", "bytes", "seconds"}
    assert note["folder"] == str(made)
    assert note["bytes"] > (made / "database.sqlite3").stat().st_size
    with closing(sqlite3.connect(made / "database.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM accounts_session").fetchone() == (0,)
    assert "accounts_session" in json.loads((made / "manifest.json").read_text())["left_out"]
