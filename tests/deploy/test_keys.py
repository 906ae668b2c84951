"""Whatever serves or changes a database refuses to begin with other keys than its own."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core import key_file
from deploy.console import ROOT
from deploy.environment import throwaway
from deploy.run import PYTHON, beat_command, web_command, worker_command

pytestmark = pytest.mark.e2e

# The same ones for each process, but for what a test exchanges.
KEYS = {name: f"示例{name}" * 3 for name in key_file.NEW}
MANAGE = [sys.executable, "manage.py"]


def run(command, env, **options):
    return subprocess.run(
        command,
        check=False,
        env=throwaway(Path(env["PORTAL_HOME"])) | KEYS | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """Of a home whose database has its keys noted."""
    home = tmp_path_factory.mktemp("home")
    mine = {"PORTAL_HOME": str(home), "DATABASE_URL": "", "REDIS_URL": "memory://"}
    for arguments in (["migrate", "audit"], ["shell", "-c", "from audit import keys; keys.note()"]):
        assert run([*MANAGE, *arguments, "--verbosity", "0"], mine).returncode == 0
    return mine


def command(what, listener):
    """What begins one of the portal's processes."""
    return {
        "web": web_command(listener),
        "worker": worker_command(),
        "beat": beat_command(),
        "prepare": [*PYTHON, "deploy.prepare", "empty"],
        "manage": [*MANAGE, "verify_trail"],
    }[what]


@pytest.mark.parametrize("what", ["web", "worker", "beat", "prepare", "manage"])
@pytest.mark.parametrize("changed", ["SECRET_KEY", "DATA_KEY_1"])
def test_other_keys_are_refused(env, tmp_path, what, changed):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = run(command(what, listener), env | {changed: "another"}, pass_fds=[listener.fileno()])
    assert refused.returncode != 0
    assert f"This database was made with another {changed}" in refused.stderr
    assert f"{env['PORTAL_HOME']}/secrets.env" in refused.stderr


@pytest.mark.parametrize("what", ["web", "worker", "beat", "prepare"])
@pytest.mark.parametrize(
    ("amiss", "told"),
    [
        ("missing", "This database was made with a DATA_KEY_1 that is missing here"),
        ("no file", "SECRET_KEY and SALT_KEY must be set"),
        ("readable", "chmod 600"),
        ("open folder", "chmod 700"),
    ],
)
def test_file_that_lacks_its_key_or_is_anybodys_is_refused(env, tmp_path, what, amiss, told):
    """As after a restore without the file, with one of another day, or by hand."""
    ring = tmp_path / "ring"
    lines = {name: line for name, line in KEYS.items() if (amiss, name) != ("missing", "DATA_KEY_1")}
    if amiss != "no file":
        ring.touch(0o644 if amiss == "readable" else 0o600)
        ring.write_text("".join(f"{name}={line}\n" for name, line in lines.items()))
    if amiss == "open folder":
        tmp_path.chmod(0o755)
    given = env | {"PORTAL_KEYS": str(ring)} | dict.fromkeys(KEYS, "")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = run(command(what, listener), given, pass_fds=[listener.fileno()])
    assert refused.returncode != 0
    assert told in refused.stderr


def test_its_own_keys_are_not(env):
    assert run([*MANAGE, "check"], env).returncode == 0
