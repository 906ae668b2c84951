"""`./portal install`: a Debian 12 or 13 becomes a machine of the portal's; again and again without harm."""

import os
import secrets
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core import key_file
from deploy import debian, environment, translations
from deploy.console import ROOT, Stop, attempt, is_root, run, say
from deploy.install import authority, database, folders, placing, settings, units
from deploy.install.machine import (
    CODE,
    HOME,
    KEYS,
    OWNER,
    PUBLIC,
    ROLES,
    SETTINGS,
    SOCKET,
    STORAGE,
    TLS,
    Machine,
    packages_of,
)
from deploy.install.settings import Setting
from deploy.run import PYTHON

BOOTED = Path("/run/systemd/system")
# What each machine has of its own; all else of the settings file is the same on all of them (--shared).
OWN = {
    "PORTAL_ROLES", "PORTAL_ADDRESS", "PORTAL_UPSTREAMS", "PORTAL_SOCKET", "PORTAL_METRICS", "PORTAL_BACKUPS",
    "PORTAL_CERTIFICATE", "PORTAL_CERTIFICATE_KEY", "PORTAL_WEB_PROCESSES", "PORTAL_WORKER_PROCESSES",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    root = options.root.absolute()
    if not is_root():
        raise Stop("installing takes root: sudo ./portal install …")
    shared = _shared(options)
    _check(options, root, shared)
    told = _write_settings(options, root, shared)
    machine = Machine.of(root)
    if machine.is_this_one:
        _refuse_hidden_code()
        debian.install(packages_of(machine.roles))
    told += _write_owner(machine)
    _take_away(machine)
    placing.place(machine)
    _make_users_and_folders(machine)
    if "web" in machine.roles:
        told += _new_authority(machine)
        renew_certificate(machine)
    if machine.is_this_one:
        _prepare(machine)
        _start(machine)
    for line in [*told, *_hints(machine)]:
        say(f"· {line}")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="./portal install",
        description="Make this a machine of the portal's. Options fill its settings file the first time; "
        "then the file stands: change it there, and install again.",
    )
    option = parser.add_argument
    option("--name", action="append", help="a name it is reached by; the first is its address")
    option("--roles", help=f"what this machine does: {','.join(ROLES)} (all)")
    option("--address", help="its address in the machines' own network, if there are several")
    option("--upstream", action="append", help="ADDRESS:8000 of each web machine, if there are several")
    option("--shared", type=Path, help="what the database's machine has for all: settings, passwords, keys")
    option("--database", help="DATABASE_URL of the application's role on another machine")
    option("--broker", help="REDIS_URL of another machine")
    option("--certificate", type=Path, help="a certificate (PEM, with its chain) instead of a local CA's")
    option("--key", type=Path, help="its key")
    option("--root", type=Path, default=Path("/"), help="write into another root, and start nothing")
    return parser


def _shared(options: Namespace) -> dict[str, str]:
    """What the first machine has for all, and what was said instead."""
    if options.shared and not options.shared.exists():
        raise Stop(f"there is no {options.shared}")
    kept = settings.read(options.shared) if options.shared else {}
    said = {
        "PORTAL_HOSTS": ",".join(options.name or ()),
        "DATABASE_URL": options.database,
        "REDIS_URL": options.broker,
    }
    own = OWN | ({"PORTAL_URL", "PORTAL_ORIGINS"} if options.name else set())
    shared = {name: value for name, value in kept.items() if name not in own}
    if options.roles and "worker" not in settings.listed(options.roles):
        shared.pop(key_file.SIGNING, None)  # beat alone signs
    return shared | {name: value for name, value in said.items() if value}


def _check(options: Namespace, root: Path, shared: dict[str, str]) -> None:
    """Nothing is written for what cannot be."""
    stands = settings.read(root / SETTINGS.relative_to("/"))
    known = shared | stands
    if not known.get("PORTAL_HOSTS"):
        raise Stop("say by which name the portal is reached: ./portal install --name portal.example.gov.cn")
    roles = set(settings.listed(stands.get("PORTAL_ROLES") or options.roles or ",".join(ROLES)))
    if unknown := roles.union(settings.listed(options.roles or "")) - set(ROLES):
        raise Stop(f"there is no role {min(unknown)!r}; there are: {', '.join(ROLES)}")
    if bool(options.certificate) != bool(options.key):
        raise Stop("a certificate comes with its key: --certificate FILE --key FILE")
    for path in filter(None, (options.certificate, options.key)):
        if not (root / path.absolute().relative_to("/")).exists():
            raise Stop(f"there is no {path}")
    if roles & {"web", "worker", "database"}:
        _refuse_what_knows_no_others(root, roles, known)


def _refuse_what_knows_no_others(root: Path, roles: set[str], known: dict[str, str]) -> None:
    """Who works with another machine's database, or queue, is told where it is, and has the same keys."""
    for role, name in (("database", "DATABASE_URL"), ("broker", "REDIS_URL")):
        if role not in roles and not known.get(name):
            raise Stop(f"this machine has no {role}: say where it is by --shared FILE or --{role} URL")
    # Whoever migrates makes the keys, once; in the home where an older version installed this machine.
    owned = [OWNER, KEYS, HOME / KEYS.name]
    if "database" in roles or any((root / path.relative_to("/")).exists() for path in owned):
        return
    if not known.keys() >= {*key_file.NEW} - {key_file.SIGNING}:
        raise Stop(
            "this machine needs the keys that the database's machine made: bring them by --shared FILE\n"
            "(docs/operate.md, Several machines)"
        )


def _refuse_hidden_code() -> None:
    """The portal's own user must be able to read what it runs; /opt/portal leads there."""
    for folder in (ROOT, *ROOT.parents):
        if not folder.stat().st_mode & 0o001:
            raise Stop(
                f"{folder} is closed to other users, so the portal's own could not run what lies in {ROOT}.\n"
                "Put the code where it may be read, /opt/portal-0.1.0 for instance, and install from there."
            )


def _write_settings(options: Namespace, root: Path, shared: dict[str, str]) -> list[str]:
    """portal.env, with passwords made up once, for what is on this machine."""
    path = root / SETTINGS.relative_to("/")
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    names = settings.listed(shared.get("PORTAL_HOSTS", "localhost"))
    server = options.address or "127.0.0.1"
    asked = {
        "PORTAL_ROLES": ",".join(settings.listed(options.roles or "")),
        "PORTAL_ADDRESS": options.address,
        "PORTAL_UPSTREAMS": ",".join(options.upstream or ()),
        "PORTAL_CERTIFICATE": str(options.certificate.absolute()) if options.certificate else None,
        "PORTAL_CERTIFICATE_KEY": str(options.key.absolute()) if options.key else None,
    }
    said = shared | {name: value for name, value in asked.items() if value}
    made_up = {
        "PORTAL_ROLES": ",".join(ROLES),
        "PORTAL_CERTIFICATE": str(TLS / "portal.pem"),
        "PORTAL_CERTIFICATE_KEY": str(TLS / "portal.key"),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    roles = settings.listed(options.roles or made_up["PORTAL_ROLES"])
    if "database" in roles:
        made_up["DATABASE_URL"] = f"postgres://portal:{secrets.token_urlsafe(24)}@{server}:5432/portal"
    if "broker" in roles:
        made_up["REDIS_URL"] = f"redis://:{secrets.token_urlsafe(24)}@{server}:6379/0"
    if "storage" in roles and options.address:
        made_up["PORTAL_STORAGE"] = str(STORAGE)
        made_up["PORTAL_MAINTENANCE"] = str(STORAGE / "maintenance.json")
    chosen = {
        "PORTAL_INSTALLED": "1",
        "PORTAL_HOME": str(HOME),
        "PORTAL_KEYS": str(KEYS),
        "PORTAL_HOSTS": "",
        "PORTAL_URL": f"https://{names[0]}",
        "PORTAL_ORIGINS": ",".join(f"https://{name}" for name in names),
        "PORTAL_CURRENT": str(CODE),
        "PORTAL_SOCKET": "" if options.address else SOCKET,
        "PORTAL_HTTPS": "1",
        "PORTAL_PROXIES": "1",
        "PORTAL_WEB_PROCESSES": "2",
        "PORTAL_WORKER_PROCESSES": "2",
        "PORTAL_LOG": "json",
        "PORTAL_METRICS": "127.0.0.1:9180",
        **dict.fromkeys(asked, ""),
        **made_up,
        **said,
    }
    wanted = [Setting(name, value) for name, value in chosen.items()]
    wanted += [each for each in settings.OPTIONAL if each.name not in chosen]
    return settings.write_once(path, settings.HEAD, wanted, said)


def _write_owner(machine: Machine) -> list[str]:
    """owner.env, where the database is: it migrates before PostgreSQL listens for other machines."""
    if "database" not in machine.roles:
        return []
    database = urlsplit(machine.settings["DATABASE_URL"])
    place = f"127.0.0.1:{database.port or 5432}{database.path}"
    url = f"postgres://portal_owner:{secrets.token_urlsafe(24)}@{place}"
    wanted = [Setting("PORTAL_OWNER_DATABASE_URL", url)]
    return settings.write_once(machine.at(OWNER), settings.OWNER_HEAD, wanted, {})


def _take_away(machine: Machine) -> None:
    """What an installation with other roles or settings left here: nothing of it goes on or comes back."""
    left, is_running = units.left_over(machine.root, machine.units), machine.is_this_one and BOOTED.exists()
    if left and is_running:
        attempt(["systemctl", "disable", "--now", *left])
    for unit in left:
        machine.at(units.PLACE / unit).unlink()
    site = machine.at(Path("/etc/nginx/sites-enabled/portal"))
    if "web" not in machine.roles and site.is_symlink():
        site.unlink()
        if is_running:
            attempt(["systemctl", "reload", "nginx.service"])


def _make_users_and_folders(machine: Machine) -> None:
    """By systemd's own tools, which need no systemd that runs."""
    at = f"--root={machine.root}"
    run(["systemd-sysusers", at, str(machine.at(Path("/etc/sysusers.d/portal.conf")))])
    run(["systemd-tmpfiles", at, "--create", str(machine.at(Path("/etc/tmpfiles.d/portal.conf")))])


def _new_authority(machine: Machine) -> list[str]:
    """Another root where the one we made may not vouch for a name that was added since."""
    if not (machine.has_own_authority and authority.is_outside(machine.at(TLS), machine.names)):
        return []
    authority.forget_root(machine.at(TLS))
    told = (
        "the local CA was made anew, for the old one may not vouch for all names: each phone and computer "
        f"has to take its certificate again, from http://{machine.names[0]}/ca/"
    )
    return [told]


def renew_certificate(machine: Machine) -> None:
    """A new one of the local CA's where it is due, and the page for phones; another CA's is left to that.

    Raises Stop for a name that was added and not installed: a certificate of it would shut everybody out.
    """
    if not machine.has_own_authority:
        return
    folder, names = machine.at(TLS), machine.names
    if authority.is_outside(folder, names):
        raise Stop(f"the local CA may not vouch for all names in {SETTINGS}: portal install makes another")
    if authority.is_due(folder / "portal.pem", names):
        authority.issue(folder, names)
    authority.publish(folder, machine.at(PUBLIC / "ca"), names[0])


def _prepare(machine: Machine) -> None:
    """Roles of PostgreSQL, compiled code, keys, tables, the plan and style sheets; nothing of the demo."""
    os.environ["PORTAL_SETTINGS"] = str(SETTINGS)
    environment.read_settings()
    if "database" in machine.roles:
        database.make_roles(os.environ["DATABASE_URL"], os.environ["PORTAL_OWNER_DATABASE_URL"])
    if not machine.roles & {"web", "worker", "database"}:
        return
    translations.compile_catalogues()
    attempt([*PYTHON, "compileall", "-q", "-j", "0", "-x", r"/\.venv/", str(ROOT)])
    os.umask(0o027)  # what is written from here on is the portal's own
    environment.choose_campaign(HOME, empty=True)
    env = environment.portal(HOME, kind="empty", address=os.environ["PORTAL_URL"])
    environment.hand_over(HOME)
    if env.get("PORTAL_OWNER_DATABASE_URL"):
        _as_portal(environment.as_owner(env), "deploy.prepare", "empty")
    else:
        _as_portal(env, "deploy.prepare", "files")
        _as_portal(env, "deploy.ready")


def _as_portal(env: Mapping[str, str], *module: str) -> None:
    as_user = ["setpriv", "--reuid=portal", "--regid=portal", "--init-groups"]
    command = [*as_user, *PYTHON, *module]
    if subprocess.run(command, check=False, env={**env, "HOME": str(HOME)}, cwd=ROOT).returncode:
        raise Stop(
            "the portal could not be prepared; the reason is above. The tables are made by the machine that\n"
            f"has the database, or the owner's role in {OWNER}: it is installed first."
        )


def _start(machine: Machine) -> None:
    if not BOOTED.exists():
        say("· systemd does not run here: nothing was started")
        return
    if "broker" in machine.roles:  # ours has a password and a port of Debian's
        for unit in ("valkey-server.service", "redis-server.service"):
            attempt(["systemctl", "disable", "--now", unit])
    for words in units.taking_over(machine.units, units.changed(machine.units)):
        run(["systemctl", *words])
    if "web" in machine.roles:
        run(["nginx", "-t"])
        run(["systemctl", "reload-or-restart", "nginx.service"])


def _hints(machine: Machine) -> list[str]:
    """What we do not do by ourselves: the firewall, the clock, the first account."""
    hints = [f"firewall: nft add rule inet filter input {rule} accept" for rule in _open_ports(machine)]
    if machine.address and "database" in machine.roles:
        hints.append(
            "PostgreSQL for other machines: listen_addresses = '*', and in "
            "pg_hba.conf: host all portal,portal_owner THEIR_NETWORK scram-sha-256"
        )
    if machine.has_own_authority and "web" in machine.roles:
        hints.append(
            f"phones and computers take the local CA's certificate from http://{machine.names[0]}/ca/"
        )
    if "web" not in machine.roles:
        hints.append("backups are made by the machines with the role web, which have the keys and the files")
    elif not {"PORTAL_BACKUPS", "PORTAL_BACKUP_RECIPIENT"} <= machine.settings.keys():
        hints.append(
            f"no backup is made before PORTAL_BACKUPS and PORTAL_BACKUP_RECIPIENT stand in {SETTINGS} and "
            "portal install was called; portal-backup.timer then asks for one each night"
        )
    if machine.address and not machine.settings.get("PORTAL_STORAGE"):
        hints.append(
            f"files lie on this machine alone: PORTAL_STORAGE in {SETTINGS} says where all machines have them"
        )
    if machine.is_this_one:
        hints += [told for folder in folders.written(machine.settings) if (told := folders.amiss(folder))]
    if attempt(["timedatectl", "show", "--property=NTPSynchronized", "--value"])[1] != "yes":
        hints.append("the clock is not known to be right: apt-get install chrony, and timedatectl")
    if machine.roles & {"web"}:
        hints.append("the first accounts, if there are none: portal manage administrators --help")
    return hints


def _open_ports(machine: Machine) -> list[str]:
    rules = ["tcp dport { 80, 443 }"] if "web" in machine.roles else []
    inner = {"web": 8000, "database": 5432, "broker": 6379}
    if machine.address:
        ports = ", ".join(str(port) for role, port in inner.items() if role in machine.roles)
        rules += [f"ip saddr THE_MACHINES_NETWORK tcp dport {{ {ports} }}"] if ports else []
    return rules
