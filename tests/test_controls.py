"""Each control of docs/security.md is switched off once, in a copy of the code, and a test must fall."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from deploy import environment
from tests import database

ROOT = Path(settings.BASE_DIR)
CONTROLS = tomllib.loads((ROOT / "tests" / "controls.toml").read_text())["control"]
FELL = 1  # pytest's code
# What is switched off in these changes how things are stored: upon a database that was made with it on, a
# test might fall for the difference alone. Theirs is made with it off.
STORING = ("audit/", "core/ciphers.py", "core/encrypted.py", "core/key_file.py", "wuhai_portal/settings")


def row(control):
    where, test = control["where"].replace(", ", "`, `"), control["test"].split("::")[-1]
    return f"| {control['clause']} | {control['how']} | `{where}` | `{test}` | {control['operator']} |"


def test_each_control_is_a_row_of_the_page_and_each_row_a_control():
    page = (ROOT / "docs" / "security.md").read_text()
    table = page.split("\n## Controls\n")[1].split("\n## ")[0]
    _head, _line, *rows = (line for line in table.splitlines() if line.startswith("|"))
    assert sorted(rows) == sorted(map(row, CONTROLS))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["clause"])
def test_what_switches_it_off_is_there_once(control):
    name, there, _instead = control["off"]
    assert (ROOT / name).read_text().count(there) == 1
    assert (ROOT / control["test"].split("::")[0]).exists()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The code as it stands, with what was compiled of it: times are kept, so it is not compiled again."""
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, text=True
    )
    paths = [ROOT / name for name in filter(None, names.split("\0"))]
    compiled = {made for path in paths for made in (path.parent / "__pycache__").glob("*.pyc")}
    folder = tmp_path_factory.mktemp("code")
    for path in (*paths, *compiled, *(ROOT / "locale").rglob("*.mo")):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder


@pytest.fixture
def home(django_db_setup):
    """A home for the tests of the copy, with the snapshots that this run has made by now."""
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    for made in database.FOLDER.glob("*/made"):
        if not (made.parent / "database.sqlite3").exists():
            continue  # this run is one on PostgreSQL: the tests of the copy are not
        shutil.copytree(made.parent, folder / "tests" / "copy" / made.parent.name)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["clause"])
def test_switched_off_a_test_falls(copy, home, control):
    name, there, instead = control["off"]
    env = {name: value for name, value in environment.foreign().items() if not name.startswith("PYTEST_")}
    env["PYTHONPATH"] = str(copy)
    if not name.startswith(STORING):
        env |= {"PORTAL_TEST_HOME": str(home), "PORTAL_TEST_RUN": "copy"}
        env["PORTAL_TEST_KEY"] = os.environ["PORTAL_TEST_KEY"]
    command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", control["test"]]
    path = copy / name
    stood = path.read_text()
    path.write_text(stood.replace(there, instead))
    try:
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
    finally:
        path.write_text(stood)
    assert done.returncode == FELL, done.stdout[-2000:] + done.stderr[-2000:]
    assert re.search(" failed| error", done.stdout.splitlines()[-1])
