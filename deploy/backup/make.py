"""`./portal backup [FOLDER]`: database, files and keys of a portal, while it runs."""

import datetime
import json
import os
import platform
import sys
import time
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django import get_version

from deploy import environment
from deploy.backup import databases, sealing
from deploy.backup.sealing import Seal
from deploy.backup.shelf import FORMAT, MANIFEST, Keep, Shelf, digest_of, write_whole
from deploy.backup.snapshot import FACTS
from deploy.console import ROOT, Stop, attempt, run_in_foreground, say

KEEP = "7 4 12"
LAST = "backup.json"


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal backup", description="Back up the portal, while it runs or not.")
    parser.add_argument("folder", nargs="?", type=Path, help="where to (PORTAL_BACKUPS)")
    parser.add_argument("--without-keys", action="store_true", help="the keys are kept by somebody else")
    options = parser.parse_args(arguments)
    shelf = shelf_at(options.folder)
    seal = None if options.without_keys else Seal.wanted()
    home = environment.home()
    environment.become_owner_of(home)
    back_up(home, shelf, seal)
    return 0


def shelf_at(folder: Path | None) -> Shelf:
    wanted = folder or Path(os.environ.get("PORTAL_BACKUPS") or "")
    if wanted == Path():
        raise Stop("say where to: ./portal backup FOLDER, or set PORTAL_BACKUPS")
    return Shelf(wanted.expanduser().absolute())


def back_up(home: Path, shelf: Shelf, seal: Seal | None) -> Path:
    """Make a backup, take away those the rule does not keep, and leave a note of it in the home."""
    env = portal_env(home)
    keep = Keep.read(os.environ.get("PORTAL_BACKUP_KEEP") or KEEP)
    started, moment = time.monotonic(), datetime.datetime.now(tz=datetime.UTC)
    try:
        with shelf.locked():
            with shelf.being_made(made := shelf.of(moment)) as making:
                manifest = _made(making, shelf, env)
                manifest["made_at"] = moment.isoformat()
                manifest["keys_file"] = _keep_keys(shelf, seal, environment.keys(home), moment, keep)
                write_whole(making / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            gone = shelf.prune(keep, made=made)
    except OSError as error:
        raise Stop(f"the backup cannot be written: {error}; those before are as they were") from error
    seconds = round(time.monotonic() - started, 1)
    size = manifest["database"]["size"] + sum(file["size"] for file in manifest["files"].values())
    note = {"finished_at": datetime.datetime.now(tz=datetime.UTC).isoformat(), "folder": str(made)}
    write_whole(home / LAST, json.dumps({**note, "bytes": size, "seconds": seconds}).encode())
    if os.environ.get("PORTAL_ADDRESS"):
        _tell_other_machines(env)
    _tell(made, manifest, size=size, seconds=seconds, gone=gone)
    return made


def portal_env(home: Path) -> dict[str, str]:
    """Of the portal that stands here; none is begun."""
    if not environment.kept_keys(home):
        raise Stop(
            f"there is no portal in {home}: {environment.keys_file(home)} is missing (PORTAL_HOME says where "
            "it is).\n"
            "Of several machines one with the role web makes the backup: it has the keys and the files."
        )
    env = environment.portal(home, kind=environment.campaign(home), address="http://localhost")
    return environment.as_owner(env)


def version() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    code, commit = (
        attempt(["git", "describe", "--always", "--dirty"]) if (ROOT / ".git").exists() else (1, "")
    )
    return {"version": project, "commit": "" if code else commit}


def _made(making: Path, shelf: Shelf, env: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "deploy.backup.snapshot", str(making), str(shelf.folder)]
    if code := run_in_foreground(command, env=env):
        raise Stop(f"no backup was made (exit {code}); the reason is above")
    facts = making / FACTS
    database = databases.of_portal(Path(env["PORTAL_HOME"]), env)
    dump = making / database.dump
    manifest = {
        "format": FORMAT,
        "portal": version(),
        "python": platform.python_version(),
        "django": get_version(),
        "campaign": environment.campaign(Path(env["PORTAL_HOME"])),
        "engine": database.vendor,
        "database": {"name": dump.name, "size": dump.stat().st_size, "sha256": digest_of(dump)},
        **json.loads(facts.read_text()),
    }
    facts.unlink()
    return manifest


def _keep_keys(
    shelf: Shelf, seal: Seal | None, keys: dict[str, str], moment: datetime.datetime, keep: Keep
) -> str:
    if seal is None:
        return ""
    folder = sealing.folder(shelf.folder, os.environ).absolute()
    if folder == shelf.folder or shelf.folder in folder.parents:
        raise Stop(f"PORTAL_BACKUP_KEYS {folder} lies among the backups; the keys need a folder of their own")
    name = sealing.keep(folder, seal, keys, moment)
    sealing.prune(folder, now=moment, longest=keep.longest, keys=keys)
    return str(folder / name)


def _tell_other_machines(env: dict[str, str]) -> None:
    """The backup stands, whether they hear of it or not."""
    code, said = attempt([sys.executable, "manage.py", "note_backup"], env=env)
    if code:
        say(f"!! The other machines were not told: {said}")


def _tell(made: Path, manifest: dict[str, Any], *, size: int, seconds: float, gone: list[str]) -> None:
    say(f"Backed up to {made}: {size / 1e6:.1f} MB in {seconds} s, {manifest['new_files']} new files.")
    if manifest["keys_file"]:
        say(f"The keys are in {manifest['keys_file']}.")
    else:
        say("!! WITHOUT THE KEYS: nobody can read this backup unless secrets.env is kept elsewhere.")
    for name in manifest["let_go"]:
        say(f"   {name} was let go while the backup was made, and is not in it.")

    def kept(name: str) -> str:
        return "an earlier backup has it" if name in manifest["files"] else "no backup has it"

    for name in manifest["lost"]:
        say(f"!! {name} is named by a record and is not in the storage: {kept(name)}.")
    for name in manifest["changed"]:
        say(f"!! {name} is not what was filed: its SHA-256 differs from the record's.")
    if gone:
        say(f"Taken away by the rule: {', '.join(gone)}.")
