"""A certificate authority of our own, for a network that no public one serves.

Its root is good for the portal's names alone (a name constraint): who trusts it trusts it for nothing else,
and a stolen key of it opens nothing else. Phones take the root from a page that a QR code leads to.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.install.site import fill

ROOT_LASTS = timedelta(days=3650)
# Phones refuse longer ones.
LEAF_LASTS = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)


def is_due(certificate: Path, names: list[str]) -> bool:
    """Whether there is none, it ends within a month, or it is of other names."""
    if not certificate.exists():
        return True
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ends_soon = found.not_valid_after_utc - datetime.now(UTC) < RENEWED_BEFORE
    return ends_soon or list(named) != _alternative(names)


def is_outside(folder: Path, names: list[str]) -> bool:
    """Whether there is a root, and it may not vouch for one of these names: they need another root."""
    if not (folder / "root.pem").exists():
        return False
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    return not all(any(_is_within(name, each) for each in allowed) for name in _constraint(names))


def _is_within(name: x509.GeneralName, allowed: x509.GeneralName) -> bool:
    """As RFC 5280 has it: a host's name allows those below it."""
    is_below = isinstance(name, x509.DNSName) and isinstance(allowed, x509.DNSName)
    return name == allowed or (is_below and name.value.endswith(f".{allowed.value}"))


def forget_root(folder: Path) -> None:
    """The next certificate is of a new root, which everybody has to take again."""
    for name in ("root.pem", "root.key"):
        (folder / name).unlink(missing_ok=True)


def issue(folder: Path, names: list[str]) -> None:
    """Make root (once) and a certificate of these names: root.pem, root.key, portal.pem, portal.key."""
    root, root_key = _root(folder, names)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _builder(names[0], root.subject, key.public_key(), LEAF_LASTS)
        .add_extension(x509.SubjectAlternativeName(_alternative(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    _write(folder / "portal.key", _pem(key), mode=0o600)
    _write(folder / "portal.pem", leaf.public_bytes(serialization.Encoding.PEM), mode=0o644)


def publish(folder: Path, public: Path, name: str) -> None:
    """The page by which phones and computers take the root, with its fingerprint to compare."""
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    public.mkdir(mode=0o755, parents=True, exist_ok=True)
    _write(public / "portal-ca.crt", root.public_bytes(serialization.Encoding.DER), mode=0o644)
    address = f"http://{name}/ca/"
    page = fill(
        "ca.html",
        address=address,
        fingerprint=root.fingerprint(hashes.SHA256()).hex(" ", 2).upper(),
        until=root.not_valid_after_utc.date().isoformat(),
        qr=segno.make(address, error="m").svg_inline(scale=6, border=4),
    )
    _write(public / "index.html", page.encode(), mode=0o644)


def _root(folder: Path, names: list[str]) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, kept = folder / "root.pem", folder / "root.key"
    if certificate.exists():
        key = serialization.load_pem_private_key(kept.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # we made it
        return x509.load_pem_x509_certificate(certificate.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    title = f"{names[0]} portal CA"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:64])])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("content_commitment", "encipher_only", "decipher_only"), False)
    root = (
        _builder(title[:64], subject, key.public_key(), ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **usage), critical=True
        )
        .add_extension(x509.NameConstraints(_constraint(names), _no_other_kind(names)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(kept, _pem(key), mode=0o600)
    _write(certificate, root.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return root, key


def _builder(
    title: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    since = datetime.now(UTC) - timedelta(days=1)  # a phone's clock may be behind
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:64])]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + lasts)
    )


def _alternative(names: list[str]) -> list[x509.GeneralName]:
    return [x509.IPAddress(address) if (address := _address(name)) else x509.DNSName(name) for name in names]


def _constraint(names: list[str]) -> list[x509.GeneralName]:
    """The names themselves; of an address the network that holds it alone."""
    return [
        x509.IPAddress(ipaddress.ip_network(address)) if (address := _address(name)) else x509.DNSName(name)
        for name in names
    ]


def _no_other_kind(names: list[str]) -> list[x509.GeneralName] | None:
    """A kind of name that is not among ours would not be constrained at all: nothing of it is ours."""
    addresses = [name for name in names if _address(name)]
    kinds: list[x509.GeneralName] = []
    if not addresses:
        kinds += [x509.IPAddress(ipaddress.ip_network(all_)) for all_ in ("0.0.0.0/0", "::/0")]
    if len(addresses) == len(names):
        kinds.append(x509.DNSName(""))
    return kinds or None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all, and never readable for longer than it should be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
    temporary.replace(path)
