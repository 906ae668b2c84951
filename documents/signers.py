"""Who signs papers in the office's name: one interface, and the places where its key may lie.

`PORTAL_SIGNER` says which: a PKCS#12 file, a token behind PKCS#11, or nothing: then the trial certificate
that set-up made (`documents.trial_signer`). SM2 is a named gap: a seal by GB/T 38540 is no signature that a
PDF reader checks, and needs a product of its own behind this interface.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import BasicConstraints, ExtendedKeyUsage, KeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import key_file

from . import trial_signer

FEWEST_BITS = 2048


class Unfit(Exception):
    """Nothing can be signed now; the message tells whoever runs the portal why."""


class Signer(Protocol):
    """What signs a paper: its certificate, those of who vouches for it, and the signing itself."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> Sequence[x509.Certificate]: ...

    def sign(self, pdf: bytes) -> bytes:
        """What is to stand behind the PDF's bytes so that all of it is signed; the bytes stay as they are."""
        ...


@dataclass(frozen=True)
class FileSigner:
    """The key lies in a file."""

    key: RSAPrivateKey
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]

    def sign(self, pdf: bytes) -> bytes:
        from . import pades  # noqa: PLC0415  # what signs takes 30 MB that only a worker needs

        key = pades.key_of_file(self.key, self.certificate, self.chain)
        return pades.increment(pdf, key, [self.certificate, *self.chain])


@dataclass(frozen=True)
class TokenSigner:
    """The key never leaves its token."""

    session: Any
    key_label: str
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]

    def sign(self, pdf: bytes) -> bytes:
        from . import pades  # noqa: PLC0415  # as above

        key = pades.key_on_token(self.session, self.key_label, self.certificate, self.chain)
        return pades.increment(pdf, key, [self.certificate, *self.chain])


@contextmanager
def office_signer() -> Iterator[Signer]:
    """The office's own, fit to sign now; raises Unfit."""
    kind, _colon, where = settings.PORTAL_SIGNER.partition(":")
    if kind == "":
        trial_signer.make()
        opening = _file(trial_signer.place(), None)
    elif kind == "pkcs12":
        opening = _file(Path(where), settings.PORTAL_SIGNER_PASSWORD.encode() or None)
    elif kind == "pkcs11":
        opening = _token(where, settings.PORTAL_SIGNER_PASSWORD)
    else:
        raise Unfit(_("PORTAL_SIGNER is pkcs12:FILE or pkcs11:MODULE?token=…&key=…; SM2 is not built."))
    with opening as signer:
        _refuse_unfit(signer)
        yield signer


@contextmanager
def _file(path: Path, password: bytes | None) -> Iterator[Signer]:
    try:
        key_file.refuse_exposed(path)
        key, certificate, others = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, key_file.Exposed) as error:
        raise Unfit(_("The certificate in %(path)s cannot be read: %(why)s") % _told(path, error)) from error
    except ValueError as error:
        told = _("%(path)s does not open with PORTAL_SIGNER_PASSWORD, or is no PKCS#12 file.")
        raise Unfit(told % {"path": path}) from error
    if certificate is None or not isinstance(key, RSAPrivateKey):
        raise Unfit(_("%(path)s does not hold an RSA key with its certificate.") % {"path": path})
    yield FileSigner(key, certificate, others)


@contextmanager
def _token(where: str, pin: str) -> Iterator[Signer]:
    import pkcs11  # noqa: PLC0415  # few have a token

    module, _mark, query = where.partition("?")
    named = {name: values[0] for name, values in parse_qs(query).items()}
    if missing := {"token", "key"} - named.keys():
        told = _("PORTAL_SIGNER names no %(what)s of the token.")
        raise Unfit(told % {"what": ", ".join(sorted(missing))})
    try:
        token = pkcs11.lib(module).get_token(token_label=named["token"])
        with token.open(user_pin=pin) as session:
            found = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}))
            own = [each for each in found if each[pkcs11.Attribute.LABEL] == named["key"]]
            if not own:
                raise Unfit(_("On the token is no certificate %(name)s.") % {"name": named["key"]})
            certificate, *chain = (
                x509.load_der_x509_certificate(each[pkcs11.Attribute.VALUE])
                for each in (own[0], *(other for other in found if other not in own))
            )
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=named["key"])
            if int.from_bytes(key[pkcs11.Attribute.MODULUS], "big") != _modulus(certificate):
                raise Unfit(_("The certificate is not that of the key."))
            yield TokenSigner(session, named["key"], certificate, chain)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        why = str(error) or type(error).__name__
        raise Unfit(_("The token does not sign: %(why)s") % {"why": why}) from error


def _modulus(certificate: x509.Certificate) -> int:
    key = certificate.public_key()
    return key.public_numbers().n if isinstance(key, RSAPublicKey) else 0


def _refuse_unfit(signer: Signer) -> None:
    certificate, now = signer.certificate, timezone.now()
    if not isinstance(key := certificate.public_key(), RSAPublicKey) or key.key_size < FEWEST_BITS:
        raise Unfit(_("The certificate is not one of RSA with %(n)d bits or more.") % {"n": FEWEST_BITS})
    if not _may_sign_papers(certificate):
        raise Unfit(_("The certificate is not one for signing: of an authority, a web server or encryption."))
    if now > certificate.not_valid_after_utc:
        told = _("The certificate ended on %(day)s; papers wait for a new one.")
        raise Unfit(told % {"day": date_format(certificate.not_valid_after_utc)})
    if now < certificate.not_valid_before_utc:
        told = _("The certificate holds from %(day)s on.")
        raise Unfit(told % {"day": date_format(certificate.not_valid_before_utc)})
    if since := _revoked_on(certificate, signer.chain):
        told = _("The certificate was revoked on %(day)s; papers wait for a new one.")
        raise Unfit(told % {"day": date_format(since)})


def _may_sign_papers(certificate: x509.Certificate) -> bool:
    """What a certificate says that it is for; one that says nothing is for everything (RFC 5280, 4.2.1)."""
    said = {each.oid: each.value for each in certificate.extensions}
    basic, usage = said.get(BasicConstraints.oid), said.get(KeyUsage.oid)
    if isinstance(basic, BasicConstraints) and basic.ca:
        return False
    if isinstance(usage, KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        return False
    purposes = set(said.get(ExtendedKeyUsage.oid, ()))
    return ExtendedKeyUsageOID.SERVER_AUTH not in purposes or ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes


def _revoked_on(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> datetime.datetime | None:
    """As the list in PORTAL_SIGNER_CRL has it, where one is set; an issuer's own list alone is believed."""
    if not settings.PORTAL_SIGNER_CRL:
        return None
    path = Path(settings.PORTAL_SIGNER_CRL)
    try:
        content = path.read_bytes()
        is_text = content.startswith(b"-----")
        revoked = (x509.load_pem_x509_crl if is_text else x509.load_der_x509_crl)(content)
    except (OSError, ValueError) as error:
        raise Unfit(
            _("The list of revoked certificates in %(path)s cannot be read: %(why)s") % _told(path, error)
        ) from error
    issuers = [each for each in chain if each.subject == certificate.issuer]
    if revoked.issuer != certificate.issuer or not any(_has_signed(each, revoked) for each in issuers):
        told = _("The list of revoked certificates in %(path)s is not one of who issued the certificate.")
        raise Unfit(told % {"path": path})
    entry = revoked.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return entry.revocation_date_utc if entry else None


def _has_signed(issuer: x509.Certificate, revoked: x509.CertificateRevocationList) -> bool:
    key = issuer.public_key()
    return isinstance(key, RSAPublicKey) and revoked.is_signature_valid(key)


def _told(path: Path, error: Exception) -> dict[str, object]:
    return {"path": path, "why": getattr(error, "strerror", None) or error}
