"""What an operator sees of a portal that runs: the commands of docs/operate.md, as they stand there."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

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
        "PORTAL_METRICS": f"127.0.0.1:{free_port()}",
        "PORTAL_LOG": "json",
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


def test_a_task_goes_on_under_the_id_of_who_asked_for_it(env):
    here = "0123456789abcdef"
    asked = (
        f"from core import queue, request_id; request_id.current.set('{here}'); "
        "queue.hand_over('sites.tasks.run_import', 0)"
    )
    assert run(f'./portal manage shell --no-imports -c "{asked}"', env).returncode == 0
    log = Path(env["PORTAL_HOME"], "portal.log")
    found = in_time(lambda: [line for line in log.read_text().splitlines() if here in line and "ms" in line])
    assert '"logger": "portal.tasks"' in found[-1]


def test_the_figures_tell_of_pages_tasks_and_conditions(env):
    [command] = [command for command in commands("Monitoring") if "/metrics" in command]

    def told():
        page = run(command, env).stdout
        wanted = ('route="readyz"', 'task="core.tasks.resend_lost_jobs"', "portal_workers 1.0")
        return page if all(name in page for name in wanted) else ""

    assert "portal_job_oldest_waiting_seconds" in in_time(told)
