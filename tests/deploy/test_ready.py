"""`/readyz` tells what is missing: a real PostgreSQL, broker and folder that go away one after the other."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy import broker, postgres
from deploy.console import ROOT, end
from deploy.environment import throwaway
from tests.deploy.serving import served


@pytest.fixture
def portal(tmp_path):
    """Its listener; `end("postmaster", signum)` and the like do what their names say."""
    at = tmp_path / "valkey.sock"
    with ExitStack() as stack:
        url = stack.enter_context(postgres.server())
        valkey = subprocess.Popen(broker.command(tmp_path, at))
        stack.callback(end, valkey)
        env = {"DATABASE_URL": url, "REDIS_URL": f"unix://{at}", "PORTAL_HOME": str(tmp_path)}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=throwaway(tmp_path) | env, cwd=ROOT, check=True)
        listener, _ = stack.enter_context(served(env, processes=1))
        yield listener, valkey, Path(url.removeprefix("postgres://portal@/").removesuffix("/postgres"))


def ready(listener):
    """The status, what is said, and whether it came in time."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=30)
    connection.request("GET", "/readyz", headers={"Host": "10.1.0.2:8000"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    assert time.monotonic() - started < 5
    return answer.status, [name for name, state in said.items() if state != "ok"]


def test_each_that_is_missing_is_named_in_time(portal, tmp_path):
    listener, valkey, folder = portal
    assert ready(listener) == (200, [])

    end(valkey)
    assert ready(listener) == (503, ["broker"])

    (tmp_path / "media").rmdir()
    (tmp_path / "media").touch()  # root may write into any folder, but into no file as if it were one
    assert ready(listener) == (503, ["broker", "storage"])

    postmaster = int((folder / "data/postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    assert ready(listener) == (503, ["database", "broker", "storage", "migrations"])
    os.kill(postmaster, signal.SIGCONT)
    time.sleep(3)
    assert ready(listener) == (503, ["broker", "storage"])

    os.kill(postmaster, signal.SIGINT)
    assert ready(listener) == (503, ["database", "broker", "storage", "migrations"])
