"""A PostgreSQL that is restarted, gone for a while, or takes no writing."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, connection, connections

from deploy import postgres
from deploy.console import end
from documents.models import Document
from tests.documents.papers import issue_paper
from tests.faults.test_bad_days import all_comes_back

pytestmark = [
    pytest.mark.drill,
    pytest.mark.e2e,
    pytest.mark.postgres,
    pytest.mark.xdist_group("faults_of_a_database"),
]


@pytest.fixture(autouse=True)
def _database(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@contextmanager
def gone():
    """Meanwhile the server is not there; then it is another process on the same data."""
    folder = Path(connection.settings_dict["HOST"])
    postmaster = int((folder / "data/postmaster.pid").read_text().split()[0])
    connections.close_all()
    os.kill(postmaster, signal.SIGINT)
    while (folder / "data/postmaster.pid").exists():
        time.sleep(0.05)
    try:
        yield
    finally:
        started.append(postgres._start(postgres._programs(), folder))
        while True:
            try:
                connection.ensure_connection()
            except (InterfaceError, OperationalError):
                connection.close()
                time.sleep(0.1)
            else:
                break  # not return: that would swallow what a test found meanwhile


started: list[subprocess.Popen[bytes]] = []


@pytest.fixture(scope="module", autouse=True)
def _servers_end(portal):
    yield
    portal.stop()
    connections.close_all()
    for server in started:
        end(server, signum=signal.SIGINT)


def test_restarted(portal):
    paper, note = issue_paper(), "写于数据库重启时（示例）"
    with gone():
        pass
    portal.note_until_acknowledged(note)
    all_comes_back(portal, paper, note=note)


def test_gone_for_a_while(portal):
    with portal.paused("wuhai_portal worker"):
        paper, note = issue_paper(), "写于数据库离线时（示例）"
    with gone():
        portal.until(lambda: portal.down() == ["database", "migrations"])
        assert portal.send(note) == 503
        assert portal.ask("/healthz")[0] == 200
        time.sleep(3)
    portal.note_until_acknowledged(note)
    all_comes_back(portal, paper, note=note)


def test_read_only(portal):
    """Such as a standby: pages are read, nothing is acknowledged, and nothing is lost."""
    note, paper = "写于只读时（示例）", issue_paper()
    read_only(to="on")
    try:
        assert portal.ask("/sites/")[0] == 200
        assert portal.send(note) == 503
    finally:
        read_only(to="off")
    portal.note_until_acknowledged(note)
    all_comes_back(portal, paper, note=note)
    assert Document.objects.filter(pk=paper.pk).count() == 1


def read_only(*, to):
    """Everybody's next connection can only read, and every connection is the next one now."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION default_transaction_read_only = off")
        cursor.execute(f"ALTER DATABASE postgres SET default_transaction_read_only = {to}")
        others = "FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")  # our own words
    connections.close_all()
