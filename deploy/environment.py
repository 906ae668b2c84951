"""The environment the portal's processes get: its home, keys, address and business date."""

import os
import pwd
import re
import socket
import stat
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from core import key_file
from deploy.console import ROOT, Stop, is_root, say

# The demo stands in the last phase; a campaign begun with --empty has its whole calendar ahead.
BUSINESS_DATES = {"demo": "2008-05-20", "empty": "2008-01-10"}

# Either is there once a portal was prepared on a home; the second with PostgreSQL as well.
SIGNS_OF_A_DATABASE = ("portal.sqlite3", "plan.stamp")

# What glibc does with memory: threads share what they return, and what is free goes back to the machine. Of a
# web process that has served a while that is 20 MB of 157.
MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


def home() -> Path:
    """The folder for database, media, keys and sockets, made if need be."""
    folder = Path(os.environ.get("PORTAL_HOME") or ROOT / "var").expanduser().absolute()
    try:
        # The database holds telephones and sessions: it is nobody else's to read.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"PORTAL_HOME {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Stop(f"PORTAL_HOME {folder} cannot be written to by this user")
    return folder


def keys(folder: Path) -> dict[str, str]:
    """The ring: the caller's own keys, else those in the file, else new ones kept there.

    What is in the file is never replaced, and none is made for a database that has its keys already: with
    others the names in it are unreadable (`audit.keys` compares them wherever the database is). A home from
    before there was a ring gets the keys that came with it.
    """
    refuse_open(folder)
    path, kept = keys_file(folder), kept_keys(folder)
    new = key_file.lacking(kept)
    is_used = any((folder / sign).exists() for sign in SIGNS_OF_A_DATABASE)
    if new and is_used and not key_file.is_from_before(kept):
        lack = f"lacks {' and '.join(new)}" if path.exists() else "is missing"
        raise Stop(
            f"{path} {lack}, but this home was in use already: its database cannot be read with new keys.\n"
            "Put the file back from where the database is from, or set the keys as they were."
        )
    if new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_file.add(path, new)
    return kept_keys(folder)


def keys_file(folder: Path) -> Path:
    return key_file.place(folder, os.environ)


def kept_keys(folder: Path) -> dict[str, str]:
    """The keys there are; none is made."""
    try:
        return key_file.read(keys_file(folder)) | key_file.given(os.environ)
    except key_file.Exposed as error:
        raise Stop(str(error)) from error


def has_keys(folder: Path) -> bool:
    """Whether none would be made."""
    return not key_file.lacking(kept_keys(folder))


def refuse_open(folder: Path) -> None:
    """Stop where others may look into the home; the checkout's own var/ is shut instead."""
    mode, wanted = stat.S_IMODE(folder.stat().st_mode), 0o710 if is_installed() else 0o700
    if not mode & 0o077 & ~wanted:
        return
    if folder != ROOT / "var" or folder.stat().st_uid != os.geteuid():
        raise Stop(
            f"others on this machine may look into {folder} ({mode:04o}), which holds the portal's database: "
            f"chmod {wanted:o} {folder}"
        )
    folder.chmod(wanted)
    say(f"{folder} was open to others ({mode:04o}) and is shut now")


def _read_assignments(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def campaign(folder: Path) -> str:
    """Which campaign this home holds: "demo" or "empty"."""
    path = folder / "campaign"
    return path.read_text().strip() if path.exists() else "demo"


def holds_demo(folder: Path) -> bool:
    """Whether a start has made the demo campaign in this home."""
    return (folder / "campaign").exists() and campaign(folder) == "demo"


def choose_campaign(folder: Path, *, empty: bool) -> str:
    """The first start decides, and later ones keep to it: a real campaign never gets the demo's people."""
    path = folder / "campaign"
    if not path.exists():
        path.write_text("empty\n" if empty else "demo\n")
    elif empty and campaign(folder) != "empty":
        raise Stop(
            f"{folder} already holds the demo campaign; an empty one needs a home of its own:\n"
            "    PORTAL_HOME=another/folder ./portal run --empty"
        )
    return campaign(folder)


def broker_socket(folder: Path) -> Path:
    """Where the embedded broker listens: in the home, or where its path would be too long or odd, in /tmp.

    The folder in /tmp is always the same one, so that `./portal manage` finds it too.
    """
    inside = folder / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w/.,-]+", str(inside), re.ASCII):
        return inside
    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{name}" / "valkey.sock"


def is_installed() -> bool:
    """Whether this is a production machine, by its settings file."""
    return bool(os.environ.get("PORTAL_INSTALLED"))


def read_settings() -> None:
    """Take the settings file of an installed machine (PORTAL_SETTINGS) for whatever the caller has not set.

    systemd reads the same file (EnvironmentFile): KEY=value lines, values without quotes.
    """
    if not (name := os.environ.get("PORTAL_SETTINGS")):
        return
    try:
        kept = _read_assignments(Path(name))
    except OSError as error:
        raise Stop(f"PORTAL_SETTINGS {name} cannot be read: {error.strerror}") from error
    owner = Path(name).with_name("owner.env")
    kept |= _read_assignments(owner) if os.access(owner, os.R_OK) else {}
    for key, value in kept.items():
        os.environ.setdefault(key.strip(), value.strip())


def as_owner(env: Mapping[str, str]) -> dict[str, str]:
    """For what changes tables: in the name of their owner, where the application's own role is another."""
    owner = env.get("PORTAL_OWNER_DATABASE_URL")
    return {**env, "DATABASE_URL": owner} if owner else dict(env)


def become_owner_of(folder: Path) -> None:
    """Called by root, a command that writes into the home does so as the home's user, who reads it later."""
    entry = pwd.getpwuid(folder.stat().st_uid)
    if is_root() and entry.pw_uid:
        os.initgroups(entry.pw_name, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.environ["HOME"] = entry.pw_dir


def hand_over(folder: Path) -> None:
    """What root wrote into the home of another user, or beside their keys, is that user's, who serves."""
    for each in dict.fromkeys((folder, keys_file(folder).parent)):
        if each.exists():
            _hand_over(each)


def _hand_over(folder: Path) -> None:
    entry = pwd.getpwuid(folder.stat().st_uid)
    if not is_root() or not entry.pw_uid:
        return
    # By the open folder and never through a link: that user may exchange what lies in it meanwhile.
    for _path, folders, files, at in os.fwalk(folder):
        for name in (*folders, *files):
            status = os.stat(name, dir_fd=at, follow_symlinks=False)
            if status.st_uid == 0 and (stat.S_ISDIR(status.st_mode) or status.st_nlink == 1):
                group = status.st_gid or entry.pw_gid
                os.chown(name, entry.pw_uid, group, dir_fd=at, follow_symlinks=False)


def refuse_rehearsal(env: Mapping[str, str]) -> None:
    """A production machine stands on the real date: papers and deadlines of another would be void."""
    if env.get("PORTAL_INSTALLED") and env.get("PORTAL_TODAY"):
        raise Stop(
            f"PORTAL_TODAY={env['PORTAL_TODAY']} is a rehearsal's date, and this machine is installed for "
            "real work (PORTAL_INSTALLED): its papers would bear a false date.\n"
            "Take PORTAL_TODAY out of its settings; a rehearsal has a home of its own: ./portal run"
        )


def refuse_demo_rules(env: Mapping[str, str]) -> None:
    """A production machine keeps the rules for passwords and second factors, whatever its settings say."""
    if env.get("PORTAL_INSTALLED") and env.get("PORTAL_DEMO_RULES"):
        raise Stop(
            "PORTAL_DEMO_RULES takes away the rules for passwords and second factors, and this machine is "
            "installed for real work (PORTAL_INSTALLED).\nTake PORTAL_DEMO_RULES out of its settings."
        )


def portal(folder: Path, *, kind: str, address: str) -> dict[str, str]:
    """The variables of web, worker, beat and `manage`; what the caller has set stays as it is."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
        "PORTAL_URL": address,
        "PORTAL_HOSTS": ",".join(_own_names(address)),
        "PORTAL_TODAY": "" if is_installed() else BUSINESS_DATES[kind],
        "PORTAL_DEMO_RULES": "1" if holds_demo(folder) and not is_installed() else "",
        "PYTHONUNBUFFERED": "1",
    } | MEMORY
    keys(folder)  # which each process reads for itself: an environment is seen by more than who needs it
    env = defaults | dict(os.environ) | {"PORTAL_HOME": str(folder)}
    refuse_rehearsal(env)
    refuse_demo_rules(env)
    if not env.get("REDIS_URL"):
        env["REDIS_URL"] = f"unix://{broker_socket(folder)}"
    return env


def foreign() -> dict[str, str]:
    """The caller's environment without anything of the portal's: for tests, whatever portal runs beside."""
    ours = re.compile(r"PORTAL_|(DEBUG|DATABASE_URL|REDIS_URL|PORT|DJANGO_SETTINGS_MODULE)$")
    return {
        name: value
        for name, value in os.environ.items()
        if not ours.match(name) and not key_file.family(name)
    }


def throwaway(folder: Path) -> dict[str, str]:
    """For checks: nothing of the caller's own portal comes in, the keys are worth nothing."""
    return foreign() | {
        "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
        "PORTAL_HOME": str(folder),
        **{name: key_file.made(name) for name in key_file.NEW},
    }


def _own_names(address: str) -> list[str]:
    names = ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), urlsplit(address).hostname or ""]
    return [name for name in dict.fromkeys(names) if name]
