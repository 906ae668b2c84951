"""Processes come back when they die, and none is left when the portal ends. Real processes throughout."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy import supervisor
from deploy.console import Interrupted, Stop
from deploy.supervisor import Child, Supervisor


def shell(text):
    return ["/bin/sh", "-c", text]


def is_alive(pid):
    """A zombie is dead: only its parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, timeout=10):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def our_signals_stay_as_they_are():
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)


@pytest.fixture
def tended():
    """Tend a supervisor's processes until a condition holds."""

    def tend_until(portal, condition, timeout=10):
        deadline = time.monotonic() + timeout

        def look(signum, frame):
            if condition():
                raise Interrupted(signum)
            assert time.monotonic() < deadline, "it did not happen in time"

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        try:
            with pytest.raises(Interrupted):
                portal.tend()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return tend_until


def test_killed_process_is_started_again(tended, capsys):
    child = Child("worker", shell("sleep 60"))
    with Supervisor(os.environ) as portal:
        portal.start(child)
        first = child.process.pid
        child.process.kill()
        tended(portal, lambda: child.process and child.process.pid != first)
        second = child.process.pid
        assert is_alive(second)
    assert not is_alive(second)
    assert "worker died (SIGKILL); back in 0.5 s" in capsys.readouterr().out


def test_what_a_killed_process_leaves_behind_goes_before_its_return(tmp_path, tended):
    child = Child("worker", shell(f"sleep 60 & echo $! >> {tmp_path}/pool; wait"))
    pool = tmp_path / "pool"
    with Supervisor(os.environ) as portal:
        portal.start(child)
        eventually(lambda: pool.exists() and pool.read_text().endswith("\n"))
        child.process.kill()
        tended(portal, lambda: len(pool.read_text().splitlines()) == 2)
        orphan, successor = map(int, pool.read_text().split())
        assert not is_alive(orphan)
        assert is_alive(successor)
    eventually(lambda: not is_alive(successor))


def test_process_that_keeps_dying_comes_back_ever_later_while_the_others_go_on(monkeypatch, tended, capsys):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.6)
    web, beat = Child("web1", shell("sleep 60")), Child("beat", shell("echo no room; exit 3"))
    with Supervisor(os.environ) as portal:
        portal.start(web)
        portal.start(beat)
        first = web.process.pid
        tended(portal, lambda: beat.deaths == 8)
        assert web.process.pid == first
        assert is_alive(first)
    printed = capsys.readouterr().out
    assert printed.count("no room") == 8
    assert "beat died (exit 3); back in 0.5 s" in printed
    told = "beat died (exit 3), 8 times in a row (the reason is above; the others go on); back in 0.6 s"
    assert told in printed


def test_what_a_killed_supervisor_left_on_this_home_is_ended(monkeypatch, tmp_path, capsys):
    """A worker that heeds no signal, and the child of another one; what is no supervisor's stays."""
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    ours, mark = {"PORTAL_HOME": str(tmp_path)}, {supervisor.MARK: "yes"}
    deaf = shell("trap '' TERM; while :; do sleep 0.1; done")

    def started(env):
        return subprocess.Popen(deaf, env=os.environ | env, start_new_session=True)

    left, other, command = started(ours | mark), started(mark | {"PORTAL_HOME": "/other"}), started(ours)
    try:
        time.sleep(0.2)
        watching = threading.Thread(target=left.wait)
        watching.start()
        supervisor.end_former(tmp_path)
        watching.join()
        assert left.returncode == -signal.SIGKILL
        assert (other.poll(), command.poll()) == (None, None)
        assert "Ending the processes of a portal that was killed here." in capsys.readouterr().out
    finally:
        for process in (left, other, command):
            process.kill()
            process.wait()


def test_hanging_process_is_killed_after_the_grace(monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE", 0.3)
    child = Child("worker", shell("trap '' TERM; echo up; while :; do sleep 1; done"))
    with Supervisor(os.environ) as portal:
        portal.start(child)
        time.sleep(0.2)
        process = child.process
    assert process.returncode == -signal.SIGKILL


def test_first_process_ends_last(tmp_path):
    note = f"trap 'date +%s%N > {tmp_path}/$0; exit' TERM; : > {tmp_path}/$0.up; while :; do sleep 0.05; done"
    names = ["broker", "web", "worker"]
    with Supervisor(os.environ) as portal:
        for name in names:
            portal.start(Child(name, ["/bin/sh", "-c", note, name]))
        eventually(lambda: all((tmp_path / f"{name}.up").exists() for name in names))
    broker, web, worker = (int((tmp_path / name).read_text()) for name in names)
    assert broker > max(web, worker)


def test_signal_ends_every_process():
    child = Child("web", shell("sleep 60"))

    def serve():
        with Supervisor(os.environ) as portal:
            portal.start(child)
            raise Interrupted(signal.SIGHUP)

    with pytest.raises(Interrupted):
        serve()
    assert not is_alive(child.process.pid)


def test_wait_until_names_the_process_that_died():
    with Supervisor(os.environ) as portal:
        portal.start(Child("broker", shell("exit 4")))
        with pytest.raises(Stop, match=r"broker died \(exit 4\)"):
            portal.wait_until(lambda: False, what="broker", timeout=10)


def test_wait_until_gives_up_in_time():
    with pytest.raises(Stop, match="the web server did not come up"), Supervisor(os.environ) as portal:
        portal.wait_until(lambda: False, what="web server", timeout=0.1)


def test_supervisor_killed_outright_takes_its_processes_along(tmp_path):
    code = f"""
import os, signal
from deploy.supervisor import Child, Supervisor
with Supervisor(os.environ) as portal:
    child = Child("web", ["/bin/sh", "-c", "echo $$ > {tmp_path}/pid; exec sleep 60"])
    portal.start(child)
    portal.wait_until(lambda: os.path.exists("{tmp_path}/pid"), what="web", timeout=10)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == -signal.SIGKILL  # noqa: S606
    pid = int((tmp_path / "pid").read_text())
    eventually(lambda: not is_alive(pid))


def test_a_signal_while_a_process_is_started_leaves_none_behind():
    """It is raised once the process is known, so that it can be ended."""
    script = """
import os, signal, subprocess, sys
from deploy.console import Interrupted, raise_on_signals, undisturbed
raise_on_signals()
known = None
try:
    with undisturbed():
        os.kill(os.getpid(), signal.SIGTERM)
        known = subprocess.Popen(["sleep", "60"])
    print("not raised")
except Interrupted as raised:
    known.kill()
    print(raised.signum, known.wait())
"""
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=supervisor.ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["15", "-9"]


def test_a_signal_that_python_drops_is_heeded_all_the_same():
    """What a handler raises while a finalizer runs is reported and lost."""
    script = """
import os, signal
from deploy.console import Interrupted, raise_on_signals
from deploy.supervisor import Supervisor
raise_on_signals()

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGHUP)

gone = Finalized()
del gone
print("dropped")
try:
    Supervisor(os.environ).tend()
except Interrupted as raised:
    print(raised.signum)
"""
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=supervisor.ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.split() == ["dropped", str(int(signal.SIGHUP))]
