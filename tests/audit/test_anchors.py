"""The head is noted outside of the database, and what was noted proves what the database has to say."""

import base64
import datetime
import json
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from auditlog.models import LogEntry
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit import anchors, heads
from audit.anchors import write_due
from audit.conditions import anchored, sealing
from audit.models import Anchored, HeadKey, Seal
from audit.sealing import seal_trail
from core import triggers
from core.enums import Severity
from tests import factories

pytestmark = pytest.mark.django_db


def head():
    """A new one, over an entry more."""
    factories.unit()
    (*_, seal) = seal_trail()
    return seal


@pytest.fixture
def file(settings, tmp_path):
    path = tmp_path / "mount" / "anchors.jsonl"
    path.parent.mkdir()
    settings.PORTAL_TRAIL_ANCHORS = [f"file:{path}"]
    return path


def an_hour_passes(hours=1):
    ago = timezone.now() - datetime.timedelta(hours=hours)
    Anchored.objects.update(tried_at=ago)
    Anchored.objects.exclude(at=None).update(at=ago)


def verified(capsys, *arguments):
    call_command("verify_trail", *arguments)
    return capsys.readouterr().out


def refused(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("verify_trail", *arguments)
    return str(error.value)


def test_file_gets_each_new_head_and_nothing_twice(file, capsys):
    first = head()
    write_due()
    write_due()
    second = head()
    write_due()

    lines = [json.loads(line) for line in file.read_text().splitlines()]

    assert [(line["seal"], line["digest"]) for line in lines] == [
        (first.pk, first.digest),
        (second.pk, second.digest),
    ]
    assert {line["key"] for line in lines} == {HeadKey.objects.get().public}
    assert file.stat().st_mode & 0o007 == 0
    assert "2 heads that were anchored outside are in the chain." in verified(capsys, "--anchor", str(file))


def test_newest_entries_that_went_with_their_seals_are_missed_by_the_file(file):
    kept, gone = head(), head()
    write_due()
    connection.check_constraints()
    triggers.lift(using="default")
    LogEntry.objects.filter(pk__gt=kept.last_entry).delete()
    Seal.objects.filter(pk=gone.pk).delete()
    connection.check_constraints()
    triggers.keep(using="default")

    call_command("verify_trail")
    assert f"Seal {gone.pk}, which was anchored outside, is gone" in refused("--anchor", str(file))


def test_who_lost_the_lease_writes_nothing(file):
    head()
    write_due(lambda: False)
    assert not file.exists()


def test_place_that_is_away_holds_up_no_other_and_is_tried_again(settings, file, tmp_path):
    away = tmp_path / "away" / "anchors.jsonl"
    settings.PORTAL_TRAIL_ANCHORS = [f"file:{away}", f"file:{file}", "pigeon:home"]
    head()

    write_due()

    assert len(file.read_text().splitlines()) == 1
    failed = Anchored.objects.get(address=f"file:{away}")
    assert "No such file" in failed.failure
    assert (failed.seal, failed.at) == (None, None)
    assert "KeyError" in Anchored.objects.get(address="pigeon:home").failure
    found = anchored()
    assert found.severity == Severity.ERROR
    assert (str(away) in found.words, str(file) in found.words) == (True, False)

    settings.PORTAL_TRAIL_ANCHORS = settings.PORTAL_TRAIL_ANCHORS[:2]
    away.parent.mkdir()
    write_due()
    assert not away.exists()  # not every few seconds
    an_hour_passes()
    write_due()
    assert len(away.read_text().splitlines()) == 1
    assert anchored().severity == Severity.OK


def test_condition_tells_of_a_head_that_was_not_written_for_long(file):
    assert anchored().severity == Severity.OK
    head()
    write_due()
    head()
    an_hour_passes(hours=2)
    assert anchored().severity == Severity.ERROR
    write_due()
    an_hour_passes(hours=200)
    assert anchored().severity == Severity.OK  # nothing new is no delay


def test_condition_tells_since_when_nothing_is_sealed():
    seal_trail()
    assert sealing().severity == Severity.OK
    factories.unit()
    assert sealing().severity == Severity.OK
    connection.check_constraints()
    triggers.lift(using="default")
    late = timezone.now() - datetime.timedelta(minutes=5)
    LogEntry.objects.filter(pk=LogEntry.objects.latest("pk").pk).update(timestamp=late)
    assert sealing().severity == Severity.WARNING


def test_log_server_gets_a_line_by_udp_tcp_and_socket(settings, tmp_path, capsys):
    made = head()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local,
    ):
        udp.bind(("127.0.0.1", 0))
        local.bind(str(tmp_path / "log"))
        settings.PORTAL_TRAIL_ANCHORS = [
            f"syslog://127.0.0.1:{udp.getsockname()[1]}",
            f"syslog+tcp://127.0.0.1:{tcp.getsockname()[1]}",
            f"syslog:{tmp_path / 'log'}",
        ]
        write_due()
        taken, _from = tcp.accept()
        received = [udp.recv(4096), taken.recv(4096), local.recv(4096)]
        taken.close()
    for each in received:
        assert b"portal-trail: " in each
        assert [said["digest"] for said in anchors.read(each.decode())] == [made.digest]
    (tmp_path / "messages").write_text(
        "".join(f"Dec  1 10:00:00 host {each.decode()}\n" for each in received)
    )
    assert "3 heads" in verified(capsys, "--anchor", str(tmp_path / "messages"))


def test_log_server_is_told_once_a_minute_at_most(settings, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
        local.bind(str(tmp_path / "log"))
        local.setblocking(False)
        settings.PORTAL_TRAIL_ANCHORS = [f"syslog:{tmp_path / 'log'}"]
        for _ in range(3):
            head()
            write_due()
        local.recv(4096)
        with pytest.raises(BlockingIOError):
            local.recv(4096)


def test_mail_brings_a_digest_to_print_once_a_day(settings, tmp_path, capsys):
    settings.PORTAL_MAIL_ON = True
    settings.PORTAL_TRAIL_ANCHORS = ["mail:shenji@example.com"]
    made = head()
    write_due()
    head()
    write_due()

    [sent] = mail.outbox

    assert sent.to == ["shenji@example.com"]
    assert made.short_digest in sent.subject
    assert f"    {made.short_digest}\n" in sent.body
    (tmp_path / "mail.txt").write_text(sent.body)
    assert "1 heads" in verified(capsys, "--anchor", str(tmp_path / "mail.txt"))
    assert "1 heads" in verified(capsys, "--anchor", f"{made.pk}:{made.short_digest}")
    other = "0000-" + made.short_digest[5:]
    assert "is gone or another" in refused("--anchor", f"{made.pk}:{other}")
    an_hour_passes(hours=24)
    write_due()
    assert len(mail.outbox) == 2


def test_mail_that_is_not_set_up_is_told(settings):
    settings.PORTAL_TRAIL_ANCHORS = ["mail:shenji@example.com"]
    settings.PORTAL_MAIL_ON = False
    head()
    write_due()
    assert "EMAIL_URL" in Anchored.objects.get().failure


def test_line_that_was_changed_at_its_place_is_named(file):
    made = head()
    write_due()
    said = json.loads(file.read_text())
    file.write_text(json.dumps(said | {"digest": "0" * 64}) + "\n")
    assert f"The head of seal {made.pk} in {file} was changed there" in refused("--anchor", str(file))
    file.write_text('{"seal": 1}\n')
    assert "is not whole" in refused("--anchor", str(file))
    file.write_text("nothing\n")
    assert "holds no head" in refused("--anchor", str(file))
    assert "cannot be read" in refused("--anchor", str(file.with_name("none")))


def test_pinned_key_must_have_signed_or_endorsed_who_did(tmp_path, capsys):
    head()
    first = HeadKey.objects.get()
    (tmp_path / "key").write_text(first.public + "\n")
    assert "as it was written" in verified(capsys, "--key", first.public)
    assert "as it was written" in verified(capsys, "--key", str(tmp_path / "key"))
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "signature of the trail's key" in refused("--key", base64.b64encode(other).decode())


def test_new_key_is_endorsed_by_the_former_and_goes_on_with_the_chain(settings, tmp_path, capsys):
    settings.PORTAL_KEYS = tmp_path / "keys" / "secrets.env"
    settings.PORTAL_KEYS.parent.mkdir(mode=0o700)
    given = settings.PORTAL_GIVEN_KEYS
    settings.PORTAL_KEYS.write_text("".join(f"{name}={line}\n" for name, line in given.items()))
    settings.PORTAL_KEYS.chmod(0o600)
    settings.PORTAL_GIVEN_KEYS = {}
    before = head()

    heads.renew()

    after = head()
    former, new = HeadKey.objects.all()
    assert (before.signed_with, after.signed_with) == (former.name, new.name)
    assert former.public != new.public
    assert settings.PORTAL_KEYS.stat().st_mode & 0o077 == 0
    assert settings.PORTAL_KEYS.read_text().count("TRAIL_SIGNING_KEY") == 1
    for pinned in (former.public, new.public):
        assert "as it was written" in verified(capsys, "--key", pinned)


class Authority:
    """A time stamping authority of the test's own: openssl behind an address."""

    def __init__(self, folder):
        self.folder = folder
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "示例时间戳")])
        now = timezone.now()
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self.pem = folder / "tsa.pem"
        self.pem.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa = ours\n[ours]\n"
            f"serial = {folder}/serial\nsigner_cert = {folder}/tsa.pem\ncerts = {folder}/tsa.pem\n"
            f"signer_key = {folder}/tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
            "digests = sha256\naccuracy = secs:1\n"
        )

    def stamped(self, query):
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", self.folder / "tsa.cnf"]
        command += ["-queryfile", self.folder / "query", "-out", self.folder / "reply"]
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()


@pytest.fixture
def authority(tmp_path, settings):
    settings.PORTAL_HOME = tmp_path / "home"
    settings.PORTAL_HOME.mkdir()
    authority = Authority(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.stamped(query)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PORTAL_TRAIL_ANCHORS = [f"rfc3161:http://127.0.0.1:{server.server_port}/tsa"]
        yield authority
        server.shutdown()


def test_authority_stamps_the_head_and_the_stamp_is_verified(authority, settings, capsys, tmp_path):
    made = head()
    write_due()

    assert Anchored.objects.get().failure == ""
    kept = settings.PORTAL_HOME / anchors.TIMESTAMPS
    [said] = anchors.read(kept.read_text())
    assert said["digest"] == made.digest
    assert "1 heads" in verified(capsys, "--anchor", str(kept), "--tsa", str(authority.pem))

    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    assert "another authority" in refused("--anchor", str(kept), "--tsa", str(other.pem))
    newer = head()
    moved = json.loads(anchors.line_of(newer)) | {"token": said["token"]}
    kept.write_text(json.dumps(moved) + "\n")
    assert "something else" in refused("--anchor", str(kept), "--tsa", str(authority.pem))


def test_answer_that_is_no_time_stamp_is_told(authority, settings):
    head()
    authority.stamped = lambda query: b"<html>not found</html>"
    write_due()
    assert Anchored.objects.get().failure
    assert not (settings.PORTAL_HOME / anchors.TIMESTAMPS).exists()
    settings.PORTAL_TRAIL_ANCHORS = ["rfc3161:file:///etc/passwd"]
    write_due()
    assert "is no address" in Anchored.objects.get(address__contains="passwd").failure
