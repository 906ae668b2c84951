"""The one settings file of an installed machine: written once, then the operator's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import key_file

HEAD = """\
# The portal's settings on this machine, read by systemd and by `portal`: KEY=value, without quotes.
# docs/settings.md says what each means. ./portal install wrote it once and changes nothing in it; after a
# change of yours `portal install` takes it over and starts the portal anew.
"""
OWNER_HEAD = """\
# The PostgreSQL role that owns the portal's tables and migrates: for root alone, no service has it.
"""


@dataclass(frozen=True)
class Setting:
    """One line; without a value it stands there commented, with an example."""

    name: str
    value: str = ""
    example: str = ""

    @property
    def line(self) -> str:
        return f"{self.name}={self.value}" if self.value else f"#{self.name}={self.example}"


OPTIONAL = (
    Setting("EMAIL_URL", example="smtp+tls://name:password@mail.example.gov.cn:587"),
    Setting("PORTAL_MAIL_FROM", example="portal@example.gov.cn"),
    Setting("PORTAL_MAIL_DOMAINS", example="example.gov.cn"),
    Setting("PORTAL_BACKUPS", example="/srv/portal-backups"),
    Setting("PORTAL_BACKUP_RECIPIENT", example="age1…"),
    Setting("PORTAL_TRAIL_ANCHORS", example="file:/mnt/other/anchors.jsonl"),
    Setting("PORTAL_CLAMAV", example="unix:/run/clamav/clamd.ctl"),
    Setting("PORTAL_SECURITY_CONTACT", example="mailto:security@example.gov.cn"),
    Setting("PORTAL_TELEPHONE", example="0473-0000000"),
    Setting("PORTAL_SECOND_FACTOR", example="district,liaison"),
    Setting("PORTAL_CIPHERS", example="guomi"),
    Setting("PORTAL_SIGNER", example="pkcs12:/etc/portal/keys/office.p12"),
    Setting("PORTAL_SIGNER_PASSWORD"),
    Setting("PORTAL_SIGNER_CRL", example="/etc/portal/issuer.crl"),
    Setting("PORTAL_LIMITS", example="objections_address=80/3600"),
    Setting("PORTAL_ERRORS", example="/var/lib/portal/errors.json"),
    Setting("PORTAL_SENTRY_DSN"),
    Setting("PORTAL_STORAGE", example="/srv/portal"),
    Setting("PORTAL_LINK_NETWORKS", example="10.0.0.0/8"),
)


def read(path: Path) -> dict[str, str]:
    """What is set in the file; nothing where there is none."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def listed(text: str) -> list[str]:
    """What stands in a setting, separated by commas, with or without blanks."""
    return [each.strip() for each in text.split(",") if each.strip()]


def write_once(path: Path, head: str, wanted: Sequence[Setting], asked: Mapping[str, str]) -> list[str]:
    """Write the file if there is none, else add what a newer version knows, commented; returns what to tell.

    `asked` is what this run was asked for: where the file says otherwise, the file stands, and that is told.
    """
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(head + "".join(f"{each.line}\n" for each in wanted))
        return [f"wrote {path}"]
    text = path.read_text()
    known = {line.lstrip("# ").split("=", 1)[0] for line in text.splitlines() if "=" in line}
    new = [each for each in wanted if each.name not in known]
    if new:
        lines = "".join(f"#{each.name}={each.value or each.example}\n" for each in new)
        path.write_text(f"{text.rstrip()}\n# New since this file was written:\n{lines}")
    stands = read(path)
    told = [f"{path} now knows {each.name} (commented)" for each in new]
    differing = {name: value for name, value in asked.items() if stands.get(name) != value}
    return told + [
        f"{path} stands: {name} is another there"
        if _is_secret(name, value)
        else f"{path} stands: {name} is {stands.get(name, 'not set')!r} there, and not {value!r}"
        for name, value in differing.items()
    ]


def _is_secret(name: str, value: str) -> bool:
    """A key, a password, or an address with one."""
    return bool(key_file.family(name)) or name.endswith("_PASSWORD") or "@" in value
