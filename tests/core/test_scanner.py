"""The scanner that uploads are shown to: what it finds is refused, and without it nothing is taken."""

import contextlib
import hashlib
import os
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from core import scanner
from core.enums import Severity
from core.health import conditions, examine
from core.uploads import EVIDENCE, TABLE, receive
from sites.enums import Stage
from tests import factories
from tests.files import pdf
from tests.sites.test_views_plans import fields

pytestmark = pytest.mark.django_db

MARKED = pdf(b"HARMFUL-SAMPLE")


class Answering(socketserver.BaseRequestHandler):
    """Speaks as clamd does; `behaves` says how badly."""

    def handle(self) -> None:
        behaves = self.server.behaves
        if behaves == "silent":
            time.sleep(3)
        elif behaves == "hangs up":
            return
        elif self._command() == b"zVERSION":
            self.request.sendall(self.server.version + b"\0")
        else:
            content = b"".join(iter(self._chunk, b""))
            self.request.sendall(self._said(content))

    def _said(self, content: bytes) -> bytes:
        if self.server.behaves == "too large":
            return b"INSTREAM size limit exceeded. ERROR\0"
        if self.server.behaves == "nonsense":
            return b"\xff\xfe HTTP/1.1 400 Bad Request"
        self.server.seen.append(content)
        return b"stream: Sample.UNOFFICIAL FOUND\0" if b"HARMFUL-SAMPLE" in content else b"stream: OK\0"

    def _command(self) -> bytes:
        return b"".join(iter(lambda: self._exactly(1), b"\0"))

    def _chunk(self) -> bytes:
        (length,) = struct.unpack(">I", self._exactly(4))
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        got = b""
        while len(got) < length and (piece := self.request.recv(length - len(got))):
            got += piece
        return got


@pytest.fixture
def daemon(settings):
    """A scanner on this machine, one that answers well until it is told otherwise."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.behaves, server.seen, server.version = (
            "well",
            [],
            b"ClamAV 1.4.3/27800/Tue Dec  1 09:30:00 2099",
        )
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PORTAL_CLAMAV = f"tcp:127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def sent(content: bytes = b"", name: str = "方案.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf())


def test_what_it_knows_nothing_of_is_taken_and_was_seen_whole(daemon):
    content = pdf(bytes(700_000))
    assert receive(sent(content), EVIDENCE).read() == content
    assert daemon.seen == [content]


@pytest.mark.usefixtures("daemon")
def test_what_it_finds_is_refused_told_and_in_the_trail(client):
    office, system = factories.user(Role.OFFICE), factories.user(Role.SYSTEM)
    site = factories.site(Stage.DETERMINED)
    liaison = factories.liaison_of(site)
    client.force_login(liaison)
    address = reverse("sites:plan", args=[site.pk])
    answer = client.post(address, fields(file=sent(MARKED, "王某某.pdf")))
    assert answer.status_code == 422
    assert "Sample.UNOFFICIAL" in answer.content.decode()
    for person in (office, system):
        (told,) = Notification.objects.filter(user=person)
        assert "Sample.UNOFFICIAL" in str(told)
    entry = LogEntry.objects.filter(additional_data__has_key="upload").latest("pk")
    assert entry.actor == liaison
    assert entry.additional_data["upload"] == "harmful"
    assert entry.additional_data["found"] == "Sample.UNOFFICIAL"
    assert entry.additional_data["sha256"] == hashlib.sha256(MARKED).hexdigest()
    assert "王某某" not in str(entry.additional_data) + entry.object_repr


@pytest.mark.parametrize("behaves", ["hangs up", "too large", "nonsense", "silent"])
def test_without_its_word_nothing_is_taken(daemon, behaves, monkeypatch, english):
    monkeypatch.setattr(scanner, "ANSWER", 0.5)
    daemon.behaves = behaves
    with pytest.raises(ValidationError, match="cannot be checked for viruses at the moment"):
        receive(sent(), EVIDENCE)


@pytest.mark.parametrize(
    "place", ["tcp:127.0.0.1:1", "unix:/nowhere/clamd.ctl", "127.0.0.1:3310", "tcp:127.0.0.1:x", "http://x"]
)
def test_scanner_that_is_not_there_refuses_uploads_and_is_on_the_list(settings, place, english):
    settings.PORTAL_CLAMAV = place
    with pytest.raises(ValidationError, match="cannot be checked for viruses at the moment"):
        receive(sent("单位,窗口\n".encode(), "表.csv"), TABLE)
    assert looked().severity == Severity.ERROR


def looked():
    (condition,) = [each for each in conditions if each.id == "scanner"]
    (report,) = examine([condition])
    return report.found


def test_its_absence_is_said(settings, english):
    settings.PORTAL_CLAMAV = ""
    assert receive(sent(MARKED), EVIDENCE)
    found = looked()
    assert found.severity == Severity.OK
    assert "No virus scanner is set" in found.words


def test_old_signatures_are_a_warning(daemon):
    assert looked().severity == Severity.OK
    daemon.version = b"ClamAV 1.4.3/27800/Tue May  6 09:30:00 2008"
    assert looked().severity == Severity.WARNING


def test_refused_file_leaves_an_entry_without_its_name(client):
    site = factories.site(Stage.DETERMINED)
    liaison = factories.liaison_of(site)
    client.force_login(liaison)
    client.post(reverse("sites:plan", args=[site.pk]), fields(file=sent(b"<html>", "王某某.hta")))
    entry = LogEntry.objects.filter(additional_data__has_key="upload").latest("pk")
    assert (entry.actor, entry.additional_data["upload"]) == (liaison, "refused")
    assert entry.additional_data["size"] == 6
    assert "王某某" not in str(entry.additional_data) + entry.object_repr


# -- Debian's own ----------------------------------------------------------------


@pytest.fixture
def clamd(tmp_path):
    """Debian's daemon with one signature, ours, and a socket of its own."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    assert os.access(program, os.X_OK), "apt-get install clamav-daemon"
    folder = Path("/tmp") / f"clamd-{os.getpid()}"  # noqa: S108  # a socket's path is short
    folder.mkdir()
    signatures = folder / "signatures"
    signatures.mkdir()
    digest = hashlib.md5(MARKED, usedforsecurity=False).hexdigest()
    (signatures / "own.hdb").write_text(f"{digest}:{len(MARKED)}:Sample.Whole\n")
    (signatures / "own.ndb").write_text(f"Sample.Within:0:*:{b'HARMFUL-WITHIN'.hex()}\n")
    conf = folder / "clamd.conf"
    conf.write_text(
        f"LocalSocket {folder}/ctl\nDatabaseDirectory {signatures}\nForeground yes\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength 25M\nLogFile {folder}/log\n"
    )
    with subprocess.Popen([program, "--config-file", str(conf)], stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while not _answers(folder / "ctl"):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.2)
            yield folder / "ctl"
        finally:
            process.terminate()
            process.wait(timeout=20)
            shutil.rmtree(folder)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
        connection.connect(str(path))
        return True
    return False


@pytest.mark.slow
def test_debians_daemon_finds_what_its_signatures_say(clamd, settings, english):
    settings.PORTAL_CLAMAV = f"unix:{clamd}"
    assert scanner.version().startswith("ClamAV ")
    assert receive(sent(), EVIDENCE)
    assert receive(sent(pdf(bytes(20 * 1024**2 - 2000))), EVIDENCE)
    with pytest.raises(ValidationError, match=r"Sample\.Whole"):
        receive(sent(MARKED), EVIDENCE)
    with pytest.raises(ValidationError, match=r"Sample\.Within"):
        receive(sent(pdf(b"HARMFUL-WITHIN")), EVIDENCE)
