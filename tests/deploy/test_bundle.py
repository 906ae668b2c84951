"""`./portal bundle`: what is unpacked elsewhere installs itself, and asks no network."""

import re
import subprocess
import tarfile

import pytest

from deploy.console import ROOT
from deploy.environment import foreign
from tests.deploy.machines import Machine

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_code_and_wheels_are_installed_without_a_network(tmp_path):
    """Debian's packages are this machine's: fetching and unpacking those of a bundle takes minutes."""
    bundle = tmp_path / "portal.tar"
    command = [ROOT / "portal", "bundle", bundle, "--without-debian"]
    told = subprocess.run(command, check=True, env=foreign(), capture_output=True, text=True).stdout
    assert told.endswith(f"  {bundle}\n")
    with tarfile.open(bundle) as archive:
        names = set(archive.getnames())
        assert {member.uid for member in archive} == {0}
    top = min(names)
    assert re.fullmatch(r"portal-[\d.]+", top)
    assert {f"{top}/portal", f"{top}/bundle/about.txt"} <= names
    assert not {f"{top}/.venv", f"{top}/.git", f"{top}/var"} & names

    (tmp_path / "machine").mkdir()
    with Machine(tmp_path / "machine") as machine:
        assert machine.run("ip", "route") == ""
        machine.run("mkdir", "/opt/other")  # beside it lies the checkout, by the same name
        machine.run("tar", "--extract", "--file", bundle, "--directory", "/opt/other")
        told = machine.run("env", "PORTAL_HOME=/opt/home", f"/opt/other/{top}/portal", "manage", "check")
        assert "Installing requirements.txt" in told
        assert "no issues" in told
