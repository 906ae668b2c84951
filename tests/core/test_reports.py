"""Failures as they reach a file and a server: a real process fails, and what arrives is read byte by byte."""

import gzip
import json
import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest

from core.logs import Json
from core.reports import KEPT, LARGEST, ErrorFile
from deploy.console import ROOT
from deploy.environment import foreign
from tests.core.test_logs import PERSONAL

# With them no page needs style sheets that were collected.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "PORTAL_TEST_KEY": "示例" * 30,
    "PYTHONPATH": str(ROOT),
}
# What a web process and a worker do when a page, a task and a part of the code that says so fail.
FAILS = """
import json, logging, sys
import django
django.setup()
from celery import shared_task
from django.conf import settings
from django.test import Client
sent = json.loads(sys.argv[1])
settings.ROOT_URLCONF = "tests.core.broken_urls"
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
for how in ("value", "os", "forbidden", "refused", "bad"):
    where = f"/fails/{how}/{sent['code']}/?q={sent['phone']}"
    client.post(where, sent, headers={"Cookie": f"a={sent['code']}"})
@shared_task(name="tests.fails")
def fails(name):
    raise ValueError(name)
fails.apply(args=[sent["name"]])
logging.getLogger("anything").error("%s waits", sent["email"])
if settings.PORTAL_SENTRY_DSN:
    import sentry_sdk
    sentry_sdk.flush(10)
"""


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = {"gzip": gzip.decompress, "br": brotli.decompress}.get(
            self.headers["Content-Encoding"], bytes
        )
        self.server.received.append(packed(body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args):
        """Says nothing."""


@pytest.fixture
def receiver():
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.received = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def fail(home, **env):
    started = subprocess.run(
        [sys.executable, "-c", FAILS, json.dumps(PERSONAL)],
        check=False,
        env=foreign() | SETTINGS | {"PORTAL_TEST_HOME": str(home)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert started.returncode == 0, started.stderr
    return started.stderr


def test_a_server_and_a_file_are_told_of_failures_and_of_nobody(tmp_path, receiver):
    dsn = f"http://key@127.0.0.1:{receiver.server_address[1]}/1"
    file = tmp_path / "errors.json"
    log = fail(tmp_path, PORTAL_SENTRY_DSN=dsn, PORTAL_ERRORS=str(file))
    arrived = "".join(receiver.received)
    for words in (arrived, file.read_text(), log):
        assert [secret for secret in PERSONAL.values() if secret in words] == []
        assert json.dumps(PERSONAL["name"])[1:-1] not in words
        assert "broken_urls.py" in words
        assert "tests.fails" in words
    assert arrived.count('"type":"ValueError"') >= 2
    events = [
        json.loads(line) for line in arrived.splitlines() if '"event_id"' in line and '"exception"' in line
    ]
    assert {"request", "user", "breadcrumbs", "contexts", "extra", "modules"} & set().union(*events) == set()
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert [each["message"].split(" ")[0] for each in written] == ["500", "500", "Task", "…"]
    assert file.stat().st_mode & 0o077 == 0


def test_no_server_and_no_file_is_told_of_anything_without_their_setting(tmp_path):
    fail(tmp_path)
    assert not list(tmp_path.glob("*.json*"))


def test_the_file_is_turned_over_and_no_line_is_lost(tmp_path):
    file = tmp_path / "errors.json"
    file.write_text("x" * (LARGEST + 1))
    handlers = [ErrorFile(str(file)) for _ in range(4)]
    record = logging.LogRecord("anything", logging.ERROR, "", 0, "示例", (), None)
    for handler in handlers:
        handler.setFormatter(Json())
    with ThreadPoolExecutor(4) as pool:
        for _ in range(25):
            for handler in handlers:
                pool.submit(handler.handle, record)
    assert file.with_name("errors.json.1").stat().st_size > LARGEST
    assert len(file.read_text().splitlines()) == 100
    for _ in range(KEPT + 1):
        file.write_text("x" * (LARGEST + 1))
        handlers[0].handle(record)
    assert sorted(path.name for path in tmp_path.glob("errors.json*")) == [
        "errors.json",
        *(f"errors.json.{number}" for number in range(1, KEPT + 1)),
    ]
