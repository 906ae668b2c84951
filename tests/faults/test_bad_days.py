"""Bad days of one portal: after each all comes back by itself, what was acknowledged is there exactly once.

And `/readyz` tells the truth meanwhile. The faults follow one another on the same portal.
"""

import datetime
import json
import os
import resource
import signal
import socketserver
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from accounts.enums import MessageState
from accounts.models import Message
from assessments.marks import standard_items
from assessments.models import EvidenceFile
from core.beat import ticked_at
from core.once import FIELD
from documents.enums import RenderState
from documents.models import Document
from sites.enums import JobState, Register
from sites.models import GuidanceNote, ImportJob
from tables.uploads import digest_of
from tests import operating
from tests.accounts.mail import message
from tests.assessments import builders
from tests.documents.papers import issue_paper
from tests.faults.conftest import MAIL_PORT
from tests.files import pdf
from tests.sites.registers import organisations, start, workbook

pytestmark = [pytest.mark.drill, pytest.mark.e2e, pytest.mark.xdist_group("faults")]

WEB, WORKER, BEAT, BROKER = "deploy.web", "celery --quiet -A wuhai_portal worker", " beat ", "valkey-server"
# By then (seconds) a worker has taken up what it was handed, or has failed to.
TRIED = 2.0
FULL = "写于磁盘已满时（示例）"


@pytest.fixture(autouse=True)
def _database(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def all_comes_back(portal, *papers, note=""):
    """Ready again; the papers are made, and the note is there once."""
    portal.until(portal.is_ready)
    for paper in papers:
        portal.until(lambda paper=paper: is_made(paper))
    assert times_written(note) == (1 if note else 0)


def is_made(paper):
    paper = Document.objects.get(pk=paper.pk)
    assert paper.state != RenderState.FAILED, paper.error
    return paper.state == RenderState.READY and paper.file.storage.exists(paper.file.name)


def times_written(text):
    return GuidanceNote.objects.filter(text=text).count()


@contextmanager
def limited(pid, what, value):
    """Meanwhile this process has no more of it than that."""
    before = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (value, before[1]))
    try:
        yield
    finally:
        if Path(f"/proc/{pid}").exists():
            resource.prlimit(pid, what, before)


def first_free(pid):
    """The number that the next file it opens would have: of those below, each is open."""
    taken = {int(descriptor.name) for descriptor in Path(f"/proc/{pid}/fd").iterdir()}
    return next(number for number in count() if number not in taken)


# -- killed -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", [WEB, WORKER, BEAT, BROKER])
def test_what_is_killed_comes_back(portal, word):
    paper, note = issue_paper(), f"写于故障中（示例，{word}）"
    killed = portal.kill(word)
    portal.note_until_acknowledged(note)
    portal.until(lambda: portal.pids(word) and killed not in portal.pids(word))
    all_comes_back(portal, paper, note=note)


def test_a_worker_s_child_killed_over_a_paper(portal):
    paper = issue_paper()
    portal.until(lambda: Document.objects.get(pk=paper.pk).claimed_at)
    for child in portal.children_of(portal.pids(WORKER)[0]):
        os.kill(child, signal.SIGKILL)
    all_comes_back(portal, paper)


def test_supervisor_killed_and_started_again(portal):
    paper = issue_paper()
    portal.cut_off()
    portal.start()
    all_comes_back(portal, paper)


# -- gone, slow, emptied ----------------------------------------------------------------


def test_broker_that_stands_still_costs_a_moment(portal):
    note = "写于消息队列停顿时（示例）"
    with portal.paused(BROKER):
        portal.until(lambda: portal.down() == ["broker"])
        portal.note_until_acknowledged(note, seconds=10)
        paper = issue_paper()
    all_comes_back(portal, paper, note=note)


def test_broker_that_lost_all_it_held(portal):
    with portal.paused(WORKER):
        papers = [issue_paper() for _ in range(3)]
        Redis(unix_socket_path=str(portal.home / "valkey.sock")).flushall()
    all_comes_back(portal, *papers)


def test_storage_that_is_no_folder_any_more(portal):
    """Such as a share that is not there: the paper waits, and is made once it is back."""
    media, away = portal.home / "media", portal.home / "away"
    media.mkdir(exist_ok=True)
    media.rename(away)
    media.touch()
    portal.until(lambda: portal.down() == ["storage"])
    paper, note = issue_paper(), "写于存储离线时（示例）"
    portal.note_until_acknowledged(note, seconds=10)
    media.unlink()
    away.rename(media)
    all_comes_back(portal, paper, note=note)


class MailServer(socketserver.StreamRequestHandler):
    """Says yes to everything and keeps what it is sent."""

    letters: ClassVar[list[bytes]] = []

    def handle(self):
        self.wfile.write(b"220 example\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                self.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 yes\r\n")


def test_mail_server_that_is_away(portal, settings):
    """The message waits with the reason on its row, and is sent once at its next time."""
    settings.PORTAL_MAIL_ON, settings.PORTAL_MAIL_DOMAINS = True, ["wuhai.example"]
    waiting = message()
    rows = Message.objects.filter(pk=waiting.pk)
    portal.until(lambda: rows.get().error)
    assert rows.get().is_pending
    with socketserver.ThreadingTCPServer(("127.0.0.1", MAIL_PORT), MailServer) as server:
        threading.Thread(target=server.serve_forever).start()
        rows.update(due_at=timezone.now())  # the quarter of an hour is over
        portal.until(lambda: rows.get().state == MessageState.SENT)
        server.shutdown()
    assert len(MailServer.letters) == 1


# -- used up ----------------------------------------------------------------------------


@contextmanager
def full(disk):
    """Not a byte more fits on it: the kernel says ENOSPC to whoever writes."""
    balloon = disk / "balloon"
    with balloon.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65536))
    try:
        yield
    finally:
        balloon.unlink()


@dataclass(frozen=True)
class Upload:
    """A form with a file, and who sends it."""

    address: str
    body: bytes
    session: str = ""

    def send(self, portal):
        """The answer's status; 503 as well where the form itself says that the file could not be stored."""
        status, page = portal.ask(self.address, self.body, kind=MULTIPART_CONTENT, session=self.session)
        return 503 if "文件未能保存" in page.decode() else status


def evidence_of(site):
    """Larger than what a server keeps in memory."""
    client, liaison = Client(), builders.liaison(site)
    client.force_login(liaison)
    item = standard_items(builders.self_sheet(site))[0]
    file = SimpleUploadedFile("示例.pdf", pdf(bytes(4_000_000)))
    body = encode_multipart(BOUNDARY, {"title": FULL, "chosen": [item.pk], FIELD: "evidence", "files": file})
    session = client.cookies["sessionid"].value
    return Upload(reverse("assessments:evidence_add", args=[site.pk]), body, session)


def workbook_of_units():
    file = SimpleUploadedFile("示例.xlsx", workbook(Register.ORGANISATIONS, organisations(2)))
    sent = {"register": Register.ORGANISATIONS, FIELD: "workbook", "file": file}
    return Upload(reverse("sites:imports"), encode_multipart(BOUNDARY, sent))


def test_no_room_on_the_disk(portal):
    """Upload, workbook, note, paper, log, beat, broker: what is refused says so, what waits is done later."""
    note, uploads = FULL, [evidence_of(builders.building()), workbook_of_units()]
    with ExitStack() as day:
        with portal.paused(WORKER):
            paper = issue_paper()
            start(Register.ORGANISATIONS, organisations(2))
            day.enter_context(full(portal.home.parent))
        portal.until(lambda: {"storage", "broker"} <= set(portal.down()))
        assert [upload.send(portal) for upload in uploads] == [503, 503]
        assert portal.send(note) in (302, 503)  # the database's journal may have room that it took before
        for _line in range(100):
            assert portal.ask("/healthz")[0] == 200
        time.sleep(TRIED)
        written, until_now = portal.log.stat().st_size, timezone.now()
    for upload in uploads:
        portal.until(lambda upload=upload: upload.send(portal) == 302)
        assert upload.send(portal) == 302
    portal.note_until_acknowledged(note)
    all_comes_back(portal, paper, note=note)
    [stored] = EvidenceFile.objects.filter(evidence__title=FULL)
    assert digest_of(stored.file.open()) == stored.sha256
    portal.until(lambda: ticked_at() > until_now)
    portal.until(lambda: portal.log.stat().st_size > written)
    portal.until(lambda: [*ImportJob.objects.values_list("state", flat=True)] == 2 * [JobState.PREVIEWED])


def test_no_more_files_to_be_opened(portal):
    what, webs = resource.RLIMIT_NOFILE, portal.pids(WEB)

    def is_down():
        """What a request or an old connection to the database had open may be closed by now: none is free."""
        for web in webs:
            resource.prlimit(web, what, (first_free(web), resource.prlimit(web, what)[1]))
        return portal.down() != []

    with ExitStack() as day:
        for web in webs:
            day.enter_context(limited(web, what, first_free(web)))
        portal.until(is_down, 10)
    note = "写于句柄耗尽后（示例）"
    portal.note_until_acknowledged(note)
    all_comes_back(portal, note=note)


def test_no_more_memory_for_a_paper(portal):
    with ExitStack() as day:
        for child in portal.children_of(portal.pids(WORKER)[0]):
            day.enter_context(limited(child, resource.RLIMIT_AS, 1))
        paper = issue_paper()
        time.sleep(TRIED)
    all_comes_back(portal, paper)


# -- out of time --------------------------------------------------------------------------


def test_clock_that_was_set_back(portal):
    """What was sent and taken up "tomorrow" waits for nobody's tomorrow."""
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    with portal.paused(WORKER):
        paper = issue_paper()
        Document.objects.filter(pk=paper.pk).update(sent_at=tomorrow, claimed_at=tomorrow)
    all_comes_back(portal, paper)


def test_paper_that_never_ends(portal):
    """Its process hears nothing: it is killed by the time limit, and the other one makes the paper."""
    paper, child = caught_at_a_paper(portal)
    all_comes_back(portal, paper)
    portal.until(lambda: child not in portal.children_of(portal.pids(WORKER)[0]))


def caught_at_a_paper(portal):
    """A paper that is being made, and the child that makes it, which stands still from now on."""
    for _again in range(20):
        portal.until(lambda: makers(portal))  # a worker that has just begun has none
        children = makers(portal)
        before = {child: worked(child) for child in children}
        paper = issue_paper()
        portal.until(lambda paper=paper: Document.objects.get(pk=paper.pk).claimed_at, pause=0.01)
        busy = max(children, key=lambda child: worked(child) - before[child])
        os.kill(busy, signal.SIGSTOP)
        if Document.objects.get(pk=paper.pk).state == RenderState.RENDERING:
            return paper, busy
        os.kill(busy, signal.SIGCONT)
    raise AssertionError("papers are made too quickly to catch one")


def makers(portal):
    """The children that make papers; a worker that begins asks other programs as well."""
    commands = {child: Path(f"/proc/{child}/cmdline") for child in portal.children_of(portal.pids(WORKER)[0])}
    return [child for child, told in commands.items() if told.exists() and b"celery" in told.read_bytes()]


def worked(pid):
    """Nanoseconds of CPU; of one that ended meanwhile none."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except FileNotFoundError:
        return 0


# -- what the operator asks ------------------------------------------------------------------


def test_what_the_page_has_one_ask(portal):
    env = os.environ | {
        "PORTAL_URL": f"http://127.0.0.1:{portal.port}",
        "PORTAL_HOME": str(portal.home),
        "LOG_FILE": str(portal.log),
    }
    said = [
        subprocess.run(["sh", "-c", command], env=env, check=True, capture_output=True, text=True).stdout
        for command in operating.commands("What to do when …")
    ]
    assert set(json.loads(said[0])) >= {"database", "broker", "storage"}
    assert "%" in said[1]
    assert said[2]
