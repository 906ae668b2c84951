"""Each control of docs/security.md is switched off once, in a copy of the code, and a test must fall."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from deploy import environment

ROOT = Path(settings.BASE_DIR)
CONTROLS = tomllib.loads((ROOT / "tests" / "controls.toml").read_text())["control"]
FELL = 1  # pytest's code


def row(control):
    where, test = control["where"].replace(", ", "`, `"), control["test"].split("::")[-1]
    return f"| {control['clause']} | {control['how']} | `{where}` | `{test}` | {control['operator']} |"


def test_page_lists_each_control():
    page = (ROOT / "docs" / "security.md").read_text()
    assert [line for line in map(row, CONTROLS) if line not in page] == []


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["clause"])
def test_what_switches_it_off_is_there_once(control):
    name, there, _instead = control["off"]
    assert (ROOT / name).read_text().count(there) == 1
    assert (ROOT / control["test"].split("::")[0]).exists()


@pytest.fixture
def copy(tmp_path):
    """The code as it stands, with the translations compiled."""
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, text=True
    )
    compiled = [path.relative_to(ROOT) for path in (ROOT / "locale").rglob("*.mo")]
    for name in (*filter(None, names.split("\0")), *compiled):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control["clause"])
def test_switched_off_a_test_falls(copy, control):
    name, there, instead = control["off"]
    path = copy / name
    path.write_text(path.read_text().replace(there, instead))
    env = {name: value for name, value in environment.foreign().items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", control["test"]]
    done = subprocess.run(
        command, cwd=copy, env=env | {"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == FELL, done.stdout[-2000:] + done.stderr[-2000:]
    assert re.search(" failed| error", done.stdout.splitlines()[-1])
