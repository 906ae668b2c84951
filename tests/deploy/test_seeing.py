"""What an operator sees of a portal that runs: the commands of docs/operate.md, as they stand there."""

import json
import os
import signal
import subprocess
import time

import pytest

from deploy.console import ROOT
from deploy.environment import foreign
from tests.deploy.test_run import a_worker, free_port, processes_of, wait_for
from tests.operating import commands

pytestmark = [pytest.mark.e2e, pytest.mark.drill]


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """Of a portal that serves pages, has a worker and a beat, and writes its log into a file."""
    home = tmp_path_factory.mktemp("seeing")
    home.chmod(0o700)
    port = free_port()
    env = foreign() | {
        "PORTAL_HOME": str(home),
        "PORT": str(port),
        "PORTAL_URL": f"http://localhost:{port}",
        "PORTAL_RESEND_SECONDS": "1",
        "PATH": f"{ROOT}:{os.environ['PATH']}",
    }
    with (home / "portal.log").open("w") as log:
        portal = subprocess.Popen(
            [ROOT / "portal", "run", "--empty"], env=env, stdout=log, stderr=log, text=True
        )
        try:
            wait_for(lambda: a_worker(home) and answers(f"http://localhost:{port}/readyz"), portal)
            yield env
        finally:
            portal.terminate()
            portal.wait()


def answers(address):
    """What is said there; "" while nobody does."""
    return subprocess.run(
        ["curl", "--fail", "--silent", "--max-time", "10", address],
        check=False,
        capture_output=True,
        text=True,
    ).stdout


def run(command, env):
    return subprocess.run(
        ["bash", "-euc", command.replace("./portal", str(ROOT / "portal"))],
        check=False,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )


def told(env):
    """What the doctor finds, by the condition's id."""
    asked = [command for command in commands("Monitoring") if "--json" in command]
    return {each["id"]: each for each in json.loads(run(asked[0], env).stdout)}


def in_time(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found


def test_each_command_works_on_a_portal_that_is_well(env):
    in_time(lambda: told(env)["beat"]["severity"] == "ok")
    for command in commands("Monitoring"):
        ran = run(command, env)
        assert (ran.returncode, ran.stdout != "") == (0, True), (command, ran.stdout, ran.stderr)
    amiss = {name for name, each in told(env).items() if each["severity"] == "error"}
    assert amiss == set()


def test_the_doctor_names_workers_that_are_gone(env, tmp_path):
    """Stopped, not killed: they are there, and answer nobody."""
    home = env["PORTAL_HOME"]
    stopped = [pid for pid, command in processes_of(home).items() if " worker " in command]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        ran = run("./portal doctor", env)
        assert ran.returncode == 1
        assert "Workers: No worker answers" in ran.stdout
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    in_time(lambda: told(env)["workers"]["severity"] == "ok")
