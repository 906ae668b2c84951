"""A machine of the portal's: where its files lie, what its roles need and run, and what its settings say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy import debian
from deploy.install import folders, settings

ROLES = ("web", "worker", "database", "broker", "storage")
PACKAGES = {
    "web": ("nginx-light|nginx|nginx-full", *debian.BACKUP),
    "worker": (),
    "database": debian.POSTGRES,
    "broker": ("valkey-server|redis-server",),
    "storage": (),
}
# In Debian 12 there is Redis alone.
BROKER_BEFORE_13 = ("redis-server|valkey-server",)
UNITS = {
    "web": (
        "portal-web.socket",
        "portal-web.service",
        "portal-metrics.service",
        "portal-certificate.timer",
        "portal-certificate.path",
    ),
    "worker": ("portal-worker.service", "portal-beat.service", "portal-metrics.service"),
    "database": ("portal-metrics.service",),
    "broker": ("portal-broker.service",),
    "storage": (),
}
CODE = Path("/opt/portal")
ETC = Path("/etc/portal")
SETTINGS = ETC / "portal.env"
OWNER = ETC / "owner.env"
TLS = ETC / "tls"
HOME = Path("/var/lib/portal")
# Apart from what they open: whoever copies the home has not the keys.
KEYS = ETC / "keys" / "secrets.env"
PUBLIC = Path("/var/lib/portal-public")
SOCKET = "/run/portal/web.sock"
STORAGE = Path("/srv/portal")


@dataclass(frozen=True)
class Machine:
    """What it is to do, as its settings file says; `root` is its file system, / or one to be."""

    root: Path
    settings: dict[str, str]

    @classmethod
    def of(cls, root: Path) -> Self:
        return cls(root, settings.read(root / SETTINGS.relative_to("/")))

    @property
    def roles(self) -> set[str]:
        return set(settings.listed(self.settings["PORTAL_ROLES"]))

    @property
    def names(self) -> list[str]:
        return settings.listed(self.settings["PORTAL_HOSTS"])

    @property
    def address(self) -> str:
        return self.settings.get("PORTAL_ADDRESS", "")

    @property
    def certificate(self) -> Path:
        return Path(self.settings["PORTAL_CERTIFICATE"])

    @property
    def key(self) -> Path:
        return Path(self.settings["PORTAL_CERTIFICATE_KEY"])

    @property
    def is_this_one(self) -> bool:
        return self.root == Path("/")

    @property
    def has_own_authority(self) -> bool:
        return self.certificate.is_relative_to(TLS)

    @property
    def web_listens(self) -> str:
        """On a path for the proxy beside it; on the private address where others have the proxy too."""
        return f"{self.address}:8000" if self.address else SOCKET

    @property
    def units(self) -> list[str]:
        units = list(dict.fromkeys(unit for role in ROLES if role in self.roles for unit in UNITS[role]))
        # A web machine has keys and files; the database comes by the network as well.
        if self.settings.get("PORTAL_BACKUPS") and "web" in self.roles:
            units.append("portal-backup.timer")
        return units

    @property
    def made_folders(self) -> list[Path]:
        return folders.made(self.settings, has_storage="storage" in self.roles)

    def at(self, path: Path) -> Path:
        return self.root / path.relative_to("/")


def packages_of(roles: set[str]) -> tuple[str, ...]:
    """What they need from Debian."""
    packages = dict(PACKAGES)
    version = Path("/etc/debian_version").read_text() if Path("/etc/debian_version").exists() else ""
    if version.startswith("12"):
        packages["broker"] = BROKER_BEFORE_13
    return tuple(dict.fromkeys(each for role in ROLES if role in roles for each in packages[role]))
