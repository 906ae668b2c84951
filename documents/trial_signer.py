"""The certificate that set-up makes where the office has none yet. It says itself that it is for trial.

Its authority signs this one certificate; then the authority's key is gone, so nobody can have another made.
No reader trusts it, and none should.
"""

import datetime
import os
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from .papers import OFFICE

AUTHORITY = "政务公开门户试用签发机构（仅供试用）"
HOLDS = datetime.timedelta(days=3650)
BITS = 3072


def place() -> Path:
    return Path(settings.PORTAL_HOME, "trial_signer.p12")


def make() -> bool:
    """Make one if none is there; of several that make it at once, one stays. Whether it is ours."""
    if place().exists():
        return False
    draft = place().with_suffix(f".{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_new())
        os.link(draft, place())
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def is_trial(certificate: x509.Certificate) -> bool:
    return certificate.issuer == _name(AUTHORITY)


def _new() -> bytes:
    """A new authority and a certificate by it, as PKCS#12; the file's rights alone close it."""
    authority, key = (rsa.generate_private_key(public_exponent=65537, key_size=BITS) for _each in range(2))
    root = issued(
        _name(AUTHORITY), authority.public_key(), by=_name(AUTHORITY), key=authority, is_authority=True
    )
    own = issued(_name(f"{OFFICE}（试用）"), key.public_key(), by=root.subject, key=authority)
    return pkcs12.serialize_key_and_certificates(OFFICE.encode(), key, own, [root], NoEncryption())


def issued(
    subject: x509.Name,
    public: rsa.RSAPublicKey,
    *,
    by: x509.Name,
    key: rsa.RSAPrivateKey,
    is_authority: bool = False,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> x509.Certificate:
    """A certificate that the owner of `key` issues."""
    now = datetime.datetime.now(datetime.UTC)
    uses = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or now - datetime.timedelta(days=1))
        .not_valid_after(until or now + HOLDS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                **uses,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )
