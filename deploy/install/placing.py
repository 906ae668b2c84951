"""The files an installation writes: units, nginx's site, the broker's settings."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy import broker
from deploy.backup import sealing
from deploy.console import ROOT, Stop
from deploy.install import folders, settings, units
from deploy.install.machine import CODE, ETC, HOME, PUBLIC, SOCKET, Machine
from deploy.install.site import Site, fill, nginx_version

# Of nginx, a process; each may be two, a reader's and the portal's.
DEBIAN_CONNECTIONS, CONNECTIONS = "worker_connections 768;", "worker_connections 8192;"
OPEN_FILES = "worker_rlimit_nofile 20000;\n"


def place(machine: Machine) -> None:
    """What is the portal's own on this machine, written anew each time."""
    places = {
        "code": str(CODE),
        "etc": str(ETC),
        "home": str(HOME),
        "listen": machine.web_listens,
        "certificate": str(machine.certificate),
        "server": _broker_server(machine),
    }
    backups = machine.settings.get("PORTAL_BACKUPS")
    kept = (Path(backups), sealing.folder(Path(backups), machine.settings)) if backups else ()
    lines = [f"d {folder} 0700 portal portal" for folder in kept]
    places["backups"] = "\n".join(lines) or "# no PORTAL_BACKUPS yet"
    # What is there already stays whose it is: a setting may name /var/log.
    lines = [f"d {folder} :0750 :portal :portal" for folder in machine.made_folders]
    places["folders"] = "\n".join(lines) or "# all that is written lies in the home"
    written = folders.written(machine.settings)
    places["written"] = " ".join([str(HOME), *(f"-{folder}" for folder in written)])
    places["hardened"] = fill("hardened", **places).rstrip()
    files = {str(units.PLACE / unit): unit for unit in units.with_files(machine.units)}
    files |= {
        "/etc/sysusers.d/portal.conf": "sysusers.conf",
        "/etc/tmpfiles.d/portal.conf": "tmpfiles.conf",
        "/etc/systemd/journald.conf.d/portal.conf": "journald.conf",
        "/usr/local/sbin/portal": "portal",
    }
    for path, name in files.items():
        _write(machine.at(Path(path)), fill(name, **places))
    machine.at(Path("/usr/local/sbin/portal")).chmod(0o755)
    if "broker" in machine.roles:
        _write_broker(machine)
    if "web" in machine.roles:
        _write_proxy(machine)
    _link(machine.at(CODE), ROOT)


def _broker_server(machine: Machine) -> str:
    if "broker" not in machine.roles:
        return ""
    return shutil.which("valkey-server") or shutil.which("redis-server") or broker.binary()


def _write_broker(machine: Machine) -> None:
    url = urlsplit(machine.settings["REDIS_URL"])
    addresses = " ".join(dict.fromkeys(filter(None, ("127.0.0.1", machine.address))))
    text = fill(
        "valkey.conf", addresses=addresses, port=str(url.port or 6379), password=unquote(url.password or "")
    )
    _write(machine.at(ETC / "valkey.conf"), text, mode=0o600)


def _write_proxy(machine: Machine) -> None:
    own = machine.web_listens if machine.address else f"unix:{SOCKET}"
    upstreams = settings.listed(machine.settings.get("PORTAL_UPSTREAMS", "")) or [own]
    site = Site(
        names=machine.names,
        upstreams=upstreams,
        certificate=machine.certificate,
        key=machine.key,
        static=HOME / "static",
        public=PUBLIC,
        etc=ETC,
    )
    _write(machine.at(Path("/etc/nginx/sites-available/portal")), site.render(nginx_version()))
    _write(machine.at(ETC / "nginx-proxy.conf"), fill("nginx-proxy.conf"))
    for page in ("away.html", "too-large.html"):
        _write(machine.at(PUBLIC / page), fill(page))
    enabled = machine.at(Path("/etc/nginx/sites-enabled"))
    _link(enabled / "portal", Path("/etc/nginx/sites-available/portal"))
    (enabled / "default").unlink(missing_ok=True)
    _make_room(machine)


def _make_room(machine: Machine) -> None:
    """Debian's nginx takes 768 connections a process, which some hundred phones that only wait would fill."""
    path = machine.at(Path("/etc/nginx/nginx.conf"))
    text = path.read_text() if path.exists() else ""
    if DEBIAN_CONNECTIONS in text:
        _write(path, text.replace(DEBIAN_CONNECTIONS, CONNECTIONS))
        if "worker_rlimit_nofile" not in text:
            _write(machine.at(Path("/etc/nginx/modules-enabled/90-portal.conf")), OPEN_FILES)


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=mode)
    if path.read_text() != text:
        path.write_text(text)


def _link(link: Path, target: Path) -> None:
    """A link of ours; what stands there and is none is left alone."""
    link.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if link.resolve() == target:
        return
    if link.exists() and not link.is_symlink():
        raise Stop(f"{link} is in the way: it should lead to {target}")
    link.unlink(missing_ok=True)
    link.symlink_to(target)
