"""The file of keys: its lines, and who may read it. Without Django, which finds its settings by it.

A line is NAME=value. What the environment names goes before the file. A key that was rotated stands beside
its former versions, told apart by the number at its end (`core.ring` says what each is for).
"""

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import IO

NAME = re.compile(r"(SECRET_KEY|SALT_KEY|DATA_KEY|YEAR_KEY|TRAIL_KEY|TRAIL_SIGNING_KEY)(?:_([1-9]\d*))?$")
# What a new home is given. Ed25519 takes any 32 bytes for a private key.
NEW = {
    "SECRET_KEY": 50,
    "SALT_KEY": 50,
    "DATA_KEY_1": 32,
    "TRAIL_KEY_1": 32,
    "TRAIL_SIGNING_KEY": 32,
}
# Without these nothing starts; the others came later, and a home that has none of them gets them.
FIRST = ("SECRET_KEY", "SALT_KEY")
SIGNING = "TRAIL_SIGNING_KEY"
# Stands in the place of a key that was destroyed, so that nobody takes it for one that was lost.
DESTROYED = "destroyed"


class Exposed(Exception):
    """The file of keys cannot be read, or not by us alone; the message says what to do."""


def place(home: Path, environ: Mapping[str, str]) -> Path:
    return Path(environ.get("PORTAL_KEYS") or home / "secrets.env").expanduser().absolute()


def family(name: str) -> str:
    """DATA_KEY of DATA_KEY_2; "" of what is no key."""
    found = NAME.match(name)
    return found[1] if found else ""


def version(name: str) -> int:
    found = NAME.match(name)
    return int((found and found[2]) or 1)


def given(environ: Mapping[str, str]) -> dict[str, str]:
    """The keys the environment names."""
    return {name: value for name, value in environ.items() if value and family(name)}


def read(path: Path) -> dict[str, str]:
    """The keys in the file, none where there is no file; raises Exposed."""
    try:
        status, folder = path.stat(), path.parent.stat()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Exposed(f"The keys in {path} cannot be read: {error.strerror}.") from error
    changes = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, folder.st_mode)
    return dict(_read(path, *changes))


@lru_cache(1)  # of a key that was taken away nothing stays in memory
def _read(path: Path, *_status: int) -> dict[str, str]:
    """Read anew when the file was exchanged: a key that a rotation makes is known to who serves."""
    refuse_exposed(path)
    try:
        return parsed(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Exposed(f"The keys in {path} cannot be read: {error}.") from error


def parsed(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if value and family(name.strip())}


def refuse_exposed(path: Path) -> None:
    """Raise Exposed unless the file, and the folder it lies in, are this user's (or root's) alone.

    Through the home of an installed portal, which may hold the file, its proxy passes (0710).
    """
    folder, home = path.resolve().parent, os.environ.get("PORTAL_HOME")
    is_passed = bool(os.environ.get("PORTAL_INSTALLED") and home) and folder == Path(str(home)).resolve()
    through = 0o010 if is_passed else 0
    for each, mode, allowed in ((folder, 0o700 | through, through), (path, 0o600, 0)):
        status = each.stat()
        if stat.S_IMODE(status.st_mode) & 0o077 & ~allowed:
            raise Exposed(
                f"Others on this machine may read {each} ({stat.S_IMODE(status.st_mode):04o}), and the keys "
                f"are in {path}: chmod {mode:o} {each}"
            )
        if os.geteuid() and status.st_uid not in (0, os.geteuid()):
            raise Exposed(f"{each} belongs to another user, who could exchange the keys in {path}.")


def lacking(kept: Mapping[str, str]) -> list[str]:
    """Of what a new home is given: that of which there is no version.

    What signs the trail's heads is one machine's: it is made together with the trail's key, or not at all.
    """
    families = {family(name) for name in kept}
    names = [name for name in NEW if family(name) not in families]
    return [name for name in names if name != SIGNING or "TRAIL_KEY_1" in names]


def is_from_before(kept: Mapping[str, str]) -> bool:
    """Whether these are the keys of a home from before there was a ring."""
    return kept.keys() == set(FIRST)


def add(path: Path, names: Iterable[str]) -> None:
    """Make a new key for each name, at the end of the file; one that is there by then stays as it is."""
    with _held(path) as file:
        text = file.read()
        if text and not text.endswith("\n"):
            file.write("\n")
        known = parsed(text)
        file.writelines(f"{name}={made(name)}\n" for name in names if name not in known)
        file.flush()
        os.fsync(file.fileno())


def remove(path: Path, names: Collection[str], *, instead: Mapping[str, str] = MappingProxyType({})) -> None:
    """Take these keys out, for good, and put others in their place.

    Whoever reads meanwhile finds the file as it was, or as it will be.
    """
    with _held(path) as former:
        kept = [line for line in former if line.partition("=")[0].strip() not in names]
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines([*kept, *(f"{name}={value}\n" for name, value in instead.items())])
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


@contextmanager
def _held(path: Path) -> Iterator[IO[str]]:
    """The file, nobody else's to change; one that was exchanged while we waited for it is opened anew."""
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                file.seek(0)
                yield file
                return


def made(name: str) -> str:
    """A year's is as long as any that encrypts; it is no part of a new home, which knows no date yet."""
    return secrets.token_urlsafe(next((n for each, n in NEW.items() if family(each) == family(name)), 32))
