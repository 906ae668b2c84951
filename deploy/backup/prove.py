"""The process with Django that looks through a restored database before it is put in its place.

    python -P -m deploy.backup.prove BACKUP [ERASURES …]

Brings the files into the storage, compares everything with the manifest and with itself, migrates what an
older portal made, and erases again what was due or was erased since. It ends with 1 at the first complaint.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import connections

from core.schema import difference
from deploy.backup.shelf import Shelf, read_manifest
from deploy.console import fail, say
from wuhai_portal.keys import refuse_other_keys


def main(backup: Path, erasures: list[Path]) -> int:
    django.setup()
    from deploy import prepare  # noqa: PLC0415  # once Django is set up
    from deploy.backup import erased  # noqa: PLC0415

    manifest = read_manifest(backup)
    for complaints in (_of_the_rows(manifest), _of_the_files(manifest, Shelf(backup.parent))):
        if told := list(complaints):
            return _refuse(told)
    prepare.migrate()
    refuse_other_keys()
    if told := list(_of_what_hangs_together(manifest)):
        return _refuse(told)
    again = erased.again(erasures)
    connections.close_all()
    say(f"   {again} records whose personal data was due or erased since were erased again")
    return 0


def _refuse(told: list[str]) -> int:
    for line in told[:20]:
        fail(line)
    return fail(f"… and {len(told) - 20} more") if len(told) > 20 else 1


def _of_the_rows(manifest: dict[str, Any]) -> Iterator[str]:
    """As the dump was made, before anything is migrated."""
    from deploy.backup import stored  # noqa: PLC0415

    applied = stored.migrations()
    if applied != manifest["migrations"]:
        yield "the migrations in the database are not the manifest's"
    if beyond := difference().beyond:
        version = " ".join(manifest["portal"].values())
        yield f"the backup is of a newer portal ({version}; here {beyond[0]} is unknown): install that one"
    counted = stored.row_counts()
    for table in sorted(counted.keys() | manifest["tables"].keys()):
        found, wanted = counted.get(table), manifest["tables"].get(table)
        if found != wanted:
            yield f"{table} has {found} rows and had {wanted}"
    say(f"   {sum(counted.values())} rows in {len(counted)} tables, {len(applied)} migrations")


def _of_the_files(manifest: dict[str, Any], shelf: Shelf) -> Iterator[str]:
    for name, file in manifest["files"].items():
        place = shelf.file(file["sha256"])
        if not place.exists():
            yield f"{name} is missing from the backup ({place})"
        elif _digest(place.open("rb")) != file["sha256"]:
            yield f"{name} was changed in the backup ({place})"
        else:
            yield from _put(default_storage, name, place, file["sha256"])
    size = sum(file["size"] for file in manifest["files"].values())
    say(f"   {len(manifest['files'])} files, {size / 1e6:.1f} MB, each compared with its SHA-256")


def _put(storage: Storage, name: str, place: Path, sha256: str) -> Iterator[str]:
    """What an attempt before left is taken as it is; what is another file's is not touched."""
    if not storage.exists(name):
        with place.open("rb") as content:
            storage.save(name, File(content))
    if _digest(storage.open(name)) != sha256:
        yield f"the storage has another file under the name {name}"


def _digest(file: Any) -> str:
    with file:
        digest = hashlib.sha256()
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _of_what_hangs_together(manifest: dict[str, Any]) -> Iterator[str]:
    from audit.checking import look_through  # noqa: PLC0415
    from deploy.backup import stored  # noqa: PLC0415

    known_gaps = {*manifest["lost"], *manifest["let_go"]} - manifest["files"].keys()
    count = 0
    for file in stored.stored_files():
        count += 1
        held = manifest["files"].get(file.name)
        if held is None and file.name not in known_gaps:
            yield f"a record names {file.name}, which is not in the backup"
        elif held and file.sha256 not in ("", held["sha256"]) and file.name not in manifest["changed"]:
            yield f"{file.name} is not what its record says: another SHA-256"
    say(f"   {count} files named by records, {len(known_gaps)} of them known to be gone")
    check = look_through()
    if check.fault:
        yield f"the trail does not hold: {check.found}"
    if stored.trail_head() != manifest["trail"]:
        yield "the trail does not end where the manifest says"
    say(f"   {check.seals} seals over {check.entries} entries of the trail, {check.unsealed} after the last")
    yield from (f"the keys do not open {told}" for told in stored.unreadable())
    say(f"   {stored.encrypted_columns()} encrypted columns, each tried with these keys")


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
    except (OSError, json.JSONDecodeError) as error:
        sys.exit(fail(f"the backup cannot be restored: {error}"))
