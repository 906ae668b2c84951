"""The folder of backups on disk: one is made at a time, whole or not at all; old ones go by a rule."""

import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from deploy.console import Stop

FORMAT = 1
MANIFEST = "manifest.json"
STAMP = "%Y-%m-%dT%H%M%SZ"
BEING_MADE = ".making-"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Keep:
    """Of so many days, weeks and months that have a backup the newest each stays; of a day's length all."""

    days: int
    weeks: int
    months: int

    @classmethod
    def read(cls, text: str) -> "Keep":
        """From "7 4 12"."""
        if not re.fullmatch(r"[1-9]\d* \d+ \d+", text):
            raise Stop(f'PORTAL_BACKUP_KEEP is days, weeks and months, like "7 4 12", not {text!r}')
        return cls(*map(int, text.split()))

    @property
    def longest(self) -> datetime.timedelta:
        """How old the oldest backup that is kept may be; where they are made daily."""
        return datetime.timedelta(days=max(self.days, 7 * self.weeks, 31 * self.months) + 31)

    def of(self, moments: Iterable[datetime.datetime]) -> set[datetime.datetime]:
        newest_first = sorted(moments, reverse=True)
        kept = {moment for moment in newest_first if newest_first[0] - moment < datetime.timedelta(days=1)}
        for number, period in ((self.days, "%Y-%j"), (self.weeks, "%G-%V"), (self.months, "%Y-%m")):
            newest: dict[str, datetime.datetime] = {}
            for moment in newest_first:
                newest.setdefault(moment.strftime(period), moment)
            kept |= set(list(newest.values())[:number])
        return kept


@dataclass(frozen=True)
class Shelf:
    folder: Path

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def erasures(self) -> Path:
        return self.folder / "erasures.log"

    def backups(self) -> list[Path]:
        """Whole ones, the oldest first."""
        found = self.folder.glob(f"*/{MANIFEST}")
        return sorted(path.parent for path in found if _moment(path.parent))

    def of(self, moment: datetime.datetime) -> Path:
        return self.folder / moment.strftime(STAMP)

    def file(self, sha256: str) -> Path:
        return self.files / sha256[:2] / sha256

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder (the kernel lets go of it however we end), and sweep up what a kill left behind."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Stop(f"another backup is being made in {self.folder}") from None
        try:
            for left in self.folder.glob(f"{BEING_MADE}*"):
                shutil.rmtree(left)
            for half in self.files.glob(f"{BEING_MADE}*"):
                half.unlink()
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def being_made(self, made: Path) -> Iterator[Path]:
        """A folder that gets its name `made`, and so becomes a backup, when the block ends well."""
        if made.exists():
            raise Stop(f"{made} exists already")
        making = self.folder / f"{BEING_MADE}{made.name}"
        making.mkdir(mode=0o700)
        try:
            yield making
            for path in (*making.iterdir(), making):
                to_disk(path)
            making.rename(made)
            to_disk(self.folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def prune(self, keep: Keep, *, made: Path) -> list[str]:
        """Take away backups by the rule, but the one just made, and the stored files that no other names.

        It need not be the newest by its name: the clock may have been ahead when another was made.
        """
        moments = {moment: path for path in self.backups() if (moment := _moment(path))}
        gone = [moments[moment] for moment in moments.keys() - keep.of(moments) if moments[moment] != made]
        for path in gone:
            (path / MANIFEST).unlink()  # from here on it is no backup, even if we are killed now
            shutil.rmtree(path)
        named = {file["sha256"] for path in self.backups() for file in read_manifest(path)["files"].values()}
        for path in self.files.glob("*/*"):
            if path.name not in named:
                path.unlink()
        return sorted(path.name for path in gone)

    def add(self, content: IO[bytes]) -> tuple[str, int]:
        """Keep a file; its SHA-256 and size."""
        self.files.mkdir(mode=0o700, exist_ok=True)
        half = self.files / f"{BEING_MADE}{os.getpid()}"
        digest, size = hashlib.sha256(), 0
        with half.open("wb") as kept:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                kept.write(chunk)
                size += len(chunk)
            kept.flush()
            os.fsync(kept.fileno())
        half.chmod(0o600)
        place = self.file(digest.hexdigest())
        place.parent.mkdir(mode=0o700, exist_ok=True)
        half.replace(place)
        return digest.hexdigest(), size


def read_manifest(backup: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Stop(f"{backup} is no whole backup: {MANIFEST} cannot be read ({error})") from error
    if manifest.get("format") != FORMAT:
        raise Stop(f"{backup} has format {manifest.get('format')}; this portal reads {FORMAT}")
    return manifest


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Private unless `mode` says otherwise, and after a kill or a full disk either as before or as wanted."""
    half = path.with_name(f"{BEING_MADE}{path.name}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    half.replace(path)


def _moment(backup: Path) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(backup.name, STAMP).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
