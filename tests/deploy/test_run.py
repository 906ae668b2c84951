"""`./portal run` as a user starts and ends it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from deploy.console import ROOT
from deploy.environment import foreign, throwaway

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def processes_of(home):
    """The living processes started for this home, by the environment that all of them inherit."""
    mark = f"PORTAL_HOME={home}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def wait_for(condition, portal, timeout=120):
    deadline = time.monotonic() + timeout
    while not (answer := condition()):
        assert portal.poll() is None, portal.stdout.read()
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return answer


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as page:
            return page.read().strip() == b"ok"
    except (urllib.error.URLError, OSError):
        return False


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The style sheets, which take longest to make."""
    home = tmp_path_factory.mktemp("collected")
    prepare = [sys.executable, "-P", "-m", "deploy.prepare", "files"]
    subprocess.run(prepare, env=throwaway(home), cwd=ROOT, check=True)
    return home / "static"


@pytest.fixture
def start(tmp_path, collected):
    """Start `./portal run --empty` on a home and a port of its own; whatever happens, end it."""
    started = []

    def run(home=tmp_path / "home", *, port=None):
        port = port or free_port()
        home.mkdir(mode=0o700, exist_ok=True)
        shutil.copytree(collected, home / "static", dirs_exist_ok=True)
        portal = subprocess.Popen(
            [ROOT / "portal", "run", "--empty"],
            env=foreign() | {"PORTAL_HOME": str(home), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(portal)
        wait_for(lambda: answers(port), portal)
        return portal, port

    yield run
    for portal in started:
        portal.terminate()
        portal.communicate()


def a_worker(home):
    workers = [pid for pid, command in processes_of(home).items() if " worker " in command]
    return min(workers, default=None)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_signal_leaves_no_process(start, tmp_path, signum):
    home = tmp_path / "a home"
    portal, _ = start(home)
    wait_for(lambda: a_worker(home), portal)
    portal.send_signal(signum)
    output, _ = portal.communicate(timeout=120)
    assert portal.returncode == 128 + signum
    assert processes_of(home) == {}
    assert output.splitlines()[-1] == "Stopped."
    assert "Traceback" not in output


def test_killed_processes_come_back_and_a_second_start_is_refused(start, tmp_path):
    home = tmp_path / "home"
    portal, port = start(home)
    worker = wait_for(lambda: a_worker(home), portal)
    web = min(pid for pid, command in processes_of(home).items() if "deploy.web" in command)
    for pid in (worker, web):
        os.kill(pid, signal.SIGKILL)

    second = subprocess.run(
        [ROOT / "portal", "run"],
        check=False,
        env=foreign() | {"PORTAL_HOME": str(home), "PORT": str(port)},
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert second.stderr.startswith("portal: this portal is already running")

    wait_for(lambda: a_worker(home) not in {None, worker}, portal)
    wait_for(lambda: answers(port), portal)


def test_killed_outright_the_next_start_takes_the_same_port(start, tmp_path):
    home = tmp_path / "home"
    portal, port = start(home)
    former = wait_for(lambda: a_worker(home), portal)
    portal.kill()
    portal.wait()
    portal, _ = start(home, port=port)
    assert former not in processes_of(home)
    assert answers(port)
