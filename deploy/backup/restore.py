"""`./portal restore FOLDER`: a portal stands up from a backup, on a machine that has none.

Into a new database beside the one that is meant, looked through to the last file, seal and secret; only then
is it put in its place. Whatever is wrong is said before that, and nothing is changed but files nobody names.
"""

import datetime
import os
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import key_file
from deploy import environment
from deploy.backup import databases, sealing
from deploy.backup.databases import Database
from deploy.backup.shelf import MANIFEST, Shelf, digest_of, read_manifest, write_whole
from deploy.backup.standstill import standing_still
from deploy.console import Stop, run_in_foreground, say

RESTORING = "restoring"


@dataclass(frozen=True)
class Source:
    """A backup, and what opens it."""

    backup: Path
    manifest: dict[str, Any]
    keys: dict[str, str]
    settings: bytes = b""
    erasures: tuple[Path, ...] = ()

    @property
    def dump(self) -> Path:
        return self.backup / str(self.manifest["database"]["name"])


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal restore", description="Bring a portal back from a backup.")
    parser.add_argument("folder", type=Path, help="a backup, or a folder of backups: its newest")
    parser.add_argument("--keys", type=Path, help="the file of keys (….age, ….sealed), or a secrets.env")
    parser.add_argument("--open-with", type=Path, help="the age identity, or the file with the passphrase")
    parser.add_argument("--erasures", type=Path, help="an erasures.log newer than the backups'")
    options = parser.parse_args(arguments)
    home, started = environment.home(), time.monotonic()
    settings, keys = found_keys(home, options.keys, options.open_with)
    environment.become_owner_of(home)
    with standing_still(home, databases.of_portal(home, os.environ)):
        aside = what_stands_there(home)
        backup = chosen(options.folder.expanduser().absolute())
        lists = (options.erasures, Shelf(backup.parent).erasures)
        erasures = tuple(path.absolute() for path in lists if path and path.exists())
        source = Source(backup, read_manifest(backup), keys, settings, erasures)
        bring_back(home, source, aside=aside)
    say(f"Restored from {backup} in {time.monotonic() - started:.1f} s. Start the portal now.")
    return 0


def chosen(folder: Path) -> Path:
    if (folder / MANIFEST).exists():
        return folder
    if backups := Shelf(folder).backups():
        return backups[-1]
    raise Stop(f"{folder} is no backup, and there is none in it")


def what_stands_there(home: Path) -> str:
    """The name under which a portal that nobody has an account in yet is put aside; any other is refused."""
    database = databases.of_portal(home, os.environ)
    if not database.is_there() or database.is_empty():
        return ""
    if database.count("SELECT count(*) FROM accounts_user"):
        raise Stop(
            f"the database {database.name} is in use: people have accounts in it, and nothing was changed.\n"
            "To restore in its place, put it aside under another name first (docs/operate.md, Restore)."
        )
    return f"fresh_{datetime.datetime.now(tz=datetime.UTC):%Y%m%d%H%M%S}"


def found_keys(home: Path, path: Path | None, opener: Path | None) -> tuple[bytes, dict[str, str]]:
    """The settings file, if the keys' file holds one, and the keys; without a file those that stand here."""
    if path:
        held = sealing.open_sealed(path, opener)
        keys = key_file.parsed(held[sealing.SECRETS].decode())
        if not keys.keys() >= set(key_file.FIRST):
            raise Stop(f"{path} does not hold both {' and '.join(key_file.FIRST)}")
        return held.get("portal.env", b""), keys
    if keys := environment.kept_keys(home):
        return b"", keys
    raise Stop(
        "the keys are missing, and without them nobody can read the backup: say --keys FILE (from the\n"
        "folder of the keys' own backups) and --open-with IDENTITY. No new ones are made for it."
    )


def bring_back(home: Path, source: Source, *, aside: str = "") -> None:
    """Restore and prove, then switch; a database that stands in the way is put aside under that name."""
    _refuse_other_keys(source)
    are_kept = not key_file.given(os.environ)
    os.environ |= source.keys
    meant = databases.of_portal(home, os.environ)
    if meant.vendor != source.manifest["engine"]:
        raise Stop(f"the backup is of {source.manifest['engine']}, and DATABASE_URL says {meant.vendor}")
    _check_dump(source)
    new = meant.beside(RESTORING)
    say(f"Restoring into {new.name}")
    try:
        _fill(new, meant, source)
        _prove(home, new, source)
    except BaseException:
        new.drop()
        raise
    switch(new, meant, aside=aside)
    _write_home(home, source, with_keys=are_kept)


def switch(new: Database, meant: Database, *, aside: str) -> None:
    if isinstance(new, databases.Sqlite) and isinstance(meant, databases.Sqlite):
        if aside and meant.is_there():
            meant.rename(meant.beside(aside))
        new.rename(meant)
    elif isinstance(new, databases.Postgres) and isinstance(meant, databases.Postgres):
        if meant.is_there():
            meant.rename(meant.beside(aside)) if aside else meant.drop()
        new.rename(meant)


def _refuse_other_keys(source: Source) -> None:
    ours = sealing.fingerprints(source.keys)
    noted = source.manifest["keys"]
    gone = {name for name, line in source.keys.items() if line == key_file.DESTROYED}
    if others := [name for name, digest in noted.items() if ours.get(name) != digest and name not in gone]:
        raise Stop(
            f"these are not the keys of this backup: {' and '.join(others)} differ; nothing was changed"
        )


def _check_dump(source: Source) -> None:
    told = source.manifest["database"]
    if not source.dump.exists() or source.dump.stat().st_size != told["size"]:
        raise Stop(f"{source.dump} is missing or cut short; take another backup")
    if digest_of(source.dump) != told["sha256"]:
        raise Stop(f"{source.dump} was changed: its SHA-256 is not the manifest's; take another backup")


def _fill(new: Database, meant: Database, source: Source) -> None:
    try:
        new.fill(source.dump)
    except OSError as error:
        raise Stop(f"{new.name} cannot be written: {error}; {meant.name} is as it was") from error


def _prove(home: Path, new: Database, source: Source) -> None:
    """In a process that has Django set up, on the new database."""
    env = environment.portal(home, kind=source.manifest["campaign"], address="http://localhost")
    env |= {"DATABASE_URL": new.url, "PORTAL_OWNER_DATABASE_URL": ""}
    lists = [str(path) for path in source.erasures]
    command = [sys.executable, "-P", "-m", "deploy.backup.prove", str(source.backup), *lists]
    if run_in_foreground(command, env=env):
        raise Stop("the backup was not restored; the reason is above, and nothing was switched")


def _write_home(home: Path, source: Source, *, with_keys: bool) -> None:
    if with_keys:
        path = environment.keys_file(home)
        lines = sealing.lines_of(source.keys)
        if path.exists() and path.read_text() != lines:
            path.rename(f"{path}.before")
        write_whole(path, lines.encode())
    write_whole(home / "campaign", f"{source.manifest['campaign']}\n".encode())
    if source.settings:
        write_whole(home / "portal.env.restored", source.settings)
        say(f"The settings of the lost machine are in {home / 'portal.env.restored'}.")
