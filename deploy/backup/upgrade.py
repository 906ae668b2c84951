"""`./portal upgrade`, called in the new release: it takes the served one's place, or nothing changes.

The former release backs up; this one migrates a database made from that backup, beside the one that is
served, and looks through it. So a migration that fails has touched nothing, and the former database is there
as it was, under another name, for `./portal rollback`.
"""

import datetime
import json
import os
import shutil
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from deploy import environment
from deploy.backup import databases, make, releases, restore
from deploy.backup.databases import Database
from deploy.backup.sealing import WANTED
from deploy.backup.shelf import Shelf, read_manifest, write_whole
from deploy.backup.standstill import standing_still
from deploy.console import ROOT, Stop, run, run_in_foreground, say

NOTE = "upgrade.json"


@dataclass(frozen=True)
class Move:
    """From one release and its database to another, and back."""

    home: Path
    link: Path
    former: Path
    # What the former release's database is called once it is put aside.
    aside: str

    @property
    def database(self) -> Database:
        return databases.of_portal(self.home, os.environ)

    @property
    def env(self) -> dict[str, str]:
        return make.portal_env(self.home)

    def put_back(self, word: str) -> None:
        """Link and database as they were; what stands there now is put aside as `word`."""
        releases.point(self.link, self.former)
        kept = self.database.beside(self.aside)
        if kept.is_there():
            restore.switch(kept, self.database, aside=word)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal upgrade", description="This release takes the served one's place.")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where the backup before it goes (PORTAL_BACKUPS)"
    )
    options = parser.parse_args(arguments)
    home, link, shelf = environment.home(), releases.current(), make.shelf_at(options.folder)
    if link.resolve() == ROOT:
        raise Stop(f"{link} names this release already; call the new one's own: FOLDER/portal upgrade")
    moment = datetime.datetime.now(tz=datetime.UTC)
    move = Move(home, link, link.resolve(), f"before_{moment:%Y%m%d%H%M%S}")
    _preflight(move, shelf)
    started = time.monotonic()
    releases.stop()
    try:
        with standing_still(home, move.database):
            entry = _carry_over(move, shelf)
        _serve(move, ROOT)
    except BaseException as error:
        say(f"!! {error}")
        say("Going back to the former release and its database.")
        _go_back(move, f"failed_{moment:%Y%m%d%H%M%S}")
        raise Stop("the upgrade failed, and the portal is served as before; the reason is above") from error
    note = {"former": str(move.former), "link": str(link), "aside": move.aside, "entry": entry}
    write_whole(home / NOTE, json.dumps({**note, "at": moment.isoformat()}).encode())
    say(f"Upgraded to {ROOT} in {time.monotonic() - started:.1f} s; ./portal rollback goes back.")
    return 0


def rollback(home: Path, *, agreed: bool) -> int:
    """The former release with the database it had; what was written since is put aside, not dropped."""
    path = home / NOTE
    if not path.exists():
        raise Stop(f"nothing was upgraded here: {path} is missing")
    note = json.loads(path.read_text())
    move = Move(home, Path(note["link"]), Path(note["former"]), note["aside"])
    if not move.database.beside(move.aside).is_there() or not move.former.is_dir():
        raise Stop(f"the former release {move.former} or its database {move.aside} is not there any more")
    entry = int(note["entry"] or 0)
    written = move.database.count(f"SELECT count(*) FROM auditlog_logentry WHERE id > {entry}")  # noqa: S608
    say(f"Going back to {move.former}, as it stood at {note['at']}.")
    say(f"!! {written} entries of the trail were written since, and what they tell of will be lost.")
    if not agreed:
        raise Stop("say --yes to go back")
    now = datetime.datetime.now(tz=datetime.UTC)
    releases.stop()
    try:
        with standing_still(home, move.database):
            move.put_back(f"after_{now:%Y%m%d%H%M%S}")
    except Stop:
        releases.start(move.link.resolve())
        raise
    path.unlink()
    again = "from deploy.backup import erased; erased.again()"
    releases.in_release(move.former, move.env, "django", "shell", "-c", again)
    _serve(move, move.former)
    say(
        f"Rolled back. What was written since is in {move.database.beside(f'after_{now:%Y%m%d%H%M%S}').name}."
    )
    return 0


def _preflight(move: Move, shelf: Shelf) -> None:
    """Before anything is stopped: whether it can go well."""
    env = move.env
    needed = 3 * move.database.size()
    backups = next(folder for folder in (shelf.folder, *shelf.folder.parents) if folder.exists())
    for place in (move.home, backups):
        if (free := shutil.disk_usage(place).free) < needed:
            raise Stop(f"{place} has {free / 1e6:.0f} MB free, and an upgrade may take {needed / 1e6:.0f} MB")
    if run_in_foreground([sys.executable, "-P", "-m", "deploy.backup.pending"], env=env):
        raise Stop("this release cannot follow the one that is served; nothing was changed")
    run([sys.executable, "manage.py", "check"], env=env)


def _carry_over(move: Move, shelf: Shelf) -> int | None:
    """The former release's data in a database of this one's; the last entry of the trail that came along."""
    without = [] if any(os.environ.get(name) for name in WANTED) else ["--without-keys"]
    said = run([str(move.former / "portal"), "backup", str(shelf.folder), *without], env=os.environ)
    say("\n".join(f"   {line}" for line in said.splitlines() if "WITHOUT" not in line))
    backup = Path(json.loads((move.home / make.LAST).read_text())["folder"])
    manifest = read_manifest(backup)
    keys = environment.keys(move.home)
    restore.bring_back(move.home, restore.Source(backup, manifest, keys), aside=move.aside)
    entry: int | None = manifest["trail"]["entry"]
    return entry


def _serve(move: Move, release: Path) -> None:
    releases.prepare(release, move.env)
    environment.hand_over(move.home)
    releases.point(move.link, release)
    releases.start(release)
    releases.wait_until_ready(move.home)


def _go_back(move: Move, word: str) -> None:
    releases.stop()
    move.put_back(word)
    _serve(move, move.former)
