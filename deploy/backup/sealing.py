"""The keys' own backup: a file of its own, encrypted, in a folder of its own, pruned by a rule of its own.

To an age recipient only the public key is on the server, so that whoever takes server and backups has not the
keys. A passphrase does for who has no second machine.
"""

import base64
import datetime
import io
import os
import secrets
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.crypto import salted_hmac

from core import key_file
from deploy import debian
from deploy.backup.shelf import STAMP, write_whole
from deploy.console import Stop

SECRETS = "secrets.env"
WANTED = ("PORTAL_BACKUP_RECIPIENT", "PORTAL_BACKUP_PASSPHRASE")
# Of each set of keys so many files stay.
COPIES = 3
_MAGIC = b"portal-keys-1\n"
_SALT_BYTES = 16


@dataclass(frozen=True)
class Seal:
    """To whom the keys are encrypted, an age recipient or a file with a passphrase; `settings` come along."""

    recipient: str = ""
    passphrase: Path | None = None
    settings: bytes = b""

    @classmethod
    def wanted(cls) -> "Seal":
        recipient, passphrase = (os.environ.get(name, "") for name in WANTED)
        path = os.environ.get("PORTAL_SETTINGS")
        settings = Path(path).read_bytes() if path else b""
        if recipient:
            return cls(recipient=recipient, settings=settings)
        if passphrase:
            return cls(passphrase=Path(passphrase), settings=settings)
        raise Stop(
            "a backup without the keys cannot be read: set PORTAL_BACKUP_RECIPIENT (an age public key) or\n"
            "PORTAL_BACKUP_PASSPHRASE (a file), or say --without-keys and keep secrets.env yourself."
        )

    @property
    def ending(self) -> str:
        return ".age" if self.recipient else ".sealed"

    def close(self, content: bytes) -> bytes:
        if self.passphrase:
            salt = secrets.token_bytes(_SALT_BYTES)
            return _MAGIC + salt + _fernet(self.passphrase, salt).encrypt(content)
        to = "-R" if Path(self.recipient).is_file() else "-r"
        return _age(["--encrypt", to, self.recipient], content)


def open_sealed(path: Path, opener: Path | None) -> dict[str, bytes]:
    """What a file of keys holds, by name; `opener` is the age identity or the file with the passphrase.

    A secrets.env as it lies in a PORTAL_HOME is taken as it is.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Stop(f"the keys in {path} cannot be read: {error.strerror}") from error
    if path.suffix not in (".age", ".sealed"):
        return {SECRETS: content}
    if opener is None:
        raise Stop(
            f"{path} is encrypted: say --open-with and the age identity or the file with the passphrase"
        )
    with tarfile.open(fileobj=io.BytesIO(_opened(path, content, opener))) as bundle:
        return {each.name: file.read() for each in bundle if (file := bundle.extractfile(each))}


def fingerprints(keys: dict[str, str]) -> dict[str, str]:
    """As `audit.keys` notes them in the database."""
    return {
        name: salted_hmac("audit.keys", name, secret=line, algorithm="sha256").hexdigest()
        for name, line in keys.items()
        if name != key_file.SIGNING and line != key_file.DESTROYED
    }


def lines_of(keys: Mapping[str, str]) -> str:
    """As they stand in a file of keys."""
    return "".join(f"{name}={line}\n" for name, line in sorted(keys.items()))


def folder(backups: Path, settings: Mapping[str, str]) -> Path:
    """Where the keys of the backups in that folder lie."""
    return Path(settings.get("PORTAL_BACKUP_KEYS") or f"{backups}-keys")


def keep(folder: Path, seal: Seal, keys: dict[str, str], moment: datetime.datetime) -> str:
    """Write the keys, and the settings file where there is one; the file's name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bundle = {SECRETS: lines_of(keys).encode(), "portal.env": seal.settings}
    name = f"{moment.strftime(STAMP)}-{_set_of(keys)}{seal.ending}"
    write_whole(folder / name, seal.close(_tar(bundle)))
    return name


def prune(folder: Path, *, now: datetime.datetime, longest: datetime.timedelta, keys: dict[str, str]) -> None:
    """The newest copies of each set stay; a set out of use goes when no backup can be left that needs it."""
    sets: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*-*.*"), reverse=True):
        sets.setdefault(path.stem.rpartition("-")[2], []).append(path)
    oldest = (now - longest).strftime(STAMP)
    for name, copies in sets.items():
        is_out_of_use = name != _set_of(keys) and copies[0].name < oldest
        for path in copies if is_out_of_use else copies[COPIES:]:
            path.unlink()


def _set_of(keys: dict[str, str]) -> str:
    """A name for the keys together, that says nothing of them.

    Those of the years make no other set: with the newest copies the key of a year that is destroyed goes.
    """
    digests = sorted(fingerprints(keys).items())
    together = "".join(digest for name, digest in digests if key_file.family(name) != "YEAR_KEY")
    return salted_hmac("backup.keys", together, secret=keys["SALT_KEY"], algorithm="sha256").hexdigest()[:12]


def _tar(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as bundle:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            bundle.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def _opened(path: Path, content: bytes, opener: Path) -> bytes:
    if path.suffix == ".age":
        return _age(["--decrypt", "--identity", str(opener)], content)
    salt, token = content[len(_MAGIC) :][:_SALT_BYTES], content[len(_MAGIC) + _SALT_BYTES :]
    try:
        return _fernet(opener, salt).decrypt(token)
    except InvalidToken:
        raise Stop(f"{path} does not open with the passphrase in {opener}") from None


def _fernet(passphrase: Path, salt: bytes) -> Fernet:
    try:
        words = passphrase.read_bytes().strip()
    except OSError as error:
        raise Stop(f"the passphrase in {passphrase} cannot be read: {error.strerror}") from error
    if len(words) < 16:
        raise Stop(f"the passphrase in {passphrase} is too short; take 16 characters or more")
    key = Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(words)
    return Fernet(base64.urlsafe_b64encode(key))


def _age(options: list[str], content: bytes) -> bytes:
    debian.install(("age",))
    done = subprocess.run(["age", *options], input=content, capture_output=True, check=False)
    if done.returncode:
        raise Stop(f"age refuses: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
