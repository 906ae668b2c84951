"""What Prometheus reads: of all processes together, across restarts, with the conditions as they are now."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.management import CommandError

from core.management.commands.metrics import address
from deploy.console import ROOT, end
from deploy.environment import throwaway
from tests.deploy.serving import asked, served

pytestmark = pytest.mark.e2e


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@contextmanager
def scraped(env):
    """A function that reads the metrics of a home, as a dictionary of each line's name and value."""
    command = [sys.executable, "manage.py", "metrics"]
    process = subprocess.Popen(command, env=throwaway(Path(env["PORTAL_HOME"])) | env, cwd=ROOT)
    try:
        yield lambda: _read(f"http://{env['PORTAL_METRICS']}/metrics")
    finally:
        end(process)


def _read(where):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(where, timeout=10) as page:  # noqa: S310
                text = page.read().decode()
            return dict(re.findall(r"^([^#\s]\S*) (\S+)$", text, re.MULTILINE))
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def counts(process):
    """Whether it has begun: it holds the lock of the folder where they count."""
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if link.readlink().name == "lock":
                return True
    return False


def answered(found):
    name = 'portal_request_seconds_count{method="GET",route="healthz",status="2xx"}'
    return float(found.get(name, 0))


def test_counts_of_two_processes_add_up_and_outlive_each_of_them(tmp_path):
    env = {"PORTAL_HOME": str(tmp_path), "PORTAL_METRICS": f"127.0.0.1:{free_port()}"}
    with scraped(env) as read:
        with served(env, processes=2) as (listener, processes):
            deadline = time.monotonic() + 60
            while not all(map(counts, processes)):
                assert time.monotonic() < deadline, "one of the two did not come up"
                time.sleep(0.1)
            before = answered(read())
            for _ in range(40):
                asked(listener, "/healthz")
            assert answered(read()) - before == 40
            os.kill(processes[0].pid, signal.SIGKILL)
            processes[0].wait()
            assert answered(read()) - before == 40
            with served(env, processes=1) as (another, _):
                mine = answered(read())
                assert mine >= before + 40
                asked(another, "/healthz")
                assert answered(read()) == mine + 1
        found = read()
        assert found['portal_condition{id="broker"}'] == "2.0"
        assert float(found["portal_disk_free_bytes"]) > 0
        # All have ended: who starts now begins at nought.
        with served(env, processes=1):
            assert answered(read()) < 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [("127.0.0.1:9180", ("127.0.0.1", 9180)), ("[::1]:9180", ("::1", 9180)), ("monitor:80", ("monitor", 80))],
)
def test_private_address(text, expected):
    assert address(text) == expected


@pytest.mark.parametrize("text", ["9180", ":9180", "0.0.0.0:9180", "[::]:9180", "127.0.0.1:x", "127.0.0.1:0"])
def test_address_that_is_none_or_everybodys_is_refused(text):
    with pytest.raises(CommandError, match="PORTAL_METRICS"):
        address(text)
