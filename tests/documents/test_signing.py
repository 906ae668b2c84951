"""Papers are signed once, with the office's certificate; tools that are not ours say that it is valid."""

import datetime
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from core.enums import Severity
from core.health import conditions
from documents import trial_signer
from documents.enums import RenderState
from documents.models import Document, Signature
from documents.papers import DocumentKind
from documents.rendering import render_paper
from documents.services import render
from documents.signers import Unfit, office_signer
from tests.core.test_stored import draws_otherwise
from tests.documents.full import full_disk
from tests.documents.papers import issue_paper
from tests.documents.samples import sample
from tests.documents.test_services import LONG_AGO

pytestmark = pytest.mark.django_db

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
PASSWORD = "示例密码"


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """One of a test, which issues what it is asked for."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.name = name("示例签发机构")
        self.certificate = trial_signer.issued(
            self.name, self.key.public_key(), by=self.name, key=self.key, is_authority=True
        )
        self.office = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def issue(self, key=None, **days):
        public = (key or self.office).public_key()
        return trial_signer.issued(name("示例办公室"), public, by=self.name, key=self.key, **days)

    def saying(self, *extensions: x509.ExtensionType) -> x509.Certificate:
        """One that says of itself what it is for."""
        made = x509.CertificateBuilder().subject_name(name("示例办公室")).issuer_name(self.name)
        made = made.public_key(self.office.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(NOW - DAY).not_valid_after(NOW + 400 * DAY)
        for each in extensions:
            made = made.add_extension(each, critical=True)
        return made.sign(self.key, hashes.SHA256())

    def file(self, path, certificate, key=None, password=PASSWORD):
        closing = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        content = pkcs12.serialize_key_and_certificates(
            b"office", key or self.office, certificate, [self.certificate], closing
        )
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path

    def revoking(self, *certificates: x509.Certificate) -> bytes:
        made = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        made = made.last_update(NOW - DAY).next_update(NOW + DAY)
        for each in certificates:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number)
            made = made.add_revoked_certificate(entry.revocation_date(NOW - DAY).build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def shut(tmp_path):
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def office(authority, shut, settings):
    """The office's own certificate in a file, set as an operator does."""
    certificate = authority.issue()
    settings.PORTAL_SIGNER = f"pkcs12:{authority.file(shut / 'office.p12', certificate)}"
    settings.PORTAL_SIGNER_PASSWORD = PASSWORD
    return certificate


def made(document: Document | None = None) -> Document:
    document = document or issue_paper()
    render(document.pk)
    document.refresh_from_db()
    return document


def content_of(document: Document) -> bytes:
    return Path(document.file.path).read_bytes()


def pdfsig(path: str | Path) -> str:
    return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout


def is_whole(told: str) -> bool:
    return "Signature is Valid." in told and "Total document signed" in told


def condition_found():
    (condition,) = (each for each in conditions if each.id == "signature")
    return condition.look()


# -- what is signed, by tools that are not ours ---------------------------------------------------


def test_paper_bears_one_signature_of_all_its_bytes():
    told = pdfsig(made().file.path)
    assert is_whole(told)
    assert told.count("Signature #") == 1
    assert "ETSI.CAdES.detached" in told
    assert "（试用）" in told


def test_openssl_checks_it_against_the_authority(office, authority, shut):
    document = made()
    content = content_of(document)
    ranges = [int(each) for each in re.search(rb"/ByteRange ?\[([\d ]+)\]", content)[1].split()]
    start, size, behind, rest = ranges
    assert (start, behind + rest) == (0, len(content))
    held = bytes.fromhex(content[size + 1 : behind - 1].decode())
    length = 4 + int.from_bytes(held[2:4])
    for at, part in {
        "signature": held[:length],
        "signed": content[:size] + content[behind:],
        "root": authority.certificate.public_bytes(Encoding.PEM),
    }.items():
        (shut / at).write_bytes(part)
    verify = "openssl cms -verify -binary -inform DER -in signature -content signed -CAfile root -purpose any"
    assert "successful" in said(verify, shut)
    (shut / "signed").write_bytes((shut / "signed").read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert "failure" in said(verify, shut)


def said(command: str, folder: Path) -> str:
    words = [*command.split(), "-out", "/dev/null"]
    return subprocess.run(words, check=False, cwd=folder, capture_output=True, text=True).stderr


def test_signature_leaves_the_paper_as_it_was_drawn():
    document = made()
    unsigned = content_of(document).removesuffix(bytes(document.signature.increment))
    before, after = PdfReader(io.BytesIO(unsigned)), PdfReader(document.file.path)
    assert [page.extract_text() for page in before.pages] == [page.extract_text() for page in after.pages]
    assert before.metadata == after.metadata
    assert before.root_object["/Metadata"].get_data() == after.root_object["/Metadata"].get_data()
    first, second = (each.root_object.raw_get("/StructTreeRoot").idnum for each in (before, after))
    assert first == second


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.replace(b"%PDF-1.7", b"%PDF-1.6"),
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\n% appended",
    ],
    ids=["one byte changed", "last byte gone", "half of it", "something behind it"],
)
def test_tools_see_what_was_done_to_a_file(shut, spoil):
    (shut / "spoilt.pdf").write_bytes(spoil(content_of(made())))
    assert not is_whole(pdfsig(shut / "spoilt.pdf"))


def test_signature_of_another_paper_is_none_of_this_one(shut):
    one, other = made(), made()
    unsigned = content_of(one).removesuffix(bytes(one.signature.increment))
    (shut / "mixed.pdf").write_bytes(unsigned + bytes(other.signature.increment))
    assert not is_whole(pdfsig(shut / "mixed.pdf"))


# -- once and never again -------------------------------------------------------------------------


def test_lost_file_is_made_again_to_the_byte_with_the_signature_it_had(office, settings):
    document = made()
    before, signature = content_of(document), document.signature
    assert (signature.subject, signature.is_trial) == ("CN=示例办公室", False)
    assert "WeasyPrint" in signature.made_with
    default_storage.delete(document.file.name)
    settings.PORTAL_SIGNER = "pkcs12:/nowhere"  # the certificate is long gone
    Document.objects.update(state=RenderState.QUEUED)
    assert content_of(made(document)) == before
    assert Signature.objects.count() == 1


def test_two_papers_have_each_their_own():
    assert made().signature.increment != made().signature.increment


def test_signature_is_on_record_before_the_file_so_that_a_full_disk_costs_none(client):
    document = issue_paper()
    with full_disk():
        render(document.pk)
    document.refresh_from_db()
    assert (document.state, document.sha256, document.attempts) == (RenderState.RENDERING, "", 0)
    assert "磁盘空间不足" in document.error
    client.force_login(document.created_by)
    assert "磁盘空间不足" in client.get(document.get_absolute_url()).content.decode()
    signature = Signature.objects.get()
    Document.objects.update(claimed_at=LONG_AGO)
    assert is_whole(pdfsig(made(document).file.path))
    assert document.error == ""
    assert Signature.objects.get() == signature
    # Nothing half-written stays.
    assert [each.name for each in Path(document.file.path).parent.iterdir()] == [
        Path(document.file.name).name
    ]


def test_what_was_signed_and_cannot_be_made_so_again_is_handed_to_nobody():
    """The worker died after signing; the next one draws with other fonts."""
    document = made()
    draws_otherwise()
    Document.objects.update(state=RenderState.QUEUED, sha256="", file="")
    made(document)
    assert (document.state, document.sha256) == (RenderState.FAILED, "")


def test_database_lets_no_signature_be_changed_or_taken_away():
    made()
    for act in (lambda: Signature.objects.update(increment=b""), lambda: Signature.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()


def test_signing_is_in_the_trail_without_the_signature_itself():
    document = made()
    entry = LogEntry.objects.get_for_object(document.signature).get()
    assert entry.actor is None
    assert entry.changes_dict["unsigned_sha256"][1] == document.signature.unsigned_sha256
    assert "increment" not in entry.changes_dict


# -- what is not fit to sign ----------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """The office's certificate as an operator set it, for something to be wrong with it."""

    authority: Authority
    folder: Path
    settings: Any

    @property
    def path(self) -> Path:
        return self.folder / "office.p12"

    def another(self, **days) -> None:
        self.authority.file(self.path, self.authority.issue(**days))

    def saying(self, *extensions: x509.ExtensionType) -> None:
        self.authority.file(self.path, self.authority.saying(*extensions))

    def of_another(self) -> None:
        """The office's key beside a certificate of somebody else's: that of the key is missing."""
        other = self.authority.issue(rsa.generate_private_key(public_exponent=65537, key_size=2048))
        content = pkcs12.serialize_key_and_certificates(
            b"office", self.authority.office, None, [other], BestAvailableEncryption(PASSWORD.encode())
        )
        self.path.write_bytes(content)

    def of_key(self, key) -> None:
        self.authority.file(self.path, self.authority.issue(key), key)

    def listed(self, content: bytes) -> None:
        (self.folder / "list").write_bytes(content)
        self.settings.PORTAL_SIGNER_CRL = str(self.folder / "list")

    def revoked(self) -> None:
        with office_signer() as signer:
            self.listed(self.authority.revoking(signer.certificate))


def usage(**uses: bool) -> x509.KeyUsage:
    """What a key may be used for, and nothing else."""
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**dict.fromkeys(every.split(), False) | uses)


def purpose(*purposes: x509.ObjectIdentifier) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(purposes)


AUTHORITY = x509.BasicConstraints(ca=True, path_length=None)
SERVER, MAIL = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION


def short_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # to be refused


# What is wrong → how it comes about, and a word of what is said of it.
UNFIT: dict[str, tuple[Callable[[Scene], object], str]] = {
    "expired": (lambda on: on.another(since=NOW - 9 * DAY, until=NOW - DAY), "到期"),
    "not yet": (lambda on: on.another(since=NOW + DAY, until=NOW + 9 * DAY), "起才有效"),
    "wrong password": (lambda on: setattr(on.settings, "PORTAL_SIGNER_PASSWORD", "另一个"), "打不开"),
    "no password": (lambda on: setattr(on.settings, "PORTAL_SIGNER_PASSWORD", ""), "打不开"),
    "no PKCS#12": (lambda on: on.path.write_bytes(b"-----BEGIN CERTIFICATE-----"), "打不开"),
    "gone": (lambda on: on.path.unlink(), "读不到"),
    "open to others": (lambda on: on.path.chmod(0o640), "chmod 600"),
    "in an open folder": (lambda on: on.folder.chmod(0o755), "chmod 700"),
    "elliptic": (lambda on: on.of_key(ec.generate_private_key(ec.SECP256R1())), "RSA"),
    "short": (lambda on: on.of_key(short_key()), "2048"),
    "for encryption": (
        lambda on: on.saying(usage(key_encipherment=True, data_encipherment=True)),
        "用于签名",
    ),
    "an authority's": (lambda on: on.saying(AUTHORITY, usage(digital_signature=True)), "用于签名"),
    "a web server's": (lambda on: on.saying(usage(digital_signature=True), purpose(SERVER)), "用于签名"),
    "another's key": (lambda on: on.of_another(), "没有"),
    "revoked": (lambda on: on.revoked(), "吊销"),
    "list of another": (lambda on: on.listed(Authority().revoking(on.authority.issue())), "不是签发"),
    "list broken": (lambda on: on.listed(b"not a list"), "读不到"),
    "list gone": (lambda on: setattr(on.settings, "PORTAL_SIGNER_CRL", "/nowhere/list"), "读不到"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_nothing_is_signed_with_what_is_unfit_and_the_paper_waits(
    client, office, authority, shut, settings, what
):
    spoil, word = UNFIT[what]
    spoil(Scene(authority, shut, settings))
    document = made()
    assert (document.state, document.attempts, document.sha256) == (RenderState.RENDERING, 0, "")
    assert word in document.error
    assert not Signature.objects.exists()
    client.force_login(document.created_by)
    assert word in client.get(document.get_absolute_url()).content.decode()
    found = condition_found()
    assert (found.severity, word in found.words) == (Severity.ERROR, True)
    # Mended, it is made by itself.
    settings.PORTAL_SIGNER, settings.PORTAL_SIGNER_CRL = "", ""
    Document.objects.update(claimed_at=LONG_AGO, sent_at=LONG_AGO)
    assert Document.objects.lost().get() == document
    assert is_whole(pdfsig(made(document).file.path))
    assert document.error == ""


@pytest.mark.parametrize(
    "says",
    [
        (),
        (usage(content_commitment=True),),
        (usage(digital_signature=True), purpose(MAIL)),
        (usage(digital_signature=True), purpose(SERVER, MAIL)),
    ],
    ids=["nothing", "what cannot be denied", "mail", "a web server and mail"],
)
def test_certificate_that_is_good_for_signing_signs(office, authority, shut, says):
    authority.file(shut / "office.p12", authority.saying(*says))
    assert is_whole(pdfsig(made().file.path))


def test_list_that_revokes_another_certificate_stops_nothing(office, authority, shut, settings):
    (shut / "list").write_bytes(authority.revoking(authority.issue()))
    settings.PORTAL_SIGNER_CRL = str(shut / "list")
    assert is_whole(pdfsig(made().file.path))


@pytest.mark.parametrize("set_to", ["sm2:office", "pkcs11", "/etc/portal/office.p12", "ftp:office"])
def test_what_is_not_built_says_so(settings, set_to):
    settings.PORTAL_SIGNER = set_to
    with pytest.raises(Unfit), office_signer():
        pass


def test_certificate_that_ends_soon_is_told_of_in_time(office, authority, shut):
    assert condition_found().severity == Severity.OK
    authority.file(shut / "office.p12", authority.issue(until=NOW + 20 * DAY))
    assert condition_found().severity == Severity.WARNING


# -- the trial certificate ------------------------------------------------------------------------


def test_trial_certificate_says_that_it_is_one_and_is_this_users_alone(shut, settings):
    settings.PORTAL_HOME = shut
    assert trial_signer.make()
    assert not trial_signer.make()
    assert [each.name for each in shut.iterdir()] == ["trial_signer.p12"]
    assert trial_signer.place().stat().st_mode & 0o777 == 0o600
    with office_signer() as signer:
        assert trial_signer.is_trial(signer.certificate)
        assert "试用" in signer.certificate.subject.rfc4514_string()
        assert "试用" in signer.certificate.issuer.rfc4514_string()
    assert made().signature.is_trial
    assert "试用" in condition_found().words


# -- a token --------------------------------------------------------------------------------------

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "246813"


@pytest.fixture(scope="module")
def token(authority, tmp_path_factory):
    """SoftHSM with the office's key and certificate on it; the key goes in once and never comes out."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    certificate = authority.issue()
    (folder / "key.pem").write_bytes(
        authority.office.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "own.der").write_bytes(certificate.public_bytes(Encoding.DER))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        init = f"softhsm2-util --init-token --free --label office --pin {PIN} --so-pin 13579246"
        key = f"softhsm2-util --import {folder}/key.pem --token office --label sign --id 01 --pin {PIN}"
        another = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (folder / "another.pem").write_bytes(
            another.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        mixed = (
            f"softhsm2-util --import {folder}/another.pem --token office --label mixed --id 02 --pin {PIN}"
        )
        write = f"pkcs11-tool --module {MODULE} --token-label office --login --pin {PIN} --write-object "
        write += f"{folder}/own.der --type cert --label mixed --id 02"
        own = f"pkcs11-tool --module {MODULE} --token-label office --login --pin {PIN} --write-object "
        own += f"{folder}/own.der --type cert --label sign --id 01"
        for each in (init, key, own, mixed, write):
            subprocess.run(each.split(), check=True, capture_output=True)
        yield certificate


def test_key_on_a_token_signs(token, settings):
    settings.PORTAL_SIGNER = f"pkcs11:{MODULE}?token=office&key=sign"
    settings.PORTAL_SIGNER_PASSWORD = PIN
    document = made()
    assert document.error == ""
    assert is_whole(pdfsig(document.file.path))
    assert document.signature.serial == f"{token.serial_number:x}"


@pytest.mark.parametrize(
    ("address", "pin"),
    [
        ("?token=office&key=sign", "000000"),
        ("?token=another&key=sign", PIN),
        ("?token=office&key=another", PIN),
        ("?token=office&key=mixed", PIN),
        ("?token=office", PIN),
        ("?", PIN),
    ],
)
def test_token_that_does_not_sign_says_why_and_the_paper_waits(token, settings, address, pin):
    settings.PORTAL_SIGNER, settings.PORTAL_SIGNER_PASSWORD = f"pkcs11:{MODULE}{address}", pin
    document = made()
    assert document.state == RenderState.RENDERING
    assert document.error


def test_token_that_is_pulled_out_meanwhile_signs_nothing_and_says_so(token, settings):
    settings.PORTAL_SIGNER = f"pkcs11:{MODULE}?token=office&key=sign"
    settings.PORTAL_SIGNER_PASSWORD = PIN
    pdf = render_paper(*drawn_for())
    with pytest.raises(Unfit, match="密码设备"):
        pull_out_and_sign(pdf)
    with office_signer() as signer:
        assert signer.sign(pdf)


def pull_out_and_sign(pdf: bytes) -> None:
    with office_signer() as signer:
        signer.session.close()  # what a token's session is worth once it is gone
        signer.sign(pdf)


def drawn_for() -> tuple[str, dict[str, Any]]:
    return DocumentKind.RECTIFICATION_NOTICE.value, sample(DocumentKind.RECTIFICATION_NOTICE)


def test_module_that_is_not_there_says_so(settings):
    settings.PORTAL_SIGNER = "pkcs11:/nowhere/module.so?token=office&key=sign"
    assert "module.so" in made().error


def test_tools_of_these_tests_are_here():
    assert all(map(shutil.which, ("pdfsig", "openssl", "softhsm2-util", "pkcs11-tool")))
